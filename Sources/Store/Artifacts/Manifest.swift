import Workbench

/// The canonical text of a folder: a first line with the format's version, then
/// `DIGEST SIZE PATH` per file, ordered by the bytes of the path. Newlines and backslashes in paths
/// are written `\n` and `\\`. The folder's digest is the SHA-256 of this text.
///
/// Only files count: empty folders inside, permissions and times are not part of the content.
/// Everything works on bytes: Swift's characters would join a slash with a combining mark after it.
struct Manifest {
    private static let header = Array("bancada-folder 1\n".utf8)
    /// The longest text that is read back: some ten million files.
    static let sizeLimit = 1 << 30

    /// The files, ordered by the bytes of the path.
    let entries: [ManifestEntry]

    init(_ entries: [ManifestEntry]) {
        self.entries = entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// Bytes of all files.
    var size: Int64 { entries.reduce(0) { $0 + $1.size } }

    /// The canonical bytes.
    var bytes: [UInt8] {
        var bytes = Self.header
        for entry in entries {
            bytes += Array("\(entry.digest.hex) \(entry.size) ".utf8)
            for byte in entry.path.utf8 {
                switch byte {
                case UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "\\")]
                case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
                default: bytes.append(byte)
                }
            }
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    /// Reads canonical bytes; nil unless they are exactly what `bytes` would write, with paths that
    /// stay inside the folder.
    init?(bytes: [UInt8]) {
        guard bytes.starts(with: Self.header), bytes.last == UInt8(ascii: "\n") else { return nil }
        let lines = bytes.dropFirst(Self.header.count).split(separator: UInt8(ascii: "\n"))
        var entries: [ManifestEntry] = []
        entries.reserveCapacity(lines.count)
        for line in lines {
            guard let entry = Self.entry(line) else { return nil }
            entries.append(entry)
        }
        self.init(entries)
        guard self.bytes == bytes else { return nil }
    }

    private static func entry(_ line: ArraySlice<UInt8>) -> ManifestEntry? {
        let parts = line.split(
            separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3,
            let digest = ContentDigest(hex: String(decoding: parts[0], as: UTF8.self)),
            let size = Int64(String(decoding: parts[1], as: UTF8.self)), size >= 0,
            let path = path(parts[2])
        else { return nil }
        return ManifestEntry(path: path, digest: digest, size: size)
    }

    private static func path(_ escaped: ArraySlice<UInt8>) -> String? {
        var path: [UInt8] = []
        var bytes = escaped.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "\\") else {
                path.append(byte)
                continue
            }
            switch bytes.next() {
            case UInt8(ascii: "n"): path.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "\\"): path.append(UInt8(ascii: "\\"))
            default: return nil
            }
        }
        let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let dot = UInt8(ascii: ".")
        let staysInside = parts.allSatisfy { !$0.isEmpty && $0 != [dot] && $0 != [dot, dot] }
        guard staysInside, !path.contains(0) else { return nil }
        return String(validating: path, as: UTF8.self)
    }
}
