import GRDB
package import Workbench

/// `ArtifactStore`: bytes below `artifacts/`, rows in the workspace's database. The rows are in
/// `SQLiteArtifactStore+Rows`.
package struct SQLiteArtifactStore: ArtifactStore {
    let database: WorkspaceDatabase
    let files: ContentFiles
    /// Where shared copies are: in the workspace, or beside the private copy of its database.
    let cacheFolder: String
    let queue: FileQueue

    package func store(contentsOf path: String) async throws(BancadaError) -> StoredContent {
        try await ingest { try $0.add(path) }
    }

    package func store(bytes: [UInt8]) async throws(BancadaError) -> StoredContent {
        try await ingest { try $0.add(bytes: bytes) }
    }

    package func content(_ digest: ContentDigest) async throws(BancadaError) -> StoredContent {
        try await database.read { try Self.content(digest, in: $0) }
    }

    package func isPresent(_ digest: ContentDigest) async throws(BancadaError) -> Bool {
        let content = try await content(digest)
        let copier = ContentCopy(files: files, permissions: 0o644)
        return try await onFiles { _ in
            var digests = [digest]
            if content.kind == .folder {
                digests += try copier.manifest(of: digest).entries.map(\.digest)
            }
            return try digests.allSatisfy { try FileSystem.facts(files.path(of: $0)) != nil }
        }
    }

    package func manifest(
        of digest: ContentDigest
    ) async throws(BancadaError) -> [ManifestEntry] {
        let content = try await content(digest)
        guard content.kind == .folder else {
            throw BancadaError(.invalidInput, "content \(digest.short) is a file, not a folder")
        }
        let copier = ContentCopy(files: files, permissions: 0o644)
        return try await onFiles { _ in try copier.manifest(of: digest).entries }
    }

    package func copy(_ digest: ContentDigest, to path: String) async throws(BancadaError) {
        try await copy(digest, to: path, permissions: 0o644)
    }

    package func cachedPath(of digest: ContentDigest) async throws(BancadaError) -> String {
        let folder = cacheFolder
        let path = folder + "/" + digest.hex
        let isThere = try await onFiles { _ in
            if try FileSystem.facts(path) != nil { return true }
            try FileSystem.makeFolders(folder)
            return false
        }
        if isThere { return path }
        do throws(BancadaError) {
            try await copy(digest, to: path, permissions: 0o444)
        } catch {
            // Another task or process was faster.
            if error.code != .conflict { throw error }
        }
        return path
    }

    private func copy(
        _ digest: ContentDigest, to path: String, permissions: UInt32
    ) async throws(BancadaError) {
        let content = try await content(digest)
        let copier = ContentCopy(files: files, permissions: permissions)
        try await onFiles { stop in try copier.copy(content, to: path, stop: stop) }
    }

    private func ingest(
        _ add: @escaping @Sendable (inout Ingestion) throws -> StoredContent
    ) async throws(BancadaError) -> StoredContent {
        try database.checkWritable()
        let files = files
        let (content, all, lock) = try await onFiles { stop in
            let lock = try ContentLock(files, exclusively: false)
            var ingestion = try Ingestion(into: files, stop: stop)
            let content = try add(&ingestion)
            try ingestion.finish()
            return (content, Array(ingestion.contents.values), lock)
        }
        let time = database.clock.now()
        try await database.write { db in
            for content in all { try Self.insert(content, at: time, in: db) }
        }
        lock.release()
        return content
    }

    private func onFiles<Value: Sendable>(
        _ work: @escaping @Sendable (StopFlag) throws -> Value
    ) async throws(BancadaError) -> Value {
        do {
            return try await queue.run(work)
        } catch {
            throw storeError(error, at: files.folder)
        }
    }
}
