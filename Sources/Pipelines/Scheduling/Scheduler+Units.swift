import Documents
import Workbench

/// What is executed: a task, or one element of a loop.
extension Scheduler {
    /// Executes what is ready while there are places.
    mutating func dispatch() {
        while running < plan.jobs, nextReady < ready.count {
            let place = ready[nextReady]
            nextReady += 1
            run(place)
            settleWork()
        }
        if nextReady == ready.count {
            ready.removeAll(keepingCapacity: true)
            nextReady = 0
        }
    }

    enum Preparation {
        case skipped(String)
        case ready([JSON.Member], [(name: String, value: String)])
    }

    /// The values that a unit is given.
    func preparation(of place: Place) throws(BancadaError) -> Preparation {
        let task = task(place)
        let item = unit(place).item
        let values = scopes[place.scope].expressionScope(item: item, run: runFacts)
        if let condition = task.condition, item != nil, try !condition.holds(values) {
            return .skipped("its condition \(condition.text) is false")
        }
        var inputs: [JSON.Member] = []
        for input in task.inputs {
            inputs.append(.init(input.name, try input.template.evaluate(values)))
        }
        var environment: [(name: String, value: String)] = []
        for variable in task.environment {
            environment.append(
                (variable.name, Self.text(try variable.template.evaluate(values))))
        }
        return .ready(inputs, environment)
    }

    mutating func run(_ place: Place) {
        do throws(BancadaError) {
            switch try preparation(of: place) {
            case .skipped(let message): end(place, .skipped, message: message)
            case .ready(let inputs, let environment): begin(place, inputs, environment)
            }
        } catch {
            end(place, .failed, message: error.message)
        }
    }

    mutating func begin(
        _ place: Place, _ inputs: [JSON.Member], _ environment: [(name: String, value: String)]
    ) {
        setUnit(place) { unit in
            unit.state = .running
            unit.attempt += 1
            unit.tries += 1
        }
        let task = task(place)
        if case .pipeline(let inner) = task.action { return enter(inner, place, inputs) }
        running += 1
        actions.append(
            .execute(
                TaskExecution(
                    path: path(place), task: task, inputs: inputs, environment: environment,
                    attempt: unit(place).attempt,
                    isLastTry: unit(place).tries > task.retry.limit)))
    }

    mutating func enter(_ pipeline: Pipeline, _ place: Place, _ inputs: [JSON.Member]) {
        let path = path(place)
        actions.append(
            .changed(
                path: path, component: task(place).action.title, state: .running, message: nil))
        let parameters = pipeline.parameters.map { parameter in
            inputs.first { $0.name == parameter.name }
                ?? JSON.Member(parameter.name, parameter.defaultValue ?? .null)
        }
        open(
            pipeline, prefix: path + "/", parameters: parameters,
            owner: .init(scope: place.scope, task: place.task, element: place.element))
    }

    /// A unit has come to its end.
    mutating func end(
        _ place: Place, _ state: TaskState, outputs: [JSON.Member] = [], message: String? = nil,
        isRestored: Bool = false
    ) {
        let wasExecuted = unit(place).state == .running || isRestored
        setUnit(place) { unit in
            unit.state = state
            unit.outputs = outputs
            if let message { unit.message = message }
        }
        if state == .failed { noteFailure("\(path(place)): \(message ?? "failed")") }
        let isComposite = if case .pipeline = task(place).action { true } else { false }
        if !wasExecuted || isComposite {
            actions.append(
                .changed(
                    path: path(place), component: task(place).action.title, state: state,
                    message: message))
        }
        if let next = scopes[place.scope].nodes[place.task].held.popLast() {
            work.append(.enqueue(next))
        }
        scopes[place.scope].nodes[place.task].open -= 1
        guard scopes[place.scope].nodes[place.task].open == 0 else { return }
        if place.element != nil {
            closeLoop(place.scope, place.task)
        } else {
            scopes[place.scope].nodes[place.task].outputs = outputs
            conclude(place.scope, place.task, state)
        }
    }

    /// All elements of a loop have ended.
    mutating func closeLoop(_ scope: Int, _ number: Int) {
        let units = scopes[scope].nodes[number].units
        let states = Set(units.map(\.state))
        let state: TaskState =
            if states.contains(.failed) || states.contains(.notTriggered) {
                .failed
            } else if states.contains(.cancelled) {
                .cancelled
            } else {
                .succeeded
            }
        let task = scopes[scope].graph.pipeline.tasks[number]
        let done = units.filter { $0.state == .succeeded }
        var names = plan.outputNames(task)
        for name in done.flatMap(\.outputs).map(\.name) where !names.contains(name) {
            names.append(name)
        }
        scopes[scope].nodes[number].outputs = names.map { name in
            let values = done.compactMap { unit in
                unit.outputs.first { $0.name == name }?.value
            }
            return .init(name, .array(values))
        }
        let failed = units.filter { $0.state == .failed }.count
        let message = failed > 0 ? "\(failed) of \(units.count) elements failed" : nil
        note(scope, number, state, message)
        conclude(scope, number, state)
    }

    /// A task comes to its end without having run.
    mutating func settle(
        _ scope: Int, _ number: Int, _ state: TaskState, message: String?
    ) {
        note(scope, number, state, message)
        conclude(scope, number, state)
    }

    mutating func fail(_ scope: Int, _ number: Int, _ error: BancadaError) {
        noteFailure(
            "\(scopes[scope].path(task: number, element: nil)): \(error.message)")
        settle(scope, number, .failed, message: error.message)
    }

    mutating func conclude(_ scope: Int, _ number: Int, _ state: TaskState) {
        scopes[scope].nodes[number].state = state
        scopes[scope].unfinished -= 1
        for other in scopes[scope].graph.dependents[number] {
            scopes[scope].nodes[other].waiting -= 1
            if scopes[scope].nodes[other].waiting == 0 {
                work.append(.begin(scope: scope, task: other))
            }
        }
        if scopes[scope].unfinished == 0 { work.append(.close(scope: scope)) }
    }
}
