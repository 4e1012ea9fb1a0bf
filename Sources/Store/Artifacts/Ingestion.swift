import Crypto
import Workbench

/// Brings files into `artifacts/`: each is streamed into a temporary file, synced and renamed to its
/// digest; `finish` then syncs the folders, after which the rows may be written. What is there
/// already is replaced by the same bytes, which also mends a damaged file.
struct Ingestion {
    private let files: ContentFiles
    private let stop: StopFlag
    /// Everything that was brought in, for the rows; equal content once.
    private(set) var contents: [ContentDigest: StoredContent] = [:]
    private var folders: Set<String> = []

    init(into files: ContentFiles, stop: StopFlag) throws {
        self.files = files
        self.stop = stop
        try FileSystem.makeFolders(files.temporaryFolder)
    }

    /// Brings in a file or a folder.
    ///
    /// - Throws: `SystemError`; `invalidInput` for anything else.
    mutating func add(_ path: String) throws -> StoredContent {
        guard let facts = try FileSystem.facts(path) else {
            throw BancadaError(
                .notFound, "\(path) does not exist", hint: "check the path for a mistake")
        }
        switch facts.kind {
        case .file: return try addFile(path)
        case .folder: return try addFolder(path)
        case .link, .other:
            throw BancadaError(
                .invalidInput, "\(path) is neither a file nor a folder",
                hint: "name a file or a folder")
        }
    }

    /// Brings in bytes as a file.
    mutating func add(bytes: [UInt8], kind: ContentKind = .file, size: Int64? = nil) throws
        -> StoredContent
    {
        let size = size ?? Int64(bytes.count)
        return try place(kind: kind, size: { _ in size }) { output in
            try output.write(bytes, count: bytes.count)
            return (SHA256.hash(data: bytes), Int64(bytes.count))
        }
    }

    /// Syncs the folders in which names were made.
    func finish() throws {
        for folder in folders.sorted() { try FileSystem.syncFolder(folder) }
        try files.syncFolders()
    }

    private mutating func addFolder(_ folder: String) throws -> StoredContent {
        var entries: [ManifestEntry] = []
        for path in try FolderScan.files(in: folder, stop: stop) {
            let content = try addFile(folder + "/" + path)
            entries.append(ManifestEntry(path: path, digest: content.digest, size: content.size))
        }
        let manifest = Manifest(entries)
        let bytes = manifest.bytes
        guard bytes.count <= Manifest.sizeLimit else {
            throw BancadaError(.invalidInput, "\(folder) has too many files: \(entries.count)")
        }
        return try add(bytes: bytes, kind: .folder, size: manifest.size)
    }

    private mutating func addFile(_ path: String) throws -> StoredContent {
        let stop = stop
        return try place(kind: .file, size: { $0 }) { output in
            let input = try OpenFile(path, .read)
            guard try input.facts().kind == .file else {
                throw BancadaError(.invalidInput, "\(path) is no longer a file")
            }
            var hasher = SHA256()
            var size: Int64 = 0
            var buffer = [UInt8](repeating: 0, count: try ContentFiles.bufferSize(for: input))
            while true {
                try stop.check()
                let count = try input.read(into: &buffer)
                hasher.update(data: buffer[..<count])
                try output.write(buffer, count: count)
                size += Int64(count)
                if count < buffer.count { break }
            }
            return (hasher.finalize(), size)
        }
    }

    private mutating func place(
        kind: ContentKind, size: (Int64) -> Int64,
        _ fill: (borrowing OpenFile) throws -> (SHA256.Digest, Int64)
    ) throws -> StoredContent {
        let temporary = try files.makeTemporary()
        do {
            let (hash, count) = try fill(temporary)
            guard let digest = ContentDigest(hash) else {
                throw BancadaError(.internal, "a digest without 64 digits")
            }
            let content = StoredContent(digest: digest, kind: kind, size: size(count))
            if let known = contents[digest], known.kind != kind { throw Self.ambiguous(digest) }
            try temporary.setPermissions(0o444)
            try temporary.sync()
            let target = files.path(of: digest)
            let folder = FileSystem.parentFolder(target)
            if folders.insert(folder).inserted { _ = try FileSystem.makeFolder(folder) }
            try FileSystem.rename(temporary.path, to: target)
            contents[digest] = content
            return content
        } catch {
            // The error that is thrown says more than one about the leftover, which is swept later.
            try? FileSystem.removeFile(temporary.path)
            throw files.named(error, instead: temporary.path)
        }
    }

    /// A file whose bytes are the manifest of a stored folder: one digest would mean two things.
    static func ambiguous(_ digest: ContentDigest) -> BancadaError {
        BancadaError(
            .conflict, "content \(digest.short) is the manifest of a folder and a file at once",
            hint: "leave files out that were copied from 'artifacts/'")
    }
}
