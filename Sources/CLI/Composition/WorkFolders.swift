import Components
import Foundation
import Workbench

/// The workspace's folders for running work: `work/RUN`, `work/RUN/TASK.N`, `logs/RUN`.
struct WorkFolders: WorkFiles {
    /// The workspace's folder, absolute.
    let folder: String

    /// A new, empty folder for a run.
    ///
    /// - Throws: `unavailable` when it cannot be made.
    func make(for run: RunID) throws(BancadaError) -> String {
        let path = workFolder(run)
        try makeFolder(path)
        return path
    }

    /// Removes a run's folder.
    func remove(_ path: String) {
        removeTree(path)
    }

    func makeTaskFolder(
        _ run: RunID, _ task: String, _ attempt: Int
    ) throws(BancadaError) -> String {
        let path = "\(workFolder(run))/\(Self.fileName(task)).\(attempt)"
        if FileManager.default.fileExists(atPath: path) { removeTree(path) }
        try makeFolder(path)
        return path
    }

    func makeFolder(_ path: String) throws(BancadaError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw BancadaError(
                .unavailable, "cannot create the folder \(path)",
                hint: "check the workspace's permissions and the free space", cause: error)
        }
    }

    func removeTree(_ path: String) {
        // What stays is a leftover of finished work; it is never read again.
        try? FileManager.default.removeItem(atPath: path)
    }

    func logPath(_ run: RunID, _ task: String, _ attempt: Int) -> String {
        let logs = "\(folder)/logs/\(run.text)"
        // A log that cannot be written is reported by whoever writes it.
        try? makeFolder(logs)
        return "\(logs)/\(Self.fileName(task)).\(attempt).log"
    }

    func workFolder(_ run: RunID) -> String {
        [folder, "work", run.text].joined(separator: "/")
    }

    /// A task's place as a file name: sub-pipelines are parted by dots.
    static func fileName(_ task: String) -> String {
        task.replacing("/", with: ".")
    }
}
