package import Workbench

extension ModelRegistry {
    /// The greatest version in a stage, as MLflow finds `models:/NAME/STAGE`.
    ///
    /// - Throws: `notFound` for a missing model, and where no version is in the stage.
    package func version(
        stage: ModelStage, ofModel name: String
    ) async throws(BancadaError) -> ModelVersion {
        let entry = try await model(named: name)
        guard let version = entry.latestVersions.first(where: { $0.stage == stage }) else {
            throw BancadaError(
                .notFound, "no version of \"\(name)\" is in the stage \(stage.rawValue)",
                hint: "move one there with 'bancada models stage \(name) VERSION \(stage.rawValue)'"
            )
        }
        return version
    }

    /// A version by number; nil where there is none, or no such model.
    func existing(
        _ version: Int, of name: String
    ) async throws(BancadaError) -> ModelVersion? {
        do throws(BancadaError) {
            return try await self.version(version, ofModel: name)
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }
}

/// Adds existing models to the registry.
package enum Registration {
    /// Registers a model of a run, or a model folder, as the next version of `name`.
    ///
    /// - Parameter models: tells which folders are models.
    /// - Throws: `notFound`; `invalidInput` for a bad name or alias, or for a folder that is
    ///   no model.
    package static func register(
        _ uri: ModelURI, name: String, aliases: [String], services: Services,
        models: ModelLoader
    ) async throws(BancadaError) -> ModelVersion {
        try TrackingRules.checkName(name, of: "model")
        for alias in aliases { try TrackingRules.checkAlias(alias) }
        let resolver = ModelResolver(services)
        let digest: ContentDigest
        var run: RunID?
        var loggedModel: LoggedModelID?
        switch uri {
        case .path(let path):
            guard models.isModel(folder: path) else { throw noModel(path) }
            digest = try await services.artifacts.store(contentsOf: path).digest
            try await refuseOtherFolders(digest, path: path, services, models)
        case .run(let id, _):
            digest = try await resolver.digest(of: uri)
            run = id
        case .logged(let id):
            digest = try await resolver.digest(of: uri)
            loggedModel = id
        case .alias, .version, .stage:
            let resolved = try await resolver.resolve(uri)
            digest = try await resolver.digest(of: uri)
            run = resolved.run
        }
        return try await services.registry.createVersion(
            NewModelVersion(
                name: name, source: uri.description, run: run, digest: digest, aliases: aliases,
                loggedModel: loggedModel), at: services.clock.now())
    }

    /// Registers a task's model as the next version of `name`. Done again by the same run for the
    /// same bytes, the version is the one that is there, and only the aliases are moved.
    ///
    /// - Throws: `invalidInput` for a bad name or alias, or for a folder that is no model;
    ///   `unavailable`.
    package static func register(
        _ model: RuntimeArtifact, name: String, aliases: [String], run: RunID, services: Services,
        models: ModelLoader
    ) async throws(BancadaError) -> ModelVersion {
        try TrackingRules.checkName(name, of: "model")
        for alias in aliases { try TrackingRules.checkAlias(alias) }
        let digest: ContentDigest
        if let stored = model.digest {
            digest = stored
        } else {
            digest = try await services.artifacts.store(contentsOf: model.path).digest
        }
        try await refuseOtherFolders(digest, path: model.path, services, models)
        if let known = try await version(of: name, digest, run, services) {
            for alias in aliases where !known.aliases.contains(alias) {
                try await services.registry.setAlias(alias, version: known.version, ofModel: name)
            }
            return known
        }
        return try await services.registry.createVersion(
            NewModelVersion(
                name: name, source: "sha256:\(digest.hex)", run: run, digest: digest,
                aliases: aliases), at: services.clock.now())
    }

    private static func version(
        of name: String, _ digest: ContentDigest, _ run: RunID, _ services: Services
    ) async throws(BancadaError) -> ModelVersion? {
        do throws(BancadaError) {
            return try await services.registry.versions(ofModel: name)
                .first { $0.run == run && $0.content?.digest == digest }
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    private static func refuseOtherFolders(
        _ digest: ContentDigest, path: String, _ services: Services, _ models: ModelLoader
    ) async throws(BancadaError) {
        let files = try await services.artifacts.manifest(of: digest)
        guard models.isModel(files.map(\.path)) else { throw noModel(path) }
    }

    private static func noModel(_ path: String) -> BancadaError {
        BancadaError(
            .invalidInput,
            "folder \"\(path)\" has no model.json and no file that a plugin serves, so it is no "
                + "model",
            hint: "register a folder that 'bancada models export' or a run wrote")
    }
}
