/// Immutable content by digest, and the typed artifacts over it. Implemented in Store.
///
/// Content is streamed into a temporary file, synced, renamed, and only then recorded, so a crash
/// leaves at most a file that nothing names. Equal content is stored once.
package protocol ArtifactStore: Sendable {
    /// Copies a file, or a folder with everything in it, into the workspace.
    ///
    /// Symbolic links inside a folder are followed only to files within it. Empty folders inside,
    /// permissions and times are not part of the content.
    /// - Throws: `notFound` when `path` does not exist; `invalidInput` for sockets, devices and
    ///   links that leave the folder; `unavailable` for a full disk or a missing permission.
    func store(contentsOf path: String) async throws(BancadaError) -> StoredContent
    /// Stores bytes that are in memory as one file.
    func store(bytes: [UInt8]) async throws(BancadaError) -> StoredContent
    /// The content with this digest.
    ///
    /// - Throws: `notFound`.
    func content(_ digest: ContentDigest) async throws(BancadaError) -> StoredContent
    /// Whether every file of the content with this digest is there; its bytes are not read.
    ///
    /// - Throws: `notFound`; `corrupt` when a folder's list of files is gone.
    func isPresent(_ digest: ContentDigest) async throws(BancadaError) -> Bool
    /// The files of a folder, ordered by path.
    ///
    /// - Throws: `notFound`; `invalidInput` when the content is a file; `corrupt`.
    func manifest(of digest: ContentDigest) async throws(BancadaError) -> [ManifestEntry]
    /// Writes a copy (a reflink where the file system can) of the content to `path`, which must not
    /// exist; it appears there whole or not at all.
    ///
    /// - Throws: `notFound`; `corrupt` when the bytes no longer have their digest; `conflict` when
    ///   `path` exists; `unavailable`.
    func copy(_ digest: ContentDigest, to path: String) async throws(BancadaError)
    /// A read-only copy of the content inside the workspace's cache, made on first use and shared;
    /// callers must not write to it.
    func cachedPath(of digest: ContentDigest) async throws(BancadaError) -> String
    /// Records an artifact. The same thing again (producer, name, type, content and metadata) is the
    /// artifact that was recorded last; other content under a name of a run is a new artifact.
    ///
    /// - Throws: `notFound` when the content or the producing run is missing; `invalidInput` for an
    ///   empty name or a deleted run.
    func recordArtifact(_ artifact: NewArtifact, at time: Timestamp) async throws(BancadaError)
        -> Artifact
    /// The artifact with this id.
    ///
    /// - Throws: `notFound`.
    func artifact(_ id: ArtifactID) async throws(BancadaError) -> Artifact
    /// Records that a run reads an artifact, once per name.
    ///
    /// - Throws: `notFound`; `conflict` when the run reads another artifact under this name;
    ///   `invalidInput` for an empty name or a deleted run.
    func recordInput(
        _ name: String, artifact: ArtifactID, of run: RunID
    ) async throws(BancadaError)
    /// What a run read, ordered by name.
    func inputs(of run: RunID) async throws(BancadaError) -> [RunInput]
    /// What a run produced, ordered by name, of each name what was recorded last.
    func outputs(of run: RunID) async throws(BancadaError) -> [Artifact]
}
