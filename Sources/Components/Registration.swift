package import Workbench

/// Adds existing models to the registry.
package enum Registration {
    /// Registers a model of a run, or a model folder, as the next version of `name`.
    ///
    /// - Throws: `notFound`; `invalidInput` for a bad name or alias, or for a folder without
    ///   `model.json`.
    package static func register(
        _ uri: ModelURI, name: String, aliases: [String], services: Services
    ) async throws(BancadaError) -> ModelVersion {
        try TrackingRules.checkName(name, of: "model")
        for alias in aliases { try TrackingRules.checkAlias(alias) }
        let resolver = ModelResolver(registry: services.registry, artifacts: services.artifacts)
        let digest: ContentDigest
        var run: RunID?
        switch uri {
        case .path(let path):
            digest = try await services.artifacts.store(contentsOf: path).digest
            try await refuseOtherFolders(digest, path: path, services: services)
        case .run(let id, _):
            digest = try await resolver.digest(of: uri)
            run = id
        case .alias, .version:
            let resolved = try await resolver.resolve(uri)
            digest = try await resolver.digest(of: uri)
            run = resolved.run
        }
        return try await services.registry.createVersion(
            NewModelVersion(
                name: name, source: uri.description, run: run, digest: digest, aliases: aliases),
            at: services.clock.now())
    }

    private static func refuseOtherFolders(
        _ digest: ContentDigest, path: String, services: Services
    ) async throws(BancadaError) {
        let files = try await services.artifacts.manifest(of: digest)
        guard files.contains(where: { $0.path == "model.json" }) else {
            throw BancadaError(
                .invalidInput, "folder \"\(path)\" has no model.json, so it is no model",
                hint: "register a folder that 'bancada models export' or a run wrote")
        }
    }
}
