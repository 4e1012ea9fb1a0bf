import Components
import Foundation

extension FileFingerprint {
    /// The marks of the file at `path` now; nil when it cannot be looked at.
    static func of(_ path: String) -> FileFingerprint? {
        // Whoever reads the file next reports what is wrong with it.
        guard let facts = try? FileManager.default.attributesOfItem(atPath: path),
            let inode = facts[.systemFileNumber] as? UInt64,
            let size = facts[.size] as? UInt64,
            let modified = facts[.modificationDate] as? Date
        else { return nil }
        return FileFingerprint(
            inode: inode, size: size, modified: modified.timeIntervalSince1970)
    }
}
