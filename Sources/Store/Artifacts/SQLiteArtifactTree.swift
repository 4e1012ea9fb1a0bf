import GRDB
package import Workbench

/// `ArtifactTree`: rows of paths over the content-addressed files, merged with what runs recorded as
/// artifacts. The rows are in `SQLiteArtifactTree+Rows`.
///
/// Where a run recorded an artifact and a client uploaded a file before at the same path, the
/// artifact is what is there.
package struct SQLiteArtifactTree: ArtifactTree {
    let database: WorkspaceDatabase
    let files: ContentFiles
    let queue: FileQueue
    let manifests = ManifestCache()
    /// The most files of a folder that becomes one content.
    private static let mostFiles = 1_000_000

    package func beginUpload() async throws(BancadaError) -> any ArtifactUpload {
        try database.checkWritable()
        let files = files
        return SQLiteArtifactUpload(
            try await onFiles { _ in try ReceivedFile(in: files) }, tree: self)
    }

    package func file(at path: ArtifactPath) async throws(BancadaError) -> ArtifactFile {
        let place = TreePlace(path)
        let (recorded, uploaded) = try await database.read { db in
            (
                try Self.recorded(around: place, in: db),
                try Self.uploaded(at: path, in: db)
            )
        }
        let tree = self
        return try await onFiles { _ in
            for artifact in recorded.covering {
                if let file = try tree.file(at: artifact.rest, in: artifact.content) {
                    return try tree.present(file)
                }
            }
            guard let uploaded else { throw Self.missing(path) }
            return try tree.present(uploaded)
        }
    }

    package func list(_ path: ArtifactPath) async throws(BancadaError) -> [ArtifactTreeEntry] {
        let place = TreePlace(path)
        let (recorded, uploaded) = try await database.read { db in
            (try Self.recorded(around: place, in: db), try Self.names(in: path, in: db))
        }
        if recorded.isEmpty { return TreeListing.sorted(uploaded) }
        let tree = self
        return try await onFiles { _ in
            var listing = TreeListing()
            for artifact in recorded.covering where artifact.content.kind == .folder {
                let manifest = try tree.manifest(of: artifact.content.digest)
                var scan = TreeScan(artifact.rest)
                for entry in manifest.entries(from: scan.prefix) {
                    // A skip would be no faster here.
                    if case .end = scan.take(entry.path, size: entry.size) { break }
                }
                listing.add(scan.entries)
            }
            for artifact in recorded.below.reversed() {
                let content = artifact.content
                listing.add(
                    path: artifact.rest, size: content.kind == .file ? content.size : nil)
            }
            listing.add(uploaded)
            return listing.sorted
        }
    }

    package func delete(_ path: ArtifactPath) async throws(BancadaError) {
        let place = try TreePlace.changeable(path)
        try await database.write { db in
            guard try Self.recorded(around: place, in: db).isEmpty else {
                throw Self.unchangeable(path)
            }
            try db.run(
                """
                DELETE FROM artifact_files
                WHERE path = :path OR (path >= :path || '/' AND path < :path || '0')
                """, ["path": path.text])
        }
    }

    package func content(at path: ArtifactPath) async throws(BancadaError) -> StoredContent {
        let place = TreePlace(path)
        let (recorded, file, below) = try await database.read { db in
            (
                try Self.recorded(around: place, in: db),
                try Self.uploaded(at: path, in: db),
                try Self.uploaded(below: path, in: db)
            )
        }
        let tree = self
        let found = try await onFiles { _ in
            try tree.gather(recorded, file: file, below: below, at: path)
        }
        switch found {
        case .stored(let content): return content
        case .folder(let manifest): return try await store(manifest)
        }
    }

    /// Records a folder of stored files, unless it is there.
    private func store(_ manifest: Manifest) async throws(BancadaError) -> StoredContent {
        let bytes = manifest.bytes
        let content = StoredContent(
            digest: .sha256(bytes), kind: .folder, size: manifest.size)
        let isKnown = try await database.read { db in
            try db.exists(
                "SELECT 1 FROM contents WHERE digest = :digest AND kind = 'folder'",
                ["digest": content.digest.hex])
        }
        let files = files
        if isKnown,
            try await onFiles({ _ in try FileSystem.facts(files.path(of: content.digest)) })
                != nil
        {
            return content
        }
        try database.checkWritable()
        let lock = try await onFiles { stop in
            let lock = try ContentLock(files, exclusively: false)
            var ingestion = try Ingestion(into: files, stop: stop)
            _ = try ingestion.add(bytes: bytes, kind: .folder, size: manifest.size)
            try ingestion.finish()
            return lock
        }
        let digests = Set(manifest.entries.map(\.digest))
        let time = database.clock.now()
        try await database.write { db in
            try Self.checkPresent(digests, in: db)
            try SQLiteArtifactStore.insert(content, at: time, in: db)
        }
        lock.release()
        return content
    }

    /// Runs blocking work on the queue for files.
    func onFiles<Value: Sendable>(
        _ work: @escaping @Sendable (StopFlag) throws -> Value
    ) async throws(BancadaError) -> Value {
        do {
            return try await queue.run(work)
        } catch {
            throw storeError(error, at: files.folder)
        }
    }
}

