package import Workbench

/// A folder of the user's as `ExchangeFiles`: an `mlruns` folder, or artifacts beside a database.
/// Links are followed.
package struct FolderFiles: ExchangeFiles {
    /// The folder.
    package let title: String

    /// The folder at `path`, which need not exist.
    package init(_ path: String) {
        title = path
    }

    package func entries(in folder: String) throws(BancadaError) -> [ArtifactTreeEntry] {
        let place = self.place(folder)
        return try reading { () throws -> [ArtifactTreeEntry] in
            guard try FileSystem.facts(place)?.kind == .folder else { return [] }
            var entries: [ArtifactTreeEntry] = []
            for name in try FileSystem.names(in: place) {
                if let entry = try self.entry(name, at: place + "/" + name) {
                    entries.append(entry)
                }
            }
            return entries
        }
    }

    package func entry(at path: String) throws(BancadaError) -> ArtifactTreeEntry? {
        let place = self.place(path)
        return try reading {
            try self.entry(path.split(separator: "/").last.map(String.init) ?? "", at: place)
        }
    }

    package func bytes(
        of path: String, at offset: Int64, count: Int
    ) throws(BancadaError) -> [UInt8] {
        let place = self.place(path)
        return try reading { () throws -> [UInt8] in
            let file = try OpenFile(place, .read)
            let facts = try file.facts()
            guard facts.kind == .file else {
                throw BancadaError(.invalidInput, "\(place) is not a file")
            }
            let room = Int(clamping: max(0, facts.size - offset))
            var buffer = [UInt8](repeating: 0, count: min(count, room))
            let filled = try file.read(into: &buffer, at: offset)
            if filled < buffer.count { buffer.removeLast(buffer.count - filled) }
            return buffer
        }
    }

    private func entry(_ name: String, at place: String) throws -> ArtifactTreeEntry? {
        guard let facts = try FileSystem.facts(place) else { return nil }
        switch facts.kind {
        case .file: return ArtifactTreeEntry(name: name, size: facts.size)
        case .folder: return ArtifactTreeEntry(name: name, size: nil)
        case .link, .other:
            throw BancadaError(
                .invalidInput, "\(place) is neither a file nor a folder",
                hint: "leave sockets, pipes and devices out of the folder")
        }
    }

    private func place(_ path: String) -> String {
        path.isEmpty ? title : (title == "/" ? "" : title) + "/" + path
    }

    private func reading<Value>(_ body: () throws -> Value) throws(BancadaError) -> Value {
        do {
            return try body()
        } catch {
            let error = storeError(error, at: title)
            throw BancadaError(
                .invalidInput, error.message, hint: error.hint, cause: error.cause)
        }
    }
}
