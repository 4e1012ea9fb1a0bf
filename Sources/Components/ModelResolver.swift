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
    private let services: Services

    /// A resolver over the stores of a workspace.
    package init(_ services: Services) {
        self.services = services
    }

    /// The model that `uri` names in the registry, among the logged models, or in a run.
    ///
    /// - Precondition: `uri` is no plain path; use `folder(at:)` for those.
    /// - Throws: `notFound`; `corrupt` when stored bytes are damaged; `unsupported` for versions
    ///   whose files are not in this workspace; `unavailable` where files that a client uploaded
    ///   must become a content and the workspace cannot be written.
    package func resolve(_ uri: ModelURI) async throws(BancadaError) -> ResolvedModel {
        switch uri {
        case .alias(let name, let alias):
            return try await resolve(services.registry.version(alias: alias, ofModel: name))
        case .version(let name, let version):
            return try await resolve(services.registry.version(version, ofModel: name))
        case .stage(let name, let stage):
            return try await resolve(services.registry.version(stage: stage, ofModel: name))
        case .logged(let id):
            let model = try await services.loggedModels.loggedModel(id)
            let content = try await contents.content(of: model)
            return try await resolved(content, name: model.name, run: model.sourceRun, uri)
        case .run(let run, let path):
            let content = try await contents.content(at: path, of: run)
            let name = path.split(separator: "/").last.map(String.init) ?? "model"
            return try await resolved(content, name: name, run: run, uri)
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
            let version = try await services.registry.version(alias: alias, ofModel: name)
            return try await contents.content(of: version).digest
        case .version(let name, let version):
            let version = try await services.registry.version(version, ofModel: name)
            return try await contents.content(of: version).digest
        case .stage(let name, let stage):
            let version = try await services.registry.version(stage: stage, ofModel: name)
            return try await contents.content(of: version).digest
        case .logged(let id):
            let model = try await services.loggedModels.loggedModel(id)
            return try await contents.content(of: model).digest
        case .run(let run, let path):
            return try await contents.content(at: path, of: run).digest
        case .path(let path):
            throw BancadaError(.invalidInput, "\"\(path)\" is not a model of the workspace")
        }
    }

    /// The registry's entry that `uri` names; nil where it names no registered model. Its files are
    /// not looked at.
    ///
    /// - Throws: `notFound`.
    package func version(of uri: ModelURI) async throws(BancadaError) -> ModelVersion? {
        switch uri {
        case .alias(let name, let alias):
            return try await services.registry.version(alias: alias, ofModel: name)
        case .version(let name, let version):
            return try await services.registry.version(version, ofModel: name)
        case .stage(let name, let stage):
            return try await services.registry.version(stage: stage, ofModel: name)
        case .logged, .run, .path: return nil
        }
    }

    private var contents: ModelContents { ModelContents(services) }

    private func resolve(_ version: ModelVersion) async throws(BancadaError) -> ResolvedModel {
        let content = try await contents.content(of: version)
        return ResolvedModel(
            name: version.name, version: String(version.version),
            folder: try await services.artifacts.cachedPath(of: content.digest),
            registered: version, run: version.run, uri: version.uri)
    }

    private func resolved(
        _ content: StoredContent, name: String, run: RunID?, _ uri: ModelURI
    ) async throws(BancadaError) -> ResolvedModel {
        ResolvedModel(
            name: name, version: "1",
            folder: try await services.artifacts.cachedPath(of: content.digest), registered: nil,
            run: run, uri: uri.description)
    }
}
