import Documents
package import Workbench

/// A pipeline as a picture: its tasks, what comes before what, and how far each has come.
///
/// `text` is for terminals, `mermaid` for documents, `svg` stands alone. Called pipelines are drawn
/// inside the tasks that call them. A pipeline with mistakes in it is drawn too, without the
/// references that lead nowhere.
package struct PipelineDrawing: Sendable {
    /// The most tasks with which called pipelines are still drawn inside of their callers.
    package static let maximumNodes = 1000

    let name: String
    let description: String
    let graph: DrawnGraph
    /// Whether states are known at all.
    let hasStates: Bool

    /// A drawing of a pipeline.
    ///
    /// - Parameter states: the states of tasks by path, as a run stores them: `load`, `each[2]`,
    ///   `inner/load`, `on_exit`. Elements of a task with `for_each` are counted together.
    package init(_ pipeline: Pipeline, states: [String: TaskState] = [:]) {
        name = pipeline.name
        description = pipeline.description
        hasStates = !states.isEmpty
        var budget = Self.maximumNodes
        graph = DrawnGraph(pipeline, prefix: "", states: StateIndex(states), budget: &budget)
    }
}

/// The tasks of one pipeline and what comes before what.
struct DrawnGraph {
    /// The tasks in the order of the file, that on exit last.
    var nodes: [DrawnNode] = []
    /// From a task to one that waits for it, by place; each once.
    var edges: [(from: Int, to: Int)] = []
    /// The place of the task on exit.
    var onExit: Int?

    init(_ pipeline: Pipeline, prefix: String, states: StateIndex, budget: inout Int) {
        budget -= pipeline.tasks.count + 1
        var places: [String: Int] = [:]
        for (index, task) in pipeline.tasks.enumerated() {
            places[task.name] = index
            nodes.append(DrawnNode(task, prefix: prefix, states: states, budget: &budget))
        }
        for (index, task) in pipeline.tasks.enumerated() {
            var before: Set<Int> = []
            for name in task.allNeeds {
                if let place = places[name], place != index { before.insert(place) }
            }
            for place in before.sorted() { edges.append((place, index)) }
        }
        if let task = pipeline.onExit {
            onExit = nodes.count
            nodes.append(DrawnNode(task, prefix: prefix, states: states, budget: &budget))
        }
    }

    /// Levels of the tasks, that on exit below all; tasks in a circle come after the others.
    var levels: [[Int]] {
        var before = [Int](repeating: 0, count: nodes.count)
        var after = [[Int]](repeating: [], count: nodes.count)
        for edge in edges {
            before[edge.to] += 1
            after[edge.from].append(edge.to)
        }
        var levels: [[Int]] = []
        var ready = nodes.indices.filter { before[$0] == 0 && $0 != onExit }
        var isDone = [Bool](repeating: false, count: nodes.count)
        while !ready.isEmpty {
            levels.append(ready.sorted())
            var next: [Int] = []
            for node in ready {
                isDone[node] = true
                for other in after[node] {
                    before[other] -= 1
                    if before[other] == 0 { next.append(other) }
                }
            }
            ready = next
        }
        let rest = nodes.indices.filter { !isDone[$0] && $0 != onExit }
        if !rest.isEmpty { levels.append(rest) }
        if let onExit { levels.append([onExit]) }
        return levels
    }

    /// The tasks that nothing waits for, without that on exit.
    var ends: [Int] {
        let starts = Set(edges.map(\.from))
        return nodes.indices.filter { !starts.contains($0) && $0 != onExit }
    }
}

/// A task as it is drawn.
struct DrawnNode {
    let name: String
    /// What it executes.
    let title: String
    /// Its condition.
    let condition: String?
    let isLoop: Bool
    /// How far it has come; nil where that is not known.
    let state: TaskState?
    /// How many of its elements succeeded, and of how many.
    let elements: (succeeded: Int, count: Int)?
    /// The pipeline that it calls.
    let inner: DrawnGraph?

    init(_ task: PipelineTask, prefix: String, states: StateIndex, budget: inout Int) {
        let path = prefix + task.name
        name = task.name
        title = task.action.title
        condition = task.condition.map(\.text)
        isLoop = task.forEach != nil
        let elements = isLoop || prefix.contains("*") ? states.elements(of: path) : []
        state = states.state(of: path) ?? StateIndex.joined(elements)
        self.elements =
            elements.isEmpty
            ? nil : (elements.count { $0 == .succeeded }, elements.count)
        if case .pipeline(let pipeline) = task.action, pipeline.tasks.count < budget {
            inner = DrawnGraph(
                pipeline, prefix: path + (isLoop ? "[*]/" : "/"), states: states, budget: &budget)
        } else {
            inner = nil
        }
    }

    /// What it executes, as a loop with its elements.
    var subtitle: String {
        guard isLoop else { return title }
        let count = elements.map { " \($0.succeeded)/\($0.count)" } ?? ""
        return "\(title), for each\(count)"
    }
}

extension PipelineTask {
    /// The tasks that it waits for, by name, with repetitions.
    fileprivate var allNeeds: [String] {
        var references = inputs.flatMap(\.template.references)
        references += environment.flatMap(\.template.references)
        references += condition?.references ?? []
        references += forEach?.references ?? []
        return needs
            + references.compactMap { path in
                path.count > 1 && path[0] == "tasks" ? path[1] : nil
            }
    }
}

/// States by path, and those of elements together.
struct StateIndex {
    private let states: [String: TaskState]
    private var groups: [String: [TaskState]] = [:]

    init(_ states: [String: TaskState]) {
        self.states = states
        for path in states.keys.sorted() where path.contains("[") {
            if let state = states[path] { groups[Self.starred(path), default: []].append(state) }
        }
    }

    /// The state of the task itself.
    func state(of path: String) -> TaskState? { states[path] }

    /// The states of the elements of a task: `each` or `each[*]/load`.
    func elements(of path: String) -> [TaskState] {
        (groups[path + "[*]"] ?? []) + (groups[path] ?? [])
    }

    /// A path with `*` for the numbers of elements.
    private static func starred(_ path: String) -> String {
        var result = ""
        var isNumber = false
        for character in path {
            if character == "]" { isNumber = false }
            if !isNumber { result.append(character) }
            if character == "[" {
                isNumber = true
                result.append("*")
            }
        }
        return result
    }

    /// One state for many: a failure first, then what still goes on.
    static func joined(_ states: [TaskState]) -> TaskState? {
        let found = Set(states)
        if found.count <= 1 { return found.first }
        for state in [TaskState.failed, .cancelled, .running] where found.contains(state) {
            return state
        }
        if found.contains(.pending) { return .running }
        return found.contains(.notTriggered) ? .notTriggered : .succeeded
    }
}
