import Tuning
package import Workbench

/// Executes studies: feeds the state machine with what happens and does what it says.
///
/// One loop owns the machine; trials are evaluated by children of the loop. A trial is durable
/// before it begins and before anyone hears of its end. A request to stop reaches the trials that
/// run; those that give up are forgotten, and the same study, executed again, goes on with them.
package struct StudyRunner: Sendable {
    private let services: Services
    private let observer: any StudyObserver
    private let extensions: Extensions

    /// A runner, whose samplers may be of `extensions`.
    package init(
        services: Services, observer: any StudyObserver = SilentStudyObserver(),
        extensions: Extensions = .none
    ) {
        self.services = services
        self.observer = observer
        self.extensions = extensions
    }

    /// Executes a study, or goes on with the one of this name where it was left.
    ///
    /// - Parameters:
    ///   - evaluator: evaluates trials.
    ///   - stops: asks to end: no trial begins any more, or what runs is ended too.
    /// - Throws: `invalidInput` for a space, sampler or name that cannot be; `conflict` when the
    ///   study has another specification or another process executes it; `unavailable`. Failing
    ///   trials are an outcome, not an error.
    package func run(
        _ request: StudyRequest, objective evaluator: any Objective,
        stops: PipelineRunner.Stops
    ) async throws(BancadaError) -> StudyResult {
        let specification = request.specification
        try request.space.validate()
        let sampler = try extensions.sampler(
            named: specification.sampler.name, settings: specification.sampler.settings)
        let study = try await open(request)
        let name = study.name
        do throws(BancadaError) {
            let stored = try await services.studies.trials(of: name)
            let machine = StudyStateMachine(
                objective: request.objective, limits: request.limits, stored: stored)
            try await services.studies.discardRunningTrials(
                of: name, holder: services.process, at: services.clock.now())
            let earlier = machine.finishedTrials.count
            try await recordInput(of: request, study)
            observer.began(study, earlier: earlier)
            let cancellation = Cancellation()
            let takeBack = stops.kill.onRequest { cancellation.request() }
            defer { takeBack() }
            let monitor = SystemMonitor(services)
            monitor.watch(study.run, .thisProcess)
            var course = StudyCourse(
                request: request, study: study, sampler: sampler, evaluator: evaluator,
                services: services, observer: observer, drain: stops.drain,
                cancellation: cancellation, machine: machine,
                groups: WatchedGroups(groups: services.groups, monitor: monitor))
            let end = try await monitor.running { () throws(BancadaError) in
                try await course.run()
            }
            return try await close(study, end, course.machine, earlier: earlier)
        } catch {
            // The first error says more than one about telling it; a study that cannot be closed is
            // free for others once this process is gone.
            try? await services.studies.discardRunningTrials(
                of: name, holder: services.process, at: services.clock.now())
            try? await services.studies.closeStudy(
                named: name, state: error.code == .cancelled ? .stopped : .failed,
                holder: services.process, at: services.clock.now())
            throw error
        }
    }

    private func open(_ request: StudyRequest) async throws(BancadaError) -> Study {
        let now = services.clock.now()
        var tags = [
            Tag(key: "mlflow.source.name", value: "bancada tune"),
            Tag(key: "mlflow.source.type", value: "LOCAL"),
            Tag(key: "mlflow.user", value: services.user),
            Tag(key: "bancada.study", value: request.specification.name),
        ]
        tags += services.origin(nil)
        if let parent = request.parent {
            tags.append(Tag(key: "mlflow.parentRunId", value: parent.text))
        }
        let run = NewRun(
            id: services.makeRunID(), kind: .job,
            experiment: try await TrackedRun.experimentID(request.experiment, services),
            name: request.specification.name, user: services.user, parent: request.parent,
            startTime: now, tags: tags, holder: services.process)
        return try await services.studies.openStudy(
            NewStudy(
                name: request.specification.name, specification: request.identity,
                objective: request.objective, run: run),
            holder: services.process, at: now)
    }

    /// Records what the trials are trained on; a study goes on only with the same bytes.
    private func recordInput(of request: StudyRequest, _ study: Study) async throws(BancadaError) {
        guard let input = request.input else { return }
        let role = "training"
        guard
            let known = try await services.artifacts.inputs(of: study.run)
                .first(where: { $0.name == role })
        else {
            _ = try await TrackedRun(study.run, services).use(
                input.data, as: role, loader: input.loader)
            return
        }
        let now = try await input.loader.artifact(of: input.data, services: services)
        guard now.content.digest == known.artifact.content.digest else {
            throw BancadaError(
                .conflict,
                "study \"\(study.name)\" was begun with other data than \(input.data.uri) has now",
                hint: "give the study another name with --name")
        }
    }

    private func close(
        _ study: Study, _ end: StudyStateMachine.End, _ machine: StudyStateMachine, earlier: Int
    ) async throws(BancadaError) -> StudyResult {
        // Trials that gave up stay in no state between.
        try await services.studies.discardRunningTrials(
            of: study.name, holder: services.process, at: services.clock.now())
        try await logBest(machine.best, study)
        try await services.studies.closeStudy(
            named: study.name, state: end.state, holder: services.process,
            at: services.clock.now())
        return StudyResult(
            study: try await services.studies.study(named: study.name), end: end,
            trials: machine.finishedTrials, earlier: earlier)
    }

    /// The study's own run shows the best value so far.
    private func logBest(_ best: Trial?, _ study: Study) async throws(BancadaError) {
        guard let best, let value = best.value else { return }
        let metric = Metric(
            key: "best_\(study.objective.metric)", value: value,
            timestamp: services.clock.now(), step: Int64(best.number))
        try await services.runs.log(
            LogBatch(
                metrics: [metric], tags: [Tag(key: "bancada.best_trial", value: "\(best.number)")]),
            to: study.run)
    }
}
