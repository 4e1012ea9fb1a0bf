import Components
import Foundation
import Plugins
import Workbench

/// Finds models by URI and lets them be loaded. Plugins are looked for only where a model is of no
/// built-in algorithm, and work in the workspace then.
enum ModelScope {
    /// What commands get of the models that they name.
    struct Content {
        /// Loads the models.
        let loader: ModelLoader
        /// The models, in the order of their URIs.
        let models: [ResolvedModel]
        /// The workspace; nil where nothing is asked of it.
        let services: Services?
    }

    /// The places that `texts` name; of `runs:/RUN/PATH` the run may be its first digits.
    static func uris(_ texts: [String], _ global: GlobalOptions) async throws -> [ModelURI] {
        let areWhole = texts.allSatisfy {
            !$0.hasPrefix("runs:/") || (try? ModelURI(parsing: $0)) != nil
        }
        if areWhole { return try texts.map { try ModelURI(parsing: $0) } }
        return try await OpenWorkspace.reading(global) { workspace in
            var uris: [ModelURI] = []
            for text in texts { uris.append(try await workspace.modelURI(text)) }
            return uris
        }
    }

    /// Runs `body` with the models that `uris` name.
    ///
    /// - Parameter needsWorkspace: whether the workspace is opened even for plain folders.
    /// - Throws: `notFound`; `invalidInput` for a folder that is no model.
    static func using<Result>(
        _ uris: [ModelURI], plugins: [String], _ global: GlobalOptions,
        needsWorkspace: Bool = false, _ body: (Content) async throws -> Result
    ) async throws -> Result {
        let paths = try uris.compactMap { uri throws(BancadaError) in
            if case .path(let path) = uri { try folder(path) } else { nil }
        }
        let isPlain = paths.allSatisfy { ModelLoader.isBuiltIn(folder: $0.folder) }
        if !isPlain { try check(paths, try PluginPlaces.catalog(plugins, global)) }
        if isPlain, !needsWorkspace, paths.count == uris.count {
            return try await body(
                Content(loader: ModelLoader(.none), models: paths, services: nil))
        }
        if isPlain {
            let result: Result? = try await OpenWorkspace.reading(global) { workspace in
                guard let models = try await resolveReading(uris, workspace),
                    models.allSatisfy({ ModelLoader.isBuiltIn(folder: $0.folder) })
                else {
                    return nil
                }
                return try await body(
                    Content(
                        loader: ModelLoader(.none), models: models, services: workspace.services))
            }
            if let result { return result }
        }
        return try await OpenWorkspace.writing(global) { workspace in
            let models = try await resolve(uris, workspace)
            return try await ExtensionScope.using(workspace, plugins: plugins, global) {
                extensions in
                try await body(
                    Content(
                        loader: ModelLoader(extensions), models: models,
                        services: workspace.services))
            }
        }
    }

    private static func resolve(
        _ uris: [ModelURI], _ workspace: OpenWorkspace
    ) async throws(BancadaError) -> [ResolvedModel] {
        var models: [ResolvedModel] = []
        for uri in uris { models.append(try await workspace.resolver.resolve(uri)) }
        return models
    }

    /// The models; nil where files that a client uploaded must become a content first, for which the
    /// workspace has to be opened to write.
    private static func resolveReading(
        _ uris: [ModelURI], _ workspace: OpenWorkspace
    ) async throws(BancadaError) -> [ResolvedModel]? {
        do throws(BancadaError) {
            return try await resolve(uris, workspace)
        } catch {
            if error.code == .unavailable { return nil }
            throw error
        }
    }

    /// The model in a folder.
    ///
    /// - Throws: `notFound`; `invalidInput` for a file.
    static func folder(_ path: String) throws(BancadaError) -> ResolvedModel {
        guard FileManager.default.fileExists(atPath: path) else {
            throw BancadaError(
                .notFound, "model folder \"\(path)\" not found",
                hint: NamedModel.hint(path) ?? "list models with 'bancada models list'")
        }
        let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        // What cannot be looked at is refused when it is read.
        let attributes = try? FileManager.default.attributesOfItem(atPath: real)
        if attributes?[.type] as? FileAttributeType == .typeRegular {
            throw BancadaError(
                .invalidInput, "\"\(path)\" is a file, not a model folder",
                hint: "name a folder that 'bancada models export' or a run wrote")
        }
        return ModelResolver.folder(at: path)
    }

    private static func check(
        _ models: [ResolvedModel], _ catalog: PluginCatalog
    ) throws(BancadaError) {
        let extensions = Extensions(catalog)
        for model in models where !ModelLoader.isBuiltIn(folder: model.folder) {
            if extensions.format(in: model.folder) == nil {
                throw ModelLoader.unknown(model.folder)
            }
        }
    }
}
