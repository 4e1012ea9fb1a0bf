import Documents
import Workbench

/// One pipeline while it runs: the whole run, a sub-pipeline, or one element of a loop over one.
struct SchedulerScope {
    /// What the scope is a part of.
    struct Owner {
        let scope: Int
        let task: Int
        let element: Int?
    }

    /// A task in this scope.
    struct Node {
        var state = TaskState.pending
        /// Dependencies that have not ended.
        var waiting: Int
        /// Its outputs, once it succeeded.
        var outputs: [JSON.Member] = []
        /// The parts of a loop, once it began; a single unit otherwise.
        var units: [Unit] = []
        /// Elements of a loop that wait for `max_parallel`, the next one last.
        var held: [Scheduler.Place] = []
        /// Units that have not ended.
        var open = 0
    }

    /// One thing to execute: a task, or one element of a loop.
    struct Unit {
        let item: JSON?
        var state = TaskState.pending
        var outputs: [JSON.Member] = []
        var attempt = 0
        /// Attempts of this scheduler, which the policy of retries counts.
        var tries = 0
        var message: String?
    }

    let graph: PipelineGraph
    let prefix: String
    let parameters: [JSON.Member]
    let owner: Owner?
    var nodes: [Node]
    /// Tasks that have not ended.
    var unfinished: Int

    init(_ graph: PipelineGraph, prefix: String, parameters: [JSON.Member], owner: Owner?) {
        self.graph = graph
        self.prefix = prefix
        self.parameters = parameters
        self.owner = owner
        nodes = graph.dependencies.map { Node(waiting: $0.count) }
        unfinished = nodes.count
    }

    /// The place of a unit.
    func path(task: Int, element: Int?) -> String {
        let name = prefix + graph.pipeline.tasks[task].name
        return element.map { "\(name)[\($0)]" } ?? name
    }

    /// The values that the expressions of a task see.
    func expressionScope(item: JSON?, run: [JSON.Member]) -> ExpressionScope {
        ExpressionScope { path in
            switch (path.first, path.count) {
            case ("parameters", 1): return .object(parameters)
            case ("parameters", 2): return parameters.first { $0.name == path[1] }?.value
            case ("tasks", 2):
                guard let task = graph.index[path[1]], nodes[task].state == .succeeded else {
                    return nil
                }
                return .object(nodes[task].outputs)
            case ("item", 1): return item
            case ("run", 1): return .object(run)
            default: return nil
            }
        }
    }
}

/// A pipeline's tasks by number, with the arrows between them.
struct PipelineGraph {
    let pipeline: Pipeline
    /// A task's number by its name.
    let index: [String: Int]
    /// The tasks that each needs.
    let dependencies: [[Int]]
    /// The tasks that need each.
    let dependents: [[Int]]

    /// - Precondition: the pipeline is checked; names that are no tasks are left out.
    init(_ pipeline: Pipeline) {
        self.pipeline = pipeline
        var index: [String: Int] = [:]
        for (number, task) in pipeline.tasks.enumerated() { index[task.name] = number }
        var dependents = [[Int]](repeating: [], count: pipeline.tasks.count)
        dependencies = pipeline.tasks.enumerated().map { number, task in
            let needed = task.dependencies.compactMap { index[$0] }
            for other in needed { dependents[other].append(number) }
            return needed
        }
        self.index = index
        self.dependents = dependents
    }
}
