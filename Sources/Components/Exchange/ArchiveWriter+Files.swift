import Workbench

extension ArchiveWriter {
    /// Bytes of a piece of a file.
    private static var pieceSize: Int { 1 << 20 }

    /// Writes everything below a place of the artifact tree, or the file there.
    mutating func writeFiles(
        at place: ArtifactPath, as path: String, _ time: Timestamp
    ) async throws(BancadaError) {
        var folders: [(place: ArtifactPath, path: String)] = [(place, path)]
        while let (place, path) = folders.popLast() {
            for entry in try await services.tree.list(place) {
                let inner = place.appending(ArtifactPath(parts: [entry.name]))
                if entry.size == nil {
                    folders.append((inner, path + "/" + entry.name))
                } else {
                    try await writeFile(at: inner, as: path + "/" + entry.name, time)
                }
            }
        }
    }

    private mutating func writeFile(
        at place: ArtifactPath, as path: String, _ time: Timestamp
    ) async throws(BancadaError) {
        try operation.checkStopped()
        let file = try await services.tree.file(at: place)
        tally.add(.artifacts, \.read)
        let local = file.path(from: operation.currentFolder)
        try tar.begin(path, size: file.size, at: time)
        var offset: Int64 = 0
        while offset < file.size {
            let bytes = try operation.disk.bytes(
                of: local, at: offset,
                count: Int(min(Int64(Self.pieceSize), file.size - offset)))
            if bytes.isEmpty { break }
            try tar.write(bytes)
            offset += Int64(bytes.count)
        }
        try tar.end()
        tally.add(.artifacts, \.written)
    }

    /// Writes the contents that are below no run.
    mutating func writeContents() async throws(BancadaError) {
        let epoch = Timestamp(milliseconds: 0)
        for (_, content) in contents.sorted(by: { $0.key < $1.key }) {
            let place = ArtifactPath.content(content.digest)
            let path = FileStoreLayout.content(content.digest)
            switch content.kind {
            case .file: try await writeFile(at: place, as: path, epoch)
            case .folder: try await writeFiles(at: place, as: path, epoch)
            }
        }
    }
}