// MARK: - Stored folders

extension SQLiteArtifactTree {
    /// What a path's content was found to be.
    private enum Gathered {
        case stored(StoredContent)
        /// A folder of stored files, which may not be stored itself.
        case folder(Manifest)
    }

    private func gather(
        _ recorded: RecordedArtifacts, file: StoredContent?, below: [ManifestEntry],
        at path: ArtifactPath
    ) throws -> Gathered {
        for artifact in recorded.covering {
            if let found = try self.file(at: artifact.rest, in: artifact.content) {
                return .stored(found)
            }
        }
        let whole = recorded.covering.first { $0.rest.parts.isEmpty && $0.content.kind == .folder }
        if let whole, recorded.isOnly(whole), below.isEmpty { return .stored(whole.content) }
        var gathered = GatheredFiles()
        for artifact in recorded.covering where artifact.content.kind == .folder {
            gathered.add(try manifest(of: artifact.content.digest).files(below: artifact.rest))
        }
        for artifact in recorded.below.reversed() {
            gathered.add(try entries(of: artifact.content, under: artifact.rest))
        }
        gathered.add(below)
        guard !gathered.entries.isEmpty else {
            if let file { return .stored(file) }
            throw Self.missing(path)
        }
        let manifest = Manifest(gathered.entries)
        guard manifest.entries.count <= Self.mostFiles else {
            throw BancadaError(
                .invalidInput, "\(path.text) has too many files: \(manifest.entries.count)")
        }
        return .folder(manifest)
    }

    /// The files of a content as entries of a folder in which it is at `path`.
    private func entries(
        of content: StoredContent, under path: ArtifactPath
    ) throws -> [ManifestEntry] {
        switch content.kind {
        case .file:
            return [ManifestEntry(path: path.text, digest: content.digest, size: content.size)]
        case .folder:
            return try manifest(of: content.digest).entries.map { entry in
                ManifestEntry(
                    path: path.text + "/" + entry.path, digest: entry.digest, size: entry.size)
            }
        }
    }

    /// The file at a path inside a content; nil where there is none.
    private func file(
        at path: ArtifactPath, in content: StoredContent
    ) throws -> StoredContent? {
        switch content.kind {
        case .file: return path.parts.isEmpty ? content : nil
        case .folder:
            if path.parts.isEmpty { return nil }
            return try manifest(of: content.digest).entry(at: path).map { entry in
                StoredContent(digest: entry.digest, kind: .file, size: entry.size)
            }
        }
    }

    private func manifest(of digest: ContentDigest) throws -> Manifest {
        try manifests.manifest(of: digest) {
            try ContentCopy(files: files, permissions: 0o644).manifest(of: digest)
        }
    }

    /// - Throws: `corrupt` where the file is gone.
    private func present(_ content: StoredContent) throws -> ArtifactFile {
        let path = files.path(of: content.digest)
        guard try FileSystem.facts(path) != nil else { throw ContentFiles.missing(path) }
        return ArtifactFile(localPath: path, size: content.size, digest: content.digest)
    }

    static func missing(_ path: ArtifactPath) -> BancadaError {
        BancadaError(
            .notFound, "no artifact at \"\(path.text)\"",
            hint: "list the folder to see what is there")
    }

    static func unchangeable(_ path: ArtifactPath) -> BancadaError {
        BancadaError(
            .invalidInput, "\"\(path.text)\" is or holds an artifact that its run recorded",
            hint: "such artifacts never change; use another path")
    }
}

/// The files of a folder, gathered from several places: the first to give a path keeps it, and
/// nothing is below a file.
private struct GatheredFiles {
    private(set) var entries: [ManifestEntry] = []
    private var files: Set<[UInt8]> = []
    private var folders: Set<[UInt8]> = []

    mutating func add(_ added: [ManifestEntry]) {
        if entries.isEmpty {
            // One place never contradicts itself.
            entries = added
            return
        }
        if files.isEmpty {
            for entry in entries { note(Array(entry.path.utf8)) }
        }
        for entry in added {
            let path = Array(entry.path.utf8)
            if files.contains(path) || folders.contains(path) { continue }
            if Self.folders(above: path).contains(where: files.contains) { continue }
            entries.append(entry)
            note(path)
        }
    }

    private mutating func note(_ path: [UInt8]) {
        files.insert(path)
        folders.formUnion(Self.folders(above: path))
    }

    private static func folders(above path: [UInt8]) -> [[UInt8]] {
        path.indices.filter { path[$0] == UInt8(ascii: "/") }.map { Array(path[..<$0]) }
    }
}
