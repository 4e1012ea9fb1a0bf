/// Named, versioned datasets. Implemented in Store.
package protocol DatasetStore: Sendable {
    /// Registers the next version of `name` over a recorded artifact. When the latest version has
    /// the same content, that version is returned and nothing is written.
    ///
    /// - Throws: `invalidInput` for a bad name (see `TrackingRules`); `notFound` for a missing
    ///   artifact.
    func registerDataset(
        named name: String, artifact: ArtifactID, source: String, rows: Int, columns: Int,
        at time: Timestamp
    ) async throws(BancadaError) -> DatasetVersion
    /// A version of a dataset; the latest where `version` is nil.
    ///
    /// - Throws: `notFound`.
    func dataset(
        named name: String, version: Int?
    ) async throws(BancadaError) -> DatasetVersion
    /// The latest version of every dataset, ordered by name.
    func datasets() async throws(BancadaError) -> [DatasetVersion]
}
