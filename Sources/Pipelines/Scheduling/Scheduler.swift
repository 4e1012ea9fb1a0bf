import Documents
import Workbench

/// Decides what of a pipeline executes when. A state machine over values: it knows no clock, no
/// process and no store, and the same events in the same order give the same actions.
///
/// Goals, in order: nothing runs before what it needs has succeeded; nothing that succeeded runs
/// again; a failure stops what depends on it and nothing else; what may run runs in the order in
/// which it became ready, that of the file where several become ready at once.
///
/// What needs a failed task is NOT_TRIGGERED, what needs a skipped one is SKIPPED. A loop runs all
/// its elements and fails when one did; elements that were skipped are left out of its outputs. The
/// task `on_exit` runs last, however the rest ended, also after a request to stop.
package struct Scheduler: Sendable {
    /// A unit's place: scope, task, element of a loop.
    struct Place: Hashable {
        let scope: Int
        let task: Int
        let element: Int?
    }

    enum Work {
        case begin(scope: Int, task: Int)
        case enqueue(Place)
        case close(scope: Int)
    }

    let plan: SchedulerPlan
    let exitTask: PipelineTask?
    var scopes: [SchedulerScope] = []
    var places: [String: Place] = [:]
    /// What may execute, from `nextReady` on.
    var ready: [Place] = []
    var nextReady = 0
    var running = 0
    /// What is to be done before the next action is taken: a list, not recursion, since a chain of
    /// ten thousand skipped tasks is as deep as it is long.
    var work: [Work] = []
    var waiting: Set<Place> = []
    var actions: [SchedulerAction] = []
    var isCancelled = false
    var isOver = false
    var firstFailure: String?
    /// The state that `on_exit` sees; nil before everything else has ended.
    var bodyState: TaskState?
    var bodyOutputs: [JSON.Member] = []

    /// A run that has not begun.
    ///
    /// - Precondition: the pipeline is checked: references exist and there is no cycle.
    package init(_ plan: SchedulerPlan) {
        self.plan = plan
        exitTask = plan.pipeline.onExit
    }

    /// Begins.
    package mutating func start() -> [SchedulerAction] {
        open(plan.pipeline, prefix: "", parameters: plan.parameters, owner: nil)
        return takeActions()
    }

    /// Takes the end of an execution.
    package mutating func finished(
        _ path: String, _ result: ExecutionResult
    ) -> [SchedulerAction] {
        guard let place = places[path], unit(place).state == .running else { return [] }
        running -= 1
        switch result {
        case .succeeded(let outputs): end(place, .succeeded, outputs: outputs)
        case .cancelled: end(place, .cancelled)
        case .failed(let message):
            let policy = task(place).retry
            let tries = unit(place).tries
            setUnit(place) { $0.message = message }
            if tries <= policy.limit, !isDraining {
                setUnit(place) { $0.state = .pending }
                waiting.insert(place)
                actions.append(.wait(path: path, pause: policy.pause(before: tries + 1)))
            } else if tries <= policy.limit {
                // Its next attempt is what the request to stop has cancelled.
                setUnit(place) { $0.state = .pending }
                end(place, .cancelled, message: message)
            } else {
                end(place, .failed, message: message)
            }
        }
        return takeActions()
    }

    /// Takes the end of the pause before another attempt.
    package mutating func retryDue(_ path: String) -> [SchedulerAction] {
        guard let place = places[path], waiting.remove(place) != nil else { return [] }
        ready.append(place)
        return takeActions()
    }

    /// Takes a request to stop: what runs may end, nothing else begins but `on_exit`.
    package mutating func cancel() -> [SchedulerAction] {
        guard !isCancelled, bodyState == nil, !isOver else { return [] }
        isCancelled = true
        let stopped = ready[nextReady...] + waiting.sorted { path($0) < path($1) }
        ready = []
        nextReady = 0
        waiting = []
        for place in stopped { end(place, .cancelled) }
        for scope in scopes.indices.reversed() {
            for task in scopes[scope].nodes.indices
            where scopes[scope].nodes[task].state == .pending {
                settle(scope, task, .cancelled, message: nil)
            }
        }
        return takeActions()
    }

    // MARK: - What is shared

    /// Whether nothing may begin: everything but `on_exit` after a request to stop.
    var isDraining: Bool { isCancelled && bodyState == nil }

    var runFacts: [JSON.Member] {
        [
            .init("id", .string(plan.run)), .init("state", JSON(bodyState?.rawValue)),
            .init("error", JSON(firstFailure)), .init("pipeline", .string(plan.pipeline.name)),
        ]
    }

    mutating func takeActions() -> [SchedulerAction] {
        settleWork()
        dispatch()
        defer { actions = [] }
        return actions
    }

    mutating func settleWork() {
        var next = 0
        while next < work.count {
            switch work[next] {
            case .begin(let scope, let task): begin(scope, task)
            case .enqueue(let place): enqueue(place)
            case .close(let scope): close(scope)
            }
            next += 1
        }
        work.removeAll(keepingCapacity: true)
    }

    mutating func noteFailure(_ message: String) {
        if firstFailure == nil { firstFailure = message }
    }

    mutating func note(
        _ scope: Int, _ number: Int, _ state: TaskState, _ message: String?
    ) {
        let task = scopes[scope].graph.pipeline.tasks[number]
        actions.append(
            .changed(
                path: scopes[scope].path(task: number, element: nil),
                component: task.action.title, state: state, message: message))
    }

    func task(_ place: Place) -> PipelineTask {
        scopes[place.scope].graph.pipeline.tasks[place.task]
    }

    func unit(_ place: Place) -> SchedulerScope.Unit {
        scopes[place.scope].nodes[place.task].units[place.element ?? 0]
    }

    mutating func setUnit(
        _ place: Place, _ change: (inout SchedulerScope.Unit) -> Void
    ) {
        change(&scopes[place.scope].nodes[place.task].units[place.element ?? 0])
    }

    func path(_ place: Place) -> String {
        scopes[place.scope].path(task: place.task, element: place.element)
    }

    static func text(_ value: JSON) -> String {
        if case .string(let text) = value { return text }
        return value.compactText
    }
}
