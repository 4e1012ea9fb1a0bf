import Synchronization
import Workbench

extension Manifest {
    /// The file at a path.
    ///
    /// - Complexity: O(log n).
    func entry(at path: ArtifactPath) -> ManifestEntry? {
        let bytes = Array(path.text.utf8)
        let index = firstIndex(notBefore: bytes)
        guard index < entries.count, entries[index].path.utf8.elementsEqual(bytes) else {
            return nil
        }
        return entries[index]
    }

    /// The files below a folder, with their paths from there.
    func files(below folder: ArtifactPath) -> [ManifestEntry] {
        if folder.parts.isEmpty { return entries }
        let prefix = Array(folder.text.utf8) + [UInt8(ascii: "/")]
        var files: [ManifestEntry] = []
        for entry in entries(from: prefix) {
            guard entry.path.utf8.starts(with: prefix) else { break }
            let path = String(decoding: entry.path.utf8.dropFirst(prefix.count), as: UTF8.self)
            files.append(ManifestEntry(path: path, digest: entry.digest, size: entry.size))
        }
        return files
    }

    /// The files from the first whose path is not before `path` on.
    func entries(from path: [UInt8]) -> ArraySlice<ManifestEntry> {
        entries[firstIndex(notBefore: path)...]
    }

    /// The first entry that is not before `path`.
    private func firstIndex(notBefore path: [UInt8]) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].path.utf8.lexicographicallyPrecedes(path) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}

/// The manifests that were read last, so that whoever downloads the files of a folder one by one
/// does not read its manifest as often.
final class ManifestCache: Sendable {
    private static let mostManifests = 8
    private static let mostFiles = 50_000

    private let kept = Mutex<[(digest: ContentDigest, manifest: Manifest)]>([])

    /// The manifest with this digest, from memory or from `read`.
    func manifest(of digest: ContentDigest, _ read: () throws -> Manifest) rethrows -> Manifest {
        if let found = kept.withLock({ $0.first { $0.digest == digest }?.manifest }) {
            return found
        }
        let manifest = try read()
        kept.withLock { kept in
            kept.append((digest, manifest))
            while kept.count > Self.mostManifests
                || kept.reduce(0, { $0 + $1.manifest.entries.count }) > Self.mostFiles
            {
                kept.removeFirst()
            }
        }
        return manifest
    }
}
