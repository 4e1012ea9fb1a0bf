/// Files that are only read and belong to somebody else: a folder, or an archive. Implemented in
/// Store (folders) and Components (archives).
///
/// Paths are relative, with `/`; the empty one is the root. What cannot be read is `invalidInput`
/// that names the file, never `unavailable`: it says something of the source, not of the workspace.
package protocol ExchangeFiles: Sendable {
    /// What it is called in messages: where it is.
    var title: String { get }
    /// What is in a folder, ordered by the bytes of the names; nothing where no folder is.
    func entries(in folder: String) throws(BancadaError) -> [ArtifactTreeEntry]
    /// What is at a path; nil where nothing is.
    func entry(at path: String) throws(BancadaError) -> ArtifactTreeEntry?
    /// Bytes of a file from `offset` on, fewer than `count` only at its end.
    func bytes(
        of path: String, at offset: Int64, count: Int
    ) throws(BancadaError) -> [UInt8]
}

extension ExchangeFiles {
    /// All bytes of a file of at most `limit`.
    ///
    /// - Throws: `invalidInput` for a larger one, and where no file is.
    package func contents(
        of path: String, atMost limit: Int = 64 << 20
    ) throws(BancadaError) -> [UInt8] {
        let bytes = try bytes(of: path, at: 0, count: limit + 1)
        guard bytes.count <= limit else {
            throw BancadaError(
                .invalidInput, "\(title)/\(path) is larger than \(limit >> 20) MiB")
        }
        return bytes
    }

    /// The paths of all files below a folder, relative to it, with their sizes.
    ///
    /// - Throws: `invalidInput` for folders nested deeper than 64, as links that lead upward make.
    package func allFiles(
        below folder: String
    ) throws(BancadaError) -> [(path: String, size: Int64)] {
        var files: [(path: String, size: Int64)] = []
        var folders: [(path: String, depth: Int)] = [("", 0)]
        while let (current, depth) = folders.popLast() {
            let place = [folder, current].filter { !$0.isEmpty }.joined(separator: "/")
            for entry in try entries(in: place) {
                let path = current.isEmpty ? entry.name : current + "/" + entry.name
                if let size = entry.size {
                    files.append((path, size))
                } else if depth < 64 {
                    folders.append((path, depth + 1))
                } else {
                    throw BancadaError(
                        .invalidInput, "\(title)/\(place) is nested deeper than 64 folders",
                        hint: "remove links that lead upward")
                }
            }
        }
        return files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }
}

/// A stream of bytes that becomes a file, or goes to stdout.
package protocol ByteSink: Sendable {
    /// Appends bytes.
    ///
    /// - Throws: `unavailable` for a full disk.
    func write(_ bytes: [UInt8]) throws(BancadaError)
    /// Makes the file appear under its name, durably.
    ///
    /// - Throws: `conflict` where the name was taken in the meantime.
    func commit() throws(BancadaError)
    /// Gives it up; nothing is left behind. Nothing happens after `commit`.
    func cancel()
}
