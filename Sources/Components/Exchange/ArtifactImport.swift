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

    /// Takes in everything below a folder of the source or, without one, below a URI, except what
    /// is below the paths `except`.
    func take(
        _ folder: String?, _ uri: String?, except: [String] = [], to place: ArtifactPath,
        subject: String
    ) async throws(BancadaError) {
        var files = operation.source.files
        var path = folder ?? ""
        if folder == nil {
            guard let uri, !uri.isEmpty else { return }
            switch operation.locator.place(of: uri) {
            case .files(let found, let there): (files, path) = (found, there)
            case .elsewhere(let reason): return tally.skip(.artifacts, subject, reason)
            }
            let isProxied = uri.hasPrefix("mlflow-artifacts:")
            if isProxied, try files.entries(in: "").isEmpty {
                return tally.noteOnce(
                    "artifacts",
                    "\(files.title) is not there or empty, so none were looked for; "
                        + "name the server's folder with --artifacts")
            }
        }
        for file in try files.allFiles(below: path) {
            let full = path.isEmpty ? file.path : path + "/" + file.path
            let isTyped = except.contains { full == $0 || full.hasPrefix($0 + "/") }
            if isTyped { continue }
            tally.add(.artifacts, \.read)
            try await upload(
                files, full, file.size, to: place.appending(try ArtifactPath(file.path)))
        }
    }

    private func upload(
        _ files: any ExchangeFiles, _ path: String, _ size: Int64, to place: ArtifactPath
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
        try await store(artifact.path, digest: artifact.digest)
        return try await services.artifacts.recordArtifact(
            NewArtifact(
                type: artifact.type, name: artifact.name, digest: artifact.digest,
                producer: producer, metadata: artifact.metadata), at: artifact.creationTime)
    }

    /// Stores the file or folder at a path of the source as one content.
    ///
    /// - Throws: `invalidInput` when it is missing or its bytes have another digest.
    func store(_ path: String, digest: ContentDigest) async throws(BancadaError) {
        // Content that is not here yet is stored below.
        if (try? await services.artifacts.isPresent(digest)) == true { return }
        let files = operation.source.files
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
    }

    /// Stores the file or folder at a path of some files, through the workspace's folder for work.
    func store(
        _ files: any ExchangeFiles, _ path: String
    ) async throws(BancadaError) -> StoredContent {
        // By way of the tree, below a run that does not exist: nothing is copied twice.
        let place = ArtifactPath(parts: ["imports", services.makeRunID().text])
        let result: StoredContent
        do throws(BancadaError) {
            if let size = try files.entry(at: path)?.size {
                tally.add(.artifacts, \.read)
                try await upload(files, path, size, to: place)
            } else {
                for file in try files.allFiles(below: path) {
                    tally.add(.artifacts, \.read)
                    try await upload(
                        files, path + "/" + file.path, file.size,
                        to: place.appending(try ArtifactPath(file.path)))
                }
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
