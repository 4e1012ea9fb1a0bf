import Foundation
import Workbench

/// `work/RUN`: where a run writes before its files are stored.
struct WorkFolders: Sendable {
    /// `WORKSPACE/work`.
    let root: String

    /// A new, empty folder for a run.
    ///
    /// - Throws: `unavailable` when it cannot be made.
    func make(for run: RunID) throws(BancadaError) -> String {
        let path = root + "/" + run.text
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw BancadaError(
                .unavailable, "cannot create the folder \(path)",
                hint: "check the workspace's permissions and the free space", cause: error)
        }
        return path
    }

    /// Removes a run's folder.
    func remove(_ path: String) {
        // What stays is a leftover of a finished run; it is never read again.
        try? FileManager.default.removeItem(atPath: path)
    }
}
