import Components
import Training
import Workbench

/// A model and the table it is asked about.
struct AskedModel: Sendable {
    /// The model.
    let model: TrainedModel
    /// Its canonical URI.
    let uri: String
    /// The table, read with the types of the model's columns.
    let data: LoadedData

    /// Loads a model by URI, then the table it is asked about.
    ///
    /// - Throws: `notFound`, `invalidInput`, `corrupt`, as model and data say.
    static func load(
        _ model: String, data: String, global: GlobalOptions
    ) async throws -> AskedModel {
        let uri = try ModelURI(parsing: model)
        let reference = try DataReference(parsing: data)
        let progress = TerminalProgress(console: global.console)
        defer { progress.clear() }
        let loader = try Loading.loader(progress)
        if case .path(let path) = uri, !reference.isDataset {
            return try await load(ModelResolver.folder(at: path), reference, loader, nil)
        }
        return try await OpenWorkspace.reading(global) { workspace in
            try await load(
                try await workspace.resolver.resolve(uri), reference, loader, workspace.services)
        }
    }

    private static func load(
        _ resolved: ResolvedModel, _ reference: DataReference, _ loader: DataLoader,
        _ services: Services?
    ) async throws(BancadaError) -> AskedModel {
        let model = try TrainedModel.load(from: resolved.folder)
        let data = try await loader.load(
            reference, types: model.columnTypes, services: services)
        return AskedModel(model: model, uri: resolved.uri, data: data)
    }
}
