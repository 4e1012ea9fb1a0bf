import Synchronization
import Workbench

/// Files that are in memory: a small folder of MLflow's, written by hand.
struct MemoryFiles: ExchangeFiles {
    let title: String
    let files: [String: [UInt8]]

    init(_ title: String, _ files: [String: String]) {
        self.title = title
        self.files = files.mapValues { Array($0.utf8) }
    }

    init(_ title: String = "memory", bytes files: [String: [UInt8]]) {
        self.title = title
        self.files = files
    }

    func entries(in folder: String) throws(BancadaError) -> [ArtifactTreeEntry] {
        let prefix = folder.isEmpty ? "" : folder + "/"
        var found: [String: Int64?] = [:]
        for (path, bytes) in files where path.hasPrefix(prefix) {
            let rest = path.dropFirst(prefix.count)
            if let slash = rest.firstIndex(of: "/") {
                found[String(rest[..<slash])] = .some(nil)
            } else {
                found[String(rest)] = Int64(bytes.count)
            }
        }
        return found.sorted { $0.key < $1.key }
            .map { ArtifactTreeEntry(name: $0.key, size: $0.value) }
    }

    func entry(at path: String) throws(BancadaError) -> ArtifactTreeEntry? {
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        if let bytes = files[path] {
            return ArtifactTreeEntry(name: name, size: Int64(bytes.count))
        }
        let isFolder = files.keys.contains { $0.hasPrefix(path + "/") }
        return isFolder ? ArtifactTreeEntry(name: name, size: nil) : nil
    }

    func bytes(of path: String, at offset: Int64, count: Int) throws(BancadaError) -> [UInt8] {
        guard let bytes = files[path] else {
            throw BancadaError(.invalidInput, "\(title) has no file \(path)")
        }
        return Array(bytes.dropFirst(Int(offset)).prefix(count))
    }
}

/// A sink that keeps what it is given.
final class MemorySink: ByteSink {
    private let state = Mutex<[UInt8]>([])

    var bytes: [UInt8] { state.withLock { $0 } }

    func write(_ bytes: [UInt8]) throws(BancadaError) { state.withLock { $0 += bytes } }

    func commit() throws(BancadaError) {}

    func cancel() {}
}

/// Progress that nobody looks at.
struct NoProgress: ProgressReporter {
    func progress(_ label: String, done: Int, total: Int?) {}
}
