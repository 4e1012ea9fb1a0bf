import ArgumentParser
import Components
import Documents
import Pipelines
import Workbench

/// The forms in which a pipeline can be drawn.
enum GraphForm: String, ExpressibleByArgument, CaseIterable {
    case text
    case mermaid
    case svg
    case json

    /// The drawing of a pipeline.
    func drawing(of loaded: LoadedPipeline) -> String {
        if self == .json { return PlanDocument.json(loaded).prettyText }
        return drawing(PipelineDrawing(loaded.request.pipeline))
    }

    /// The drawing of a pipeline run with the states of its tasks.
    ///
    /// - Throws: `notFound` for runs of other kinds; `corrupt`.
    func drawing(of run: RunID, services: Services) async throws -> String {
        let record = try await services.pipelines.pipelineRun(run)
        let tasks = try await services.pipelines.tasks(of: run)
        let pipeline = try PipelineLoading.pipeline(of: record)
        if self == .json {
            return PlanDocument.json(pipeline, tasks: tasks).prettyText
        }
        let states = Dictionary(tasks.map { ($0.path, $0.state) }) { _, last in last }
        return drawing(PipelineDrawing(pipeline, states: states))
    }

    private func drawing(_ drawing: PipelineDrawing) -> String {
        switch self {
        case .text: drawing.text
        case .mermaid: drawing.mermaid
        case .svg, .json: drawing.svg
        }
    }
}

/// A pipeline's tasks with what they wait for, as JSON.
enum PlanDocument {
    /// The tasks of a checked pipeline in the order in which they may run.
    static func json(_ loaded: LoadedPipeline) -> JSON {
        let tasks = loaded.request.pipeline.tasks
        return [
            "pipeline": .string(loaded.request.pipeline.name),
            "parameters": .object(loaded.request.parameters),
            "tasks": .array(loaded.plan.order.map { task(tasks[$0], state: nil) }),
        ]
    }

    /// The tasks of a pipeline with the states that a run has brought them to.
    static func json(_ pipeline: Pipeline, tasks: [TaskRecord]) -> JSON {
        let states = Dictionary(tasks.map { ($0.path, $0.state) }) { _, last in last }
        return [
            "pipeline": .string(pipeline.name),
            "tasks": .array(
                pipeline.tasks.map { task($0, state: states[$0.name] ?? .pending) }),
        ]
    }

    private static func task(_ task: PipelineTask, state: TaskState?) -> JSON {
        var members: [JSON.Member] = [
            .init("name", .string(task.name)), .init("component", .string(task.action.title)),
            .init("needs", .array(task.dependencies.map { .string($0) })),
        ]
        if let state { members.append(.init("state", .string(state.rawValue))) }
        return .object(members)
    }
}
