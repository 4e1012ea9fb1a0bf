import Components
import Foundation
import Workbench

/// The folders for running work of a test's workspace.
struct TestFiles: WorkFiles {
    let folder: String

    func makeTaskFolder(
        _ run: RunID, _ task: String, _ attempt: Int
    ) throws(BancadaError) -> String {
        let path = "\(workFolder(run))/\(task.replacing("/", with: ".")).\(attempt)"
        try makeFolder(path)
        return path
    }

    func makeFolder(_ path: String) throws(BancadaError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw BancadaError(.unavailable, "no folder \(path)", cause: error)
        }
    }

    func removeTree(_ path: String) {
        // What stays goes with the test's folder.
        try? FileManager.default.removeItem(atPath: path)
    }

    func workFolder(_ run: RunID) -> String {
        [folder, "work", run.text].joined(separator: "/")
    }

    func logPath(_ run: RunID, _ task: String, _ attempt: Int) -> String {
        let logs = "\(folder)/logs/\(run.text)"
        try? makeFolder(logs)
        return "\(logs)/\(task.replacing("/", with: ".")).\(attempt).log"
    }
}
