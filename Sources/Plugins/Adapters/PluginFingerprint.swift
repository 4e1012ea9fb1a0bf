import Foundation
import Workbench

/// What of a plugin's folder decides its results: every file, by size and a hash of its bytes.
enum PluginFingerprint {
    /// The most files that are looked at, and the most bytes.
    static let fileLimit = 2_000
    static let byteLimit = 256 << 20

    /// Name and version, and every file but hidden ones and Python's caches, by name.
    ///
    /// - Throws: `unavailable` when a file cannot be read; `unsupported` beyond the limits.
    static func json(of manifest: PluginManifest) throws(BancadaError) -> JSON {
        var files: [JSON.Member] = []
        var total = 0
        for name in try names(in: manifest.folder) {
            guard let bytes = FileManager.default.contents(atPath: manifest.folder + "/" + name)
            else {
                throw BancadaError(
                    .unavailable,
                    "cannot read \(manifest.folder)/\(name) of plugin "
                        + "\"\(manifest.name)\"")
            }
            total += bytes.count
            guard total <= byteLimit, files.count < fileLimit else {
                throw BancadaError(
                    .unsupported,
                    "plugin \"\(manifest.name)\" has more than \(fileLimit) files or "
                        + "\(byteLimit >> 20) MiB in \(manifest.folder)",
                    hint: "keep data and environments outside of the plugin's folder")
            }
            files.append(
                JSON.Member(name, [JSON(bytes.count), .string(hash(bytes))]))
        }
        return [
            "plugin": .string(manifest.name), "version": .string(manifest.version),
            "files": .object(files),
        ]
    }

    private static func names(in folder: String) throws(BancadaError) -> [String] {
        guard let items = FileManager.default.enumerator(atPath: folder) else {
            throw BancadaError(.unavailable, "cannot list the folder \(folder)")
        }
        var names: [String] = []
        for case let item as String in items {
            let last = item.split(separator: "/").last ?? ""
            if last.hasPrefix(".") || last == "__pycache__" {
                items.skipDescendants()
            } else if items.fileAttributes?[.type] as? FileAttributeType == .typeRegular {
                names.append(item)
            }
        }
        return names.sorted()
    }

    /// FNV-1a of 64 bits (Fowler, Noll, Vo), forwards and with another basis: 128 bits that tell
    /// edits apart; nobody attacks his own cache.
    private static func hash(_ bytes: Data) -> String {
        var first: UInt64 = 0xcbf2_9ce4_8422_2325
        var second: UInt64 = 0x6c62_272e_07bb_0142
        for byte in bytes {
            first = (first ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
            second = (second ^ UInt64(byte ^ 0x5a)) &* 0x0000_0100_0000_01b3
        }
        return String(first, radix: 16) + "-" + String(second, radix: 16)
    }
}
