import Documents
package import Workbench

/// A pipeline that was checked against what its tasks execute, and what comes before what.
package struct PipelinePlan: Sendable {
    /// Tells what a task executes; nil for shell steps and called pipelines, whose inputs and
    /// outputs follow from the pipeline itself.
    package typealias Specifications = (PipelineTask) throws(BancadaError) ->
        ComponentSpecification?

    /// The pipeline.
    package let pipeline: Pipeline
    /// What each task takes and gives, in the order of the tasks.
    package let specifications: [ComponentSpecification]
    /// What the task on exit takes and gives.
    package let onExitSpecification: ComponentSpecification?
    /// The plans of called pipelines by the name of the task that calls them, also of that on exit.
    package let called: [String: PipelinePlan]
    /// The places of the tasks that each task waits for, ascending.
    package let dependencies: [[Int]]
    /// The places of the tasks that wait for each task, ascending.
    package let dependents: [[Int]]
    /// All tasks so that each comes after those that it waits for; among several, the first of the
    /// file.
    package let order: [Int]
    /// Tasks by the length of the longest way to them: all of one level may run at once.
    package let levels: [[Int]]
    /// What the pipeline takes and gives where another one calls it.
    package let specification: ComponentSpecification

    /// Checks a pipeline and the ones that it calls.
    ///
    /// - Parameter specifications: is asked once for each task that is no called pipeline.
    /// - Throws: `invalidInput` with document, line and column for references to what is not there,
    ///   inputs that are unknown, missing or of another type, and circles; what `specifications`
    ///   throws, with the place of the task before it.
    /// - Complexity: O((n + m) log n) for n tasks and m references.
    package init(
        _ pipeline: Pipeline, specifications: @escaping Specifications
    ) throws(BancadaError) {
        var planner = PipelinePlanner(specifications: specifications)
        self = try planner.plan(pipeline, depth: 0)
    }

    init(
        pipeline: Pipeline, specifications: [ComponentSpecification],
        onExitSpecification: ComponentSpecification?, called: [String: PipelinePlan],
        graph: TaskGraph, specification: ComponentSpecification
    ) {
        self.pipeline = pipeline
        self.specifications = specifications
        self.onExitSpecification = onExitSpecification
        self.called = called
        dependencies = graph.dependencies
        dependents = graph.dependents
        order = graph.order
        levels = graph.levels
        self.specification = specification
    }
}

/// Plans pipelines and those that they call, each once.
struct PipelinePlanner {
    private let specifications: PipelinePlan.Specifications
    private var known: [String: [PipelinePlan]] = [:]

    init(specifications: @escaping PipelinePlan.Specifications) {
        self.specifications = specifications
    }

    /// The plan of a pipeline.
    mutating func plan(_ pipeline: Pipeline, depth: Int) throws(BancadaError) -> PipelinePlan {
        // Pipelines of one file share their storage: comparing them costs little.
        let key = "\(pipeline.document)\n\(pipeline.name)"
        if let plan = known[key]?.first(where: { $0.pipeline == pipeline }) { return plan }
        guard depth < NativePipelineFile.maximumDepth else {
            throw BancadaError(
                .invalidInput,
                "\(pipeline.document): pipelines call each other more than "
                    + "\(NativePipelineFile.maximumDepth) deep")
        }
        var called: [String: PipelinePlan] = [:]
        var specifications: [ComponentSpecification] = []
        specifications.reserveCapacity(pipeline.tasks.count)
        for task in pipeline.tasks {
            specifications.append(try specification(task, in: pipeline, &called, depth))
        }
        var onExit: ComponentSpecification?
        if let task = pipeline.onExit {
            onExit = try specification(task, in: pipeline, &called, depth)
        }
        let checker = try ReferenceChecker(pipeline, specifications)
        let dependencies = try checker.check(onExit: onExit)
        let plan = PipelinePlan(
            pipeline: pipeline, specifications: specifications, onExitSpecification: onExit,
            called: called, graph: try TaskGraph(pipeline, dependencies),
            specification: checker.specification)
        known[key, default: []].append(plan)
        return plan
    }

    private mutating func specification(
        _ task: PipelineTask, in pipeline: Pipeline, _ called: inout [String: PipelinePlan],
        _ depth: Int
    ) throws(BancadaError) -> ComponentSpecification {
        if case .pipeline(let inner) = task.action {
            let plan = try plan(inner, depth: depth + 1)
            called[task.name] = plan
            return plan.specification
        }
        let found: ComponentSpecification?
        do throws(BancadaError) {
            found = try specifications(task)
        } catch {
            throw error.prefixed("\(pipeline.position(task.location))task \"\(task.name)\": ")
        }
        if let found { return found }
        guard case .shell(let step) = task.action else {
            throw BancadaError(
                .notFound,
                "\(pipeline.position(task.location))task \"\(task.name)\": there is no component "
                    + "\"\(task.action.title)\"")
        }
        return ComponentSpecification(
            name: "shell", version: "1",
            inputs: task.inputs.map { InputSpecification($0.name, .any) },
            outputs: step.outputs)
    }
}

extension Pipeline {
    /// A place in the pipeline's document, before a message.
    func position(_ location: SourceLocation) -> String {
        document.isEmpty ? "" : "\(document):\(location.line):\(location.column): "
    }
}
