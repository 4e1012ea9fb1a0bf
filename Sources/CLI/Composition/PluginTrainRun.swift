import Components
import Plugins
import Workbench

/// `bancada train` by a plugin's trainer.
struct PluginTrainRun {
    let request: TrainRequest
    let plugins: [String]
    let global: GlobalOptions
    let progress: TerminalProgress
    let display: StageDisplay

    /// Trains by the trainer with a name.
    ///
    /// - Throws: `invalidInput` where no plugin has it; as `PluginTrainOperation`.
    func run(_ name: String) async throws -> TrainResult {
        let catalog = try PluginPlaces.catalog(plugins, global)
        guard let found = catalog.trainer(name) else {
            throw Extensions(catalog).unknownAlgorithm(name)
        }
        let operation = PluginTrainOperation(
            request, by: found.declaration, loader: try Loading.loader(progress),
            observer: display)
        let early = operation.needsWorkspace ? nil : try await operation.prepare(nil)
        return try await RunStops.listening(global.console) { stops in
            let cancellation = Cancellation()
            let unlink = stops.drain.onRequest { cancellation.request() }
            defer { unlink() }
            return try await OpenWorkspace.writing(global) { workspace in
                try await ExtensionScope.using(workspace, plugins: plugins, global) { extensions in
                    let services = workspace.services
                    let material: PluginTrainOperation.Material
                    if let early {
                        material = early
                    } else {
                        material = try await operation.prepare(services)
                    }
                    guard let trainer = extensions.trainer(named: name) else {
                        throw extensions.unknownAlgorithm(name)
                    }
                    return try await operation.run(
                        material, by: trainer, models: ModelLoader(extensions),
                        services: services
                    ) { run, work throws(BancadaError) in
                        try ExtensionScope.context(
                            run, task: "train", work: work, seed: request.seed,
                            services: services, progress: progress, cancellation: cancellation)
                    }
                }
            }
        }
    }
}
