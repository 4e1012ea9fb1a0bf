import Documents
import Workbench

/// How tasks begin and end, and what that means for those that need them.
extension Scheduler {
    mutating func open(
        _ pipeline: Pipeline, prefix: String, parameters: [JSON.Member],
        owner: SchedulerScope.Owner?
    ) {
        let scope = scopes.count
        scopes.append(
            SchedulerScope(
                PipelineGraph(pipeline), prefix: prefix, parameters: parameters, owner: owner))
        if scopes[scope].nodes.isEmpty { return work.append(.close(scope: scope)) }
        for task in scopes[scope].nodes.indices where scopes[scope].nodes[task].waiting == 0 {
            work.append(.begin(scope: scope, task: task))
        }
    }

    /// Everything that the task needs has ended.
    mutating func begin(_ scope: Int, _ number: Int) {
        guard scopes[scope].nodes[number].state == .pending else { return }
        if isDraining { return settle(scope, number, .cancelled, message: nil) }
        if let (state, message) = hindrance(scope, number) {
            return settle(scope, number, state, message: message)
        }
        do throws(BancadaError) {
            switch try opening(of: scope, number) {
            case .skipped(let message): settle(scope, number, .skipped, message: message)
            case .single: expand(scope, number, items: nil)
            case .loop(let items): expand(scope, number, items: items)
            }
        } catch {
            fail(scope, number, error)
        }
    }

    enum Opening {
        case skipped(String)
        case single
        case loop([JSON])
    }

    /// How a task begins whose dependencies have succeeded.
    func opening(of scope: Int, _ number: Int) throws(BancadaError) -> Opening {
        let task = scopes[scope].graph.pipeline.tasks[number]
        let values = scopes[scope].expressionScope(item: nil, run: runFacts)
        let needsItem = task.condition?.references.contains { $0.first == "item" } ?? false
        if let condition = task.condition, !needsItem, try !condition.holds(values) {
            return .skipped("its condition \(condition.text) is false")
        }
        guard let forEach = task.forEach else { return .single }
        let list = try forEach.evaluate(values)
        guard case .array(let items) = list else {
            throw BancadaError(
                .invalidInput,
                "for_each of task \"\(task.name)\" is \(list.compactText.prefix(60)), expected a "
                    + "list")
        }
        return .loop(items)
    }

    /// The state that the task comes to without running, because of what it needs.
    func hindrance(_ scope: Int, _ number: Int) -> (TaskState, String)? {
        for other in scopes[scope].graph.dependencies[number] {
            let name = scopes[scope].graph.pipeline.tasks[other].name
            switch scopes[scope].nodes[other].state {
            case .succeeded: continue
            case .skipped: return (.skipped, "\(name) was skipped")
            case .cancelled: return (.cancelled, "\(name) was cancelled")
            default: return (.notTriggered, "\(name) failed")
            }
        }
        return nil
    }

    mutating func expand(_ scope: Int, _ number: Int, items: [JSON]?) {
        scopes[scope].nodes[number].state = .running
        guard let items else {
            scopes[scope].nodes[number].units = [.init(item: nil)]
            scopes[scope].nodes[number].open = 1
            return work.append(.enqueue(Place(scope: scope, task: number, element: nil)))
        }
        scopes[scope].nodes[number].units = items.map { .init(item: $0) }
        scopes[scope].nodes[number].open = items.count
        note(scope, number, .running, nil)
        if items.isEmpty { return closeLoop(scope, number) }
        let most = scopes[scope].graph.pipeline.tasks[number].maxParallel ?? items.count
        let all = items.indices.map { Place(scope: scope, task: number, element: $0) }
        work += all.prefix(most).map(Work.enqueue)
        // Last first: they are taken from the end.
        scopes[scope].nodes[number].held = all.dropFirst(most).reversed()
    }

    mutating func enqueue(_ place: Place) {
        let path = path(place)
        places[path] = place
        if isDraining { return end(place, .cancelled) }
        if case .pipeline = task(place).action { return run(place) }
        guard let restored = plan.restored[path] else { return ready.append(place) }
        setUnit(place) { $0.attempt = restored.attempt }
        switch restored.state {
        case .succeeded: end(place, .succeeded, outputs: restored.outputs, isRestored: true)
        case .failed: end(place, .failed, message: restored.message, isRestored: true)
        default: ready.append(place)
        }
    }

    mutating func close(_ scope: Int) {
        let states = Set(scopes[scope].nodes.map(\.state))
        var state: TaskState =
            if states.contains(.failed) || states.contains(.notTriggered) {
                .failed
            } else if states.contains(.cancelled) {
                .cancelled
            } else {
                .succeeded
            }
        var outputs: [JSON.Member] = []
        var message = state == .failed ? firstFailure : nil
        if state == .succeeded {
            do throws(BancadaError) {
                outputs = try self.outputs(of: scope)
            } catch {
                state = .failed
                message = error.message
                noteFailure(error.message)
            }
        }
        if let owner = scopes[scope].owner {
            let place = Place(scope: owner.scope, task: owner.task, element: owner.element)
            return end(place, state, outputs: outputs, message: message)
        }
        if let bodyState {
            // What closed is the scope of on_exit.
            let isClean = state == .succeeded
            finish(
                RunOutcome(
                    state: bodyState == .succeeded && !isClean ? .failed : bodyState,
                    outputs: bodyOutputs, message: firstFailure))
        } else if let exitTask {
            bodyState = state
            bodyOutputs = outputs
            open(
                Pipeline(name: "on_exit", tasks: [exitTask]), prefix: "",
                parameters: scopes[scope].parameters, owner: nil)
        } else {
            finish(RunOutcome(state: state, outputs: outputs, message: message))
        }
    }

    mutating func finish(_ outcome: RunOutcome) {
        isOver = true
        actions.append(.finished(outcome))
    }

    /// What the scope's pipeline gives; an output of a skipped task is null.
    func outputs(of scope: Int) throws(BancadaError) -> [JSON.Member] {
        let graph = scopes[scope].graph
        let values = scopes[scope].expressionScope(item: nil, run: runFacts)
        var outputs: [JSON.Member] = []
        for output in graph.pipeline.outputs {
            let isMissing = output.template.references.contains { path in
                path.count > 1 && path[0] == "tasks"
                    && graph.index[path[1]].map { scopes[scope].nodes[$0].state != .succeeded }
                        ?? false
            }
            outputs.append(
                .init(output.name, isMissing ? .null : try output.template.evaluate(values)))
        }
        return outputs
    }
}
