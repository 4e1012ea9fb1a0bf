import Workbench

/// Takes the files of a run or model into the artifact tree, and typed artifacts into the store.
struct ArtifactImport: Sendable {
    let operation: ImportOperation

    private var services: Services { operation.services }
    private var tally: ExchangeTally { operation.tally }

    /// Bytes of a piece of a file.
    private static let pieceSize = 1 << 20

    init(_ operation: ImportOperation) {
        self.operation = operation
    }

    /// Where files of a run, model or trace are taken from, and where to.
    struct Request {
        /// The folder among the source's files; nil where they are found by `uri`.
        let folder: String?
        /// Where the source says that they are.
        var uri: String?
        /// Paths below which there is something else.
        var except: [String] = []
        /// Where they come to be.
        let place: ArtifactPath
        /// What they are, for messages.
        let subject: String
        /// Whether what they belong to is here and complete, so that none may differ.
        let isPresent: Bool
    }

    /// Takes in the files that are not here yet.
    ///
    /// - Returns: how many there are in the source; nil where this build cannot read them, which is
    ///   noted.
    func take(_ request: Request) async throws(BancadaError) -> Int? {
        var files = operation.source.files
        var path = request.folder ?? ""
        if request.folder == nil {
            guard let uri = request.uri, !uri.isEmpty else { return 0 }
            switch try operation.locator.find(uri) {
            case .files(let found, let there):
                (files, path) = (found, there)
                operation.missing.found(uri)
            case .nothing: return 0
            case .elsewhere(let reason):
                tally.skip(.artifacts, request.subject, reason)
                return nil
            }
        }
        let here = try await stored(at: request.place)
        var count = 0
        for file in try files.allFiles(below: path) {
            let full = path.isEmpty ? file.path : path + "/" + file.path
            let isTyped = request.except.contains { full == $0 || full.hasPrefix($0 + "/") }
            if isTyped { continue }
            count += 1
            tally.add(.artifacts, \.read)
            let target = request.place.appending(try ArtifactPath(file.path))
            let size = here[Array(target.text.utf8)]
            if size == file.size, try await isStored(files, full, file.size, at: target) {
                tally.add(.artifacts, \.present)
            } else if request.isPresent, size != nil {
                tally.fail(
                    .artifacts, "\(request.subject), \(file.path)",
                    BancadaError(.conflict, "it is here already and differs"))
            } else {
                try await upload(files, full, file.size, to: target)
            }
        }
        return count
    }

    /// The sizes of the files at a place of the tree, by the bytes of their paths.
    private func stored(
        at place: ArtifactPath
    ) async throws(BancadaError) -> [[UInt8]: Int64] {
        var sizes: [[UInt8]: Int64] = [:]
        var folders = [place]
        while let folder = folders.popLast() {
            for entry in try await services.tree.list(folder) {
                let inner = folder.appending(ArtifactPath(parts: [entry.name]))
                if let size = entry.size {
                    sizes[Array(inner.text.utf8)] = size
                } else {
                    folders.append(inner)
                }
            }
        }
        return sizes
    }

    /// Whether the file at a place of the tree has the bytes of a file of the source.
    private func isStored(
        _ files: any ExchangeFiles, _ path: String, _ size: Int64, at place: ArtifactPath
    ) async throws(BancadaError) -> Bool {
        let local = try await services.tree.file(at: place).path(from: operation.currentFolder)
        let disk = operation.locator.disk
        var offset: Int64 = 0
        while offset < size {
            try operation.checkStopped()
            let theirs = try files.bytes(of: path, at: offset, count: Self.pieceSize)
            let ours = try disk.bytes(of: local, at: offset, count: Self.pieceSize)
            guard theirs == ours, !theirs.isEmpty else { return false }
            offset += Int64(theirs.count)
        }
        return true
    }

