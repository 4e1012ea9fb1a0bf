package import Workbench

/// A model that a URI was resolved to: a folder to load, and what is known of where it came from.
package struct ResolvedModel: Sendable {
    /// The name to serve it under: the registry's, or the folder's.
    package let name: String
    /// The version as text; "1" for a plain folder.
    package let version: String
    /// The folder with the model's files; not to be written to.
    package let folder: String
    /// The registry's entry, where the URI names one.
    package let registered: ModelVersion?
    /// The run that made it, where known.
    package let run: RunID?
    /// The canonical URI.
    package let uri: String
}

/// Turns model URIs into folders.
package struct ModelResolver: Sendable {
    private let registry: any ModelRegistry
    private let artifacts: any ArtifactStore

    /// A resolver over these stores.
    package init(registry: any ModelRegistry, artifacts: any ArtifactStore) {
        self.registry = registry
        self.artifacts = artifacts
    }

    /// The model that `uri` names in the registry or among the outputs of a run.
    ///
    /// - Precondition: `uri` is no plain path; use `folder(at:)` for those.
    /// - Throws: `notFound`; `corrupt` when stored bytes are damaged; `unsupported` for versions
    ///   whose files are not in this workspace.
    package func resolve(_ uri: ModelURI) async throws(BancadaError) -> ResolvedModel {
        switch uri {
        case .alias(let name, let alias):
            return try await resolve(registry.version(alias: alias, ofModel: name))
        case .version(let name, let version):
            return try await resolve(registry.version(version, ofModel: name))
        case .run(let run, let path):
            return try await resolve(run: run, path: path, uri: uri)
        case .path(let path):
            return Self.folder(at: path)
        }
    }

    /// A model in a plain folder, named for the folder.
    package static func folder(at path: String) -> ResolvedModel {
        let parts = path.split(separator: "/").filter { $0 != "." }
        let name = parts.last.map(String.init) ?? "model"
        return ResolvedModel(
            name: name, version: "1", folder: path, registered: nil, run: nil, uri: path)
    }

    /// The digest of the stored folder that `uri` names.
    ///
    /// - Throws: as `resolve`; `invalidInput` for a plain path.
    package func digest(of uri: ModelURI) async throws(BancadaError) -> ContentDigest {
        switch uri {
        case .alias(let name, let alias):
            return try content(of: await registry.version(alias: alias, ofModel: name)).digest
        case .version(let name, let version):
            return try content(of: await registry.version(version, ofModel: name)).digest
        case .run(let run, let path):
            return try await output(path, of: run).content.digest
        case .path(let path):
            throw BancadaError(.invalidInput, "\"\(path)\" is not a model of the workspace")
        }
    }

    private func resolve(_ version: ModelVersion) async throws(BancadaError) -> ResolvedModel {
        let content = try content(of: version)
        return ResolvedModel(
            name: version.name, version: String(version.version),
            folder: try await artifacts.cachedPath(of: content.digest), registered: version,
            run: version.run, uri: version.uri)
    }

    private func resolve(
        run: RunID, path: String, uri: ModelURI
    ) async throws(BancadaError) -> ResolvedModel {
        let output = try await output(path, of: run)
        return ResolvedModel(
            name: path.split(separator: "/").last.map(String.init) ?? "model", version: "1",
            folder: try await artifacts.cachedPath(of: output.content.digest), registered: nil,
            run: run, uri: uri.description)
    }

    private func content(of version: ModelVersion) throws(BancadaError) -> StoredContent {
        guard let content = version.content else {
            throw BancadaError(
                .unsupported,
                "\(version.uri) points at \(version.source), which is not in this workspace",
                hint: "register a model that a run of this workspace made")
        }
        return content
    }

    private func output(_ path: String, of run: RunID) async throws(BancadaError) -> Artifact {
        let outputs = try await artifacts.outputs(of: run)
        guard let output = outputs.first(where: { $0.name == path }) else {
            let names = outputs.map(\.name).joined(separator: ", ")
            throw BancadaError(
                .notFound, "run \(run.text) has no output \"\(path)\"",
                hint: names.isEmpty ? "list runs with 'bancada runs list'" : "use one of \(names)")
        }
        guard output.content.kind == .folder else {
            throw BancadaError(
                .invalidInput, "runs:/\(run.text)/\(path) is a file, not a model folder")
        }
        return output
    }
}
