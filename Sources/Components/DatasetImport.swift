import Tabular
package import Workbench

/// Makes named, versioned datasets of tables.
package enum DatasetImport {
    /// Stores a table that was read as the next version of the dataset `name`; where the latest
    /// version has the same content, that one is returned.
    ///
    /// The dataset's folder has `data.csv`, written from the table, so that files that differ only
    /// in quoting, delimiter or compression are the same dataset, and `schema.json`.
    /// - Throws: `invalidInput` for a bad name; `unavailable` when it cannot be stored.
    package static func store(
        _ data: LoadedData, named name: String, services: Services
    ) async throws(BancadaError) -> DatasetVersion {
        try TrackingRules.checkName(name, of: "dataset")
        let folder = try services.makeWorkFolder(services.makeRunID())
        defer { services.removeWorkFolder(folder) }
        try DatasetFolder.write(data.table, to: folder)
        let content = try await services.artifacts.store(contentsOf: folder)
        let now = services.clock.now()
        let artifact = try await services.artifacts.recordArtifact(
            NewArtifact(
                type: .dataset, name: name, digest: content.digest,
                metadata: [
                    Tag(key: "columns", value: String(data.table.columns.count)),
                    Tag(key: "rows", value: String(data.table.rowCount)),
                    Tag(key: "source", value: data.uri),
                ]), at: now)
        return try await services.datasets.registerDataset(
            named: name, artifact: artifact.id, source: data.uri, rows: data.table.rowCount,
            columns: data.table.columns.count, at: now)
    }
}