    private func upload(
        _ files: any ExchangeFiles, _ path: String, _ size: Int64, to place: ArtifactPath,
        isShared: Bool = false
    ) async throws(BancadaError) {
        try operation.checkStopped()
        let upload = try await services.tree.beginUpload()
        do throws(BancadaError) {
            var offset: Int64 = 0
            while offset < size {
                let bytes = try files.bytes(of: path, at: offset, count: Self.pieceSize)
                if bytes.isEmpty { break }
                try await upload.write(bytes)
                offset += Int64(bytes.count)
            }
            _ = try await upload.finish(at: place)
        } catch {
            await upload.cancel()
            throw error
        }
        if isShared { return tally.addOnce(path, \.written) }
        tally.add(.artifacts, \.written)
    }

    /// Records a typed artifact that a run made.
    func take(_ output: ForeignArtifact, of run: RunID) async throws(BancadaError) {
        _ = try await record(output, producer: run)
    }

    /// Records that a run read a typed artifact.
    func take(_ input: ForeignInput, of run: RunID) async throws(BancadaError) {
        // What was made by a run that is not here has no producer here.
        var producer = input.artifact.producer
        if let id = producer, (try? await services.runs.run(id)) == nil { producer = nil }
        let artifact = try await record(input.artifact, producer: producer)
        try await services.artifacts.recordInput(input.name, artifact: artifact.id, of: run)
    }

    private func record(
        _ artifact: ForeignArtifact, producer: RunID?
    ) async throws(BancadaError) -> Artifact {
        _ = try await store(artifact.path, digest: artifact.digest)
        return try await services.artifacts.recordArtifact(
            NewArtifact(
                type: artifact.type, name: artifact.name, digest: artifact.digest,
                producer: producer, metadata: artifact.metadata), at: artifact.creationTime)
    }

    /// Stores the file or folder at a path of the source as one content.
    ///
    /// - Throws: `invalidInput` when it is missing or its bytes have another digest.
    func store(
        _ path: String, digest: ContentDigest
    ) async throws(BancadaError) -> StoredContent {
        let files = operation.source.files
        // Content that is not here yet is stored below.
        if (try? await services.artifacts.isPresent(digest)) == true {
            for file in try Self.all(files, path) { tally.addOnce(file.path, \.present) }
            return try await services.artifacts.content(digest)
        }
        guard try files.entry(at: path) != nil else {
            throw BancadaError(.invalidInput, "\(files.title) has no \(path)")
        }
        let stored = try await store(files, path)
        guard stored.digest == digest else {
            throw BancadaError(
                .invalidInput,
                "\(files.title)/\(path) has the digest \(stored.digest.short), expected "
                    + digest.short, hint: "make the archive again")
        }
        return stored
    }

    /// The file at a path, or all files of the folder there, by their whole paths; none where
    /// nothing is.
    private static func all(
        _ files: any ExchangeFiles, _ path: String
    ) throws(BancadaError) -> [(path: String, name: String, size: Int64)] {
        if let size = try files.entry(at: path)?.size { return [(path, "", size)] }
        return try files.allFiles(below: path).map { (path + "/" + $0.path, $0.path, $0.size) }
    }

    /// Stores the file or folder at a path of some files, through the workspace's folder for work.
    func store(
        _ files: any ExchangeFiles, _ path: String
    ) async throws(BancadaError) -> StoredContent {
        // By way of the tree, below a run that does not exist: nothing is copied twice.
        let place = ArtifactPath(parts: ["imports", services.makeRunID().text])
        let result: StoredContent
        do throws(BancadaError) {
            for file in try Self.all(files, path) {
                try await upload(
                    files, file.path, file.size,
                    to: place.appending(try ArtifactPath(file.name)), isShared: true)
            }
            result = try await services.tree.content(at: place)
        } catch {
            // The error is the one to tell; a leftover names equal content once more.
            try? await services.tree.delete(place)
            throw error
        }
        try await services.tree.delete(place)
        return result
    }
}

extension ArtifactFile {
    /// Where its bytes are below the root folder of this machine.
    func path(from currentFolder: String) -> String {
        let path = localPath.hasPrefix("/") ? localPath : currentFolder + "/" + localPath
        return String(path.drop { $0 == "/" })
    }
}
