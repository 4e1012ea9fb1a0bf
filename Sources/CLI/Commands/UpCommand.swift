import API
import ArgumentParser
import Components
import Inference
import Workbench

/// `bancada up`
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Serve the whole workspace on one port until Ctrl-C.",
        discussion: """
            MLflow's clients use it as their tracking server and model registry: set
            MLFLOW_TRACKING_URI=http://127.0.0.1:8080.

            Serves the latest version of every registered model, and every version that
            an alias points at. The alias champion, where there is one, answers when no
            version is named. Models that are registered, aliased or deleted meanwhile
            are picked up within a second.

            EXAMPLES:
              bancada up
              bancada up --port 9000 --workspace ~/experiments
            """)

    @OptionGroup var serving: ServeOptions
    @OptionGroup var places: PluginOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let configuration = try Serving.configuration(serving)
        try configuration.validate()
        try await OpenWorkspace.writing(global) { workspace in
            try await ExtensionScope.using(workspace, plugins: places.plugin, global) {
                extensions in
                let repository = ModelRepository()
                let watcher = RegistryWatcher(
                    workspace: workspace, loader: ModelLoader(extensions), repository: repository,
                    console: global.console)
                try await watcher.refresh()
                try await ServerRun(
                    configuration: configuration, repository: repository,
                    tracking: Serving.tracking(workspace), global: global
                ).run(listing: watcher.listing, beside: [watcher])
            }
        }
    }
}
