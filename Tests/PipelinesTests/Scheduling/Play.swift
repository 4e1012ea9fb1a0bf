import Documents
import Pipelines
import Testing
import Workbench

/// A scheduler with a driver that does what a test says.
struct Play {
    private var scheduler: Scheduler
    private(set) var running: [String] = []
    private(set) var started: [String] = []
    private(set) var succeeded: Set<String> = []
    private(set) var inputs: [String: JSON] = [:]
    private(set) var attempts: [String: Int] = [:]
    private(set) var states: [String: TaskState] = [:]
    private(set) var pauses: [Duration] = []
    private(set) var outcome: RunOutcome?
    private var outputs: [String: [JSON.Member]] = [:]

    init(
        _ tasks: [PipelineTask], outputs: [String: String] = [:], onExit: PipelineTask? = nil,
        jobs: Int = 8, restored: [String: RestoredTask] = [:]
    ) throws {
        var pipeline = try Pipeline.make(tasks, outputs: outputs)
        pipeline.onExit = onExit
        scheduler = Scheduler(
            SchedulerPlan(
                pipeline: pipeline, parameters: [], run: "r", jobs: jobs,
                outputNames: { _ in ["out"] }, restored: restored))
        take(scheduler.start())
    }

    mutating func succeed(_ path: String, _ outputs: [String: JSON] = [:]) {
        let members = outputs.sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value) }
        self.outputs[path] = members
        succeeded.insert(path)
        leave(path)
        take(scheduler.finished(path, .succeeded(members)))
    }

    mutating func fail(_ path: String, _ message: String = "failed") {
        leave(path)
        take(scheduler.finished(path, .failed(message)))
    }

    mutating func cancel() { take(scheduler.cancel()) }
    mutating func retryDue(_ path: String) { take(scheduler.retryDue(path)) }

    /// Lets running tasks succeed in random order, each with the sum of its inputs.
    mutating func runAll(_ random: inout SeededChoice, limit: Int) {
        var done = 0
        while outcome == nil, !running.isEmpty, done < limit {
            let path = running[random.below(running.count)]
            let size = inputs[path]?.compactText.utf8.count ?? 0
            succeed(path, ["out": JSON(size)])
            done += 1
        }
    }

    /// What a store would know now.
    var restorable: [String: RestoredTask] {
        var known: [String: RestoredTask] = [:]
        for path in started {
            known[path] =
                succeeded.contains(path)
                ? RestoredTask(state: .succeeded, attempt: 1, outputs: outputs[path] ?? [])
                : RestoredTask(state: .running, attempt: 1)
        }
        return known
    }

    private mutating func leave(_ path: String) {
        #expect(running.contains(path), "\(path) does not run")
        running.removeAll { $0 == path }
    }

    private mutating func take(_ actions: [SchedulerAction]) {
        for action in actions {
            switch action {
            case .execute(let execution):
                running.append(execution.path)
                started.append(execution.path)
                inputs[execution.path] = .object(execution.inputs)
                attempts[execution.path] = execution.attempt
            case .wait(_, let pause): pauses.append(pause)
            case .changed(let path, _, let state, _): states[path] = state
            case .finished(let outcome):
                #expect(self.outcome == nil, "ends once")
                self.outcome = outcome
            }
        }
    }
}

/// A small seeded generator.
struct SeededChoice {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 2_654_435_761 &+ 1 }

    mutating func below(_ count: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(count))
    }
}

extension PipelineTask {
    /// A task with inputs written as a native file writes them.
    static func make(
        _ name: String, _ inputs: [String: String] = [:], action: TaskAction = .component("x"),
        needs: [String] = [], when condition: String? = nil, forEach: String? = nil,
        maxParallel: Int? = nil, retry: RetryPolicy = .none
    ) throws -> PipelineTask {
        PipelineTask(
            name: name, action: action,
            inputs: try inputs.sorted { $0.key < $1.key }.map {
                NamedTemplate($0.key, try template($0.value))
            },
            needs: needs, condition: try condition.map { try Expression(parsing: $0) },
            forEach: try forEach.map { .expression(try Expression(parsing: $0)) },
            maxParallel: maxParallel, retry: retry)
    }

    static func template(_ text: String) throws -> Template {
        try Template(Node(.string(text), at: .init(line: 1, column: 1)), document: "test")
    }
}

extension Pipeline {
    static func make(
        _ tasks: [PipelineTask], parameters: KeyValuePairs<String, JSON?> = [:],
        outputs: [String: String] = [:]
    ) throws -> Pipeline {
        Pipeline(
            name: "test",
            parameters: parameters.map {
                PipelineParameter(name: $0.key, type: .integer, defaultValue: $0.value)
            }, tasks: tasks,
            outputs: try outputs.sorted { $0.key < $1.key }.map {
                NamedTemplate($0.key, try PipelineTask.template($0.value))
            })
    }
}
