/// The files of runs and models by path, as MLflow's artifact proxy shows them. Implemented in Store.
///
/// A path is relative, with `/`, such as `1/RUN/artifacts/model/MLmodel`. Below
/// `EXPERIMENT/RUN/artifacts` there is what clients uploaded and what the run recorded as artifacts
/// (see `ArtifactStore`); below `contents/DIGEST` the files of a stored content. Content is kept by
/// digest, so equal files are stored once. What a run recorded, and contents, cannot be changed here.
package protocol ArtifactTree: Sendable {
    /// Starts to receive a file.
    ///
    /// - Throws: `unavailable`.
    func beginUpload() async throws(BancadaError) -> any ArtifactUpload
    /// The file at `path`.
    ///
    /// - Throws: `notFound` also for folders.
    func file(at path: ArtifactPath) async throws(BancadaError) -> ArtifactFile
    /// What is in the folder at `path`, ordered by name; nothing for a file or where nothing is.
    func list(_ path: ArtifactPath) async throws(BancadaError) -> [ArtifactTreeEntry]
    /// Deletes the file or the folder at `path`; where nothing is, that is no error.
    ///
    /// - Throws: `invalidInput` for what cannot be changed.
    func delete(_ path: ArtifactPath) async throws(BancadaError)
    /// The file or folder at `path` as one content, which stays as it is when files are uploaded
    /// later. No bytes are copied.
    ///
    /// - Throws: `notFound`.
    func content(at path: ArtifactPath) async throws(BancadaError) -> StoredContent
}

/// A file that is being received. Dropping it unfinished leaves nothing behind.
package protocol ArtifactUpload: Sendable {
    /// Appends bytes.
    ///
    /// - Throws: `unavailable` for a full disk.
    func write(_ bytes: [UInt8]) async throws(BancadaError)
    /// Makes what was received the file at `path`, durably, in place of what was there.
    ///
    /// - Throws: `invalidInput` for a path that cannot be changed, or below a file, or that is a
    ///   folder; `unavailable`.
    func finish(at path: ArtifactPath) async throws(BancadaError) -> StoredContent
    /// Gives it up.
    func cancel() async
}
