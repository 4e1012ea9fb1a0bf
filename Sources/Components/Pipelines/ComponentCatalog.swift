import Documents
package import Pipelines
package import Workbench

/// Finds the component that a task names. Made by the command line from the built-in components,
/// plugins and the ways to run shell steps and functions.
package protocol ComponentCatalog: Sendable {
    /// The component of a task that is not a sub-pipeline; relative paths start from the task's
    /// folder.
    ///
    /// - Throws: `notFound` for an unknown name, with the nearest one as the hint; `invalidInput`
    ///   for a function that cannot be read.
    func component(for task: PipelineTask) async throws(BancadaError) -> any Component
}

/// The components of all tasks of a pipeline and its sub-pipelines, found once.
package struct ResolvedComponents: Sendable {
    private let byAction: [String: any Component]

    /// Finds the components of a pipeline.
    ///
    /// - Throws: as the catalog, with the task's place before the message.
    package init(
        of pipeline: Pipeline, catalog: any ComponentCatalog
    ) async throws(BancadaError) {
        var found: [String: any Component] = [:]
        try await Self.add(pipeline, catalog, &found)
        byAction = found
    }

    private static func add(
        _ pipeline: Pipeline, _ catalog: any ComponentCatalog,
        _ found: inout [String: any Component]
    ) async throws(BancadaError) {
        for task in pipeline.tasks + (pipeline.onExit.map { [$0] } ?? []) {
            if case .pipeline(let inner) = task.action {
                try await add(inner, catalog, &found)
                continue
            }
            let key = key(task)
            if found[key] != nil { continue }
            do throws(BancadaError) {
                found[key] = try await catalog.component(for: task)
            } catch {
                let place = pipeline.document.isEmpty ? "" : pipeline.document + ":"
                throw error.prefixed(
                    "\(place)\(task.location.line):\(task.location.column): task "
                        + "\"\(task.name)\": ")
            }
        }
    }

    /// The component of a task.
    ///
    /// - Precondition: it is of the pipeline that was resolved, and no sub-pipeline.
    package func component(of task: PipelineTask) -> any Component {
        guard let component = byAction[Self.key(task)] else {
            preconditionFailure("task \(task.name) was not resolved")
        }
        return component
    }

    /// What the component of a task says of itself; nil for a sub-pipeline.
    package func specification(of task: PipelineTask) -> ComponentSpecification? {
        byAction[Self.key(task)]?.specification
    }

    /// The names of a task's outputs.
    package func outputNames(of task: PipelineTask) -> [String] {
        if case .pipeline(let inner) = task.action { return inner.outputs.map(\.name) }
        return specification(of: task)?.outputs.map(\.name) ?? []
    }

    private static func key(_ task: PipelineTask) -> String {
        switch task.action {
        case .component(let name): "component \(name) \(task.folder)"
        case .shell(let step):
            "shell \(step.folder)\n"
                + step.outputs.map { "\($0.name):\($0.type.word)" }.joined(separator: ",") + "\n"
                + step.script
        case .python(let step):
            "python \(step.folder)/\(step.file):\(step.function) "
                + step.requirements.joined(separator: " ")
        case .pipeline: "pipeline"
        }
    }
}
