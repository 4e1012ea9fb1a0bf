import Components
import Workbench

/// A model and the table it is asked about.
struct AskedModel: Sendable {
    /// The model.
    let model: TableModel
    /// Its canonical URI.
    let uri: String
    /// The table, read with the types of the model's columns.
    let data: LoadedData

    /// Runs `body` with a model that was loaded by URI, and the table it is asked about.
    ///
    /// - Throws: `notFound`, `invalidInput`, `corrupt`, as model and data say.
    static func using<Result>(
        _ model: String, data: String, plugins: [String], _ global: GlobalOptions,
        _ body: (AskedModel) async throws -> Result
    ) async throws -> Result {
        let uris = try await ModelScope.uris([model], global)
        let reference = try DataReference(parsing: data)
        return try await ModelScope.using(
            uris, plugins: plugins, global, needsWorkspace: reference.isDataset
        ) { content in
            let progress = TerminalProgress(console: global.console)
            defer { progress.clear() }
            let resolved = content.models[0]
            let model = try await content.loader.table(resolved.folder)
            let data = try await Loading.loader(progress).load(
                reference, types: model.columnTypes, services: content.services)
            progress.clear()
            return try await body(AskedModel(model: model, uri: resolved.uri, data: data))
        }
    }
}
