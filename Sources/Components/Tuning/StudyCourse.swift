import Tuning
import Workbench

/// One execution of a study: the loop that owns the state machine.
struct StudyCourse: Sendable {
    let request: StudyRequest
    let study: Study
    let sampler: any Sampler
    let evaluator: any Objective
    let services: Services
    let observer: any StudyObserver
    /// Asks that no trial begins any more.
    let drain: Cancellation
    /// Reaches the trials that run.
    let cancellation: Cancellation
    var machine: StudyStateMachine
    /// Records the process groups of trials.
    let groups: any ProcessGroupRecorder

    private enum Event: Sendable {
        case ended(Trial)
        case gaveUp(Int)
        case timeIsUp
    }

    /// Runs until the machine says that everything is done.
    ///
    /// - Throws: what sampler and store throw; trials that run are cancelled and awaited first.
    mutating func run() async throws(BancadaError) -> StudyStateMachine.End {
        let outcome = await withTaskGroup(
            of: Event?.self
        ) { group -> Result<StudyStateMachine.End, BancadaError> in
            if let budget = request.specification.timeBudget {
                group.addTask {
                    // A sleep that ends early belongs to a study that is done.
                    guard (try? await Task.sleep(for: budget)) != nil else { return nil }
                    return .timeIsUp
                }
            }
            defer { group.cancelAll() }
            do throws(BancadaError) {
                return .success(try await loop(&group))
            } catch {
                cancellation.request()
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    private mutating func loop(
        _ group: inout TaskGroup<Event?>
    ) async throws(BancadaError) -> StudyStateMachine.End {
        while true {
            if drain.isRequested || cancellation.isRequested { machine.stop(.cancelled) }
            switch machine.next() {
            case .propose(let number, let slot, let history):
                let assignment = try await sampler.suggest(
                    SuggestRequest(
                        space: request.space, goal: study.objective.goal, history: history,
                        number: number, seed: request.specification.sampler.seed))
                try await start(number, slot, assignment, &group)
            case .repeatTrial(let number, let slot, let assignment):
                try await start(number, slot, assignment, &group)
            case .wait:
                guard let event = await group.next() else {
                    throw BancadaError(.internal, "a study waits for trials that nobody runs")
                }
                try await take(event)
            case .finish(let end): return end
            }
        }
    }

    private mutating func take(_ event: Event?) async throws(BancadaError) {
        switch event {
        case nil: break
        case .timeIsUp: machine.stop(.timeBudget)
        case .gaveUp(let number): machine.abandoned(number)
        case .ended(let trial):
            try await services.studies.update(
                [trial], of: study.name, holder: services.process)
            machine.ended(trial)
            observer.ended(
                trial, best: machine.best, finished: machine.finishedCount)
        }
    }

    private func start(
        _ number: Int, _ slot: Int, _ assignment: Assignment, _ group: inout TaskGroup<Event?>
    ) async throws(BancadaError) {
        let run = services.makeRunID()
        let trial = Trial(
            number: number, state: .running, assignment: assignment, run: run,
            startTime: services.clock.now())
        try await services.studies.update([trial], of: study.name, holder: services.process)
        observer.started(trial)
        let folder = try services.makeWorkFolder(run)
        let context = TrialContext(
            number: number, slot: slot,
            execution: ExecutionContext(
                run: run, task: "trial \(number)", workFolder: folder,
                logPath: services.files.logPath(study.run, "trial", number),
                environment: [
                    ("BANCADA_STUDY", study.name), ("BANCADA_TRIAL", String(number)),
                ], seed: request.specification.sampler.seed,
                threads: max(1, request.threads / request.specification.parallel),
                cancellation: cancellation, groups: groups), study: study.run)
        let evaluator = evaluator
        let services = services
        let metric = study.objective.metric
        group.addTask {
            defer { services.removeWorkFolder(folder) }
            let evaluation = await TrialEvaluation.of(
                assignment, metric: metric, by: evaluator, context: context)
            return Self.event(trial, evaluation, at: services.clock.now())
        }
    }

    private static func event(
        _ trial: Trial, _ evaluation: TrialEvaluation, at time: Timestamp
    ) -> Event {
        switch evaluation {
        case .gaveUp: .gaveUp(trial.number)
        case .value(let value, let metrics):
            .ended(
                Trial(
                    number: trial.number, state: .complete, assignment: trial.assignment,
                    value: value, metrics: metrics, run: trial.run, startTime: trial.startTime,
                    endTime: time))
        case .failed(let message, let metrics):
            .ended(
                Trial(
                    number: trial.number, state: .failed, assignment: trial.assignment,
                    metrics: metrics, message: message, run: trial.run,
                    startTime: trial.startTime, endTime: time))
        }
    }
}

/// What came of one evaluation.
enum TrialEvaluation: Sendable, Equatable {
    case value(Double, metrics: [JSON.Member])
    case failed(String, metrics: [JSON.Member])
    /// It was asked to stop.
    case gaveUp

    /// Evaluates an assignment and judges what comes of it.
    static func of(
        _ assignment: Assignment, metric: String, by evaluator: any Objective,
        context: TrialContext
    ) async -> TrialEvaluation {
        do throws(BancadaError) {
            let metrics = try await evaluator.evaluate(assignment, context: context)
            return judge(metrics, metric: metric)
        } catch {
            if error.code == .cancelled { return .gaveUp }
            return .failed(error.message, metrics: [])
        }
    }

    /// The value among the metrics, which must be there and finite.
    static func judge(_ given: [JSON.Member], metric: String) -> TrialEvaluation {
        var metrics: [JSON.Member] = []
        for member in given.sorted(by: { $0.name < $1.name }) {
            let value: Double
            switch member.value {
            case .integer(let number): value = Double(number)
            case .number(let number): value = number
            default: continue
            }
            do throws(BancadaError) {
                try TrackingRules.checkKey(member.name, of: "metric")
            } catch {
                return .failed(error.message, metrics: [])
            }
            metrics.append(.init(member.name, .number(value)))
        }
        guard case .number(let value)? = metrics.last(where: { $0.name == metric })?.value else {
            let names = metrics.map(\.name).joined(separator: ", ")
            return .failed(
                "the evaluation gave no metric \"\(metric)\""
                    + (names.isEmpty ? "" : ", only \(names)"), metrics: metrics)
        }
        guard value.isFinite else {
            return .failed("the metric \"\(metric)\" is \(value)", metrics: metrics)
        }
        return .value(value, metrics: metrics)
    }
}
