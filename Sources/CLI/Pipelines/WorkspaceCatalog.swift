import Components
import Documents
import Executors
import Pipelines
import Workbench

/// What tasks can execute: built-in components, those of plugins, shell steps and functions.
struct WorkspaceCatalog: ComponentCatalog {
    private let workspace: OpenWorkspace
    private let python: PythonEnvironment
    /// What plugins add.
    let extensions: Extensions

    /// Runs `body` with what tasks can execute; all plugins' processes have ended afterwards.
    static func using<Result>(
        _ workspace: OpenWorkspace, plugins: [String], _ global: GlobalOptions,
        _ body: (WorkspaceCatalog) async throws -> Result
    ) async throws -> Result {
        try await ExtensionScope.using(workspace, plugins: plugins, global) { extensions in
            try await body(WorkspaceCatalog(workspace, extensions))
        }
    }

    /// What tasks can execute with these plugins.
    init(_ workspace: OpenWorkspace, _ extensions: Extensions) {
        self.workspace = workspace
        self.extensions = extensions
        python = ExtensionScope.python(of: workspace)
    }

    func component(for task: PipelineTask) async throws(BancadaError) -> any Component {
        switch task.action {
        case .component(let name): return try component(named: name, folder: task.folder)
        case .shell(let step):
            return try ShellComponent(
                step: step, task: task.name, inputs: task.inputs.map(\.name),
                inherited: ProcessEnvironment.inherited)
        case .python(let step):
            return try await PythonComponent.load(
                step: step, task: task.name, python: python,
                owner: ProcessOwner(
                    run: workspace.services.makeRunID(), groups: workspace.services.groups))
        case .pipeline(let pipeline):
            throw BancadaError(
                .internal, "pipeline \"\(pipeline.name)\" is no component")
        }
    }

    private func component(
        named name: String, folder: String
    ) throws(BancadaError) -> any Component {
        let builtIn = BuiltInComponents.make(
            ComponentTools(workspace, folder: folder, extensions: extensions))
        if let component = builtIn.first(where: { $0.specification.name == name }) {
            return component
        }
        if let component = extensions.component(named: name) { return component }
        let names = builtIn.map(\.specification.name) + extensions.componentNames
        throw BancadaError(
            .notFound, "unknown component \"\(name)\"",
            hint: NearestName.of(name, among: names).map { "write \"\($0)\"" }
                ?? "use one of \(names.joined(separator: ", "))")
    }
}
