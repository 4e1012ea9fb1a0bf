package import Workbench

/// A trainer that a plugin provides.
package struct PluginTrainer: Trainer {
    /// What the plugin says of it.
    package let declaration: TrainerDeclaration
    private let host: PluginHost

    /// The trainer that `declaration` describes, done by the plugin of `host`.
    package init(_ declaration: TrainerDeclaration, host: PluginHost) {
        self.declaration = declaration
        self.host = host
    }

    package var name: String { declaration.name }

    /// The plugin's name and version.
    package var plugin: (name: String, version: String) {
        (host.manifest.name, host.manifest.version)
    }

    /// What of the plugin decides its results.
    ///
    /// - Throws: `unavailable` when a file cannot be read; `unsupported` for too large a folder.
    package func fingerprint() throws(BancadaError) -> JSON {
        try PluginFingerprint.json(of: host.manifest)
    }

    package func fit(
        _ request: TrainerRequest, context: ExecutionContext
    ) async throws(BancadaError) -> [JSON.Member] {
        let parameters = try ParameterDeclaration.resolve(
            request.parameters, by: declaration.parameters, of: "trainer \"\(name)\"")
        try WorkPaths.makeParent(of: request.model)
        let complete = TrainerRequest(
            table: request.table, target: request.target, parameters: parameters,
            seed: request.seed, model: request.model)
        let observer = ExecutionObserver(context, label: name)
        let metrics = try await host.answer(
            TrainerFitCall(trainer: name, request: complete, work: context.workFolder),
            PluginCallContext(context, observer: observer))
        if let wrong = WorkPaths.fault(
            of: request.model, asked: request.model, work: context.workFolder)
        {
            throw host.fault("\"trainer.fit\": trainer \"\(name)\" wrote no model: \(wrong)")
        }
        guard WorkPaths.isFilledFolder(request.model) else {
            throw host.fault(
                "\"trainer.fit\": trainer \"\(name)\" wrote a model that is no folder with files")
        }
        return metrics
    }
}
