import API
import ArgumentParser
import Components
import Documents
import Inference
import Workbench

/// `bancada serve`
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve models over HTTP until Ctrl-C.",
        discussion: """
            Speaks the Open Inference Protocol (/v2/...) and KServe's V1
            (/v1/models/...), and answers /metrics, /health and /version.

            EXAMPLES:
              bancada serve models:/penguins@champion
              bancada serve models:/penguins/1 ./exported-model --port 9000
              BANCADA_TOKEN=secret bancada serve models:/penguins/1 --host 0.0.0.0
            """)

    @Argument(
        help: ArgumentHelp(
            """
            models:/NAME@ALIAS, models:/NAME/VERSION, models:/NAME/STAGE, models:/NAME/latest, \
            runs:/RUN/PATH or a model folder.
            """,
            valueName: "model"))
    var models: [String]

    @OptionGroup var serving: ServeOptions
    @OptionGroup var places: PluginOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if models.isEmpty { throw ValidationError("Name at least one model to serve.") }
    }

    func run() async throws {
        let configuration = try Serving.configuration(serving)
        try configuration.validate()
        let uris = try await ModelScope.uris(models, global)
        try await ModelScope.using(uris, plugins: places.plugin, global) { content in
            let repository = ModelRepository()
            var served: [ResolvedModel] = []
            for model in content.models {
                if let other = served.first(where: {
                    $0.name == model.name && $0.version == model.version && $0.uri != model.uri
                }) {
                    throw Self.conflict(other, model)
                }
                try repository.publish(
                    await content.loader.serve(
                        model.folder, name: model.name, version: model.version))
                served.append(model)
            }
            try await ServerRun(
                configuration: configuration, repository: repository, global: global
            ).run(listing: served.map { ($0.name, $0.version, $0.uri) })
        }
    }

    private static func conflict(_ other: ResolvedModel, _ model: ResolvedModel) -> BancadaError {
        BancadaError(
            .conflict,
            "\(other.uri) and \(model.uri) would both be \"\(model.name)\" version "
                + model.version,
            hint: "register them under different names with 'bancada models register'")
    }
}
