import Foundation
import Workbench

/// Finds the workspace that a command means.
enum WorkspaceLocation {
    /// `--workspace`, else `BANCADA_WORKSPACE`, else the nearest `workspace/` or `bancada.sqlite`
    /// upward from the current folder, else `./workspace`.
    ///
    /// - Throws: `invalidInput` when a given name is empty.
    static func resolve(_ option: String?) throws(BancadaError) -> String {
        let environment = ProcessInfo.processInfo.environment["BANCADA_WORKSPACE"]
        if let given = option ?? environment.flatMap({ $0.isEmpty ? nil : $0 }) {
            if given.isEmpty {
                throw BancadaError(
                    .invalidInput, "the workspace's folder is empty",
                    hint: "write --workspace DIR")
            }
            return given
        }
        return nearest(from: FileManager.default.currentDirectoryPath) ?? "workspace"
    }

    private static func nearest(from start: String) -> String? {
        var folder = start
        while true {
            if FileManager.default.fileExists(atPath: folder + "/bancada.sqlite") { return folder }
            let inside = (folder == "/" ? "" : folder) + "/workspace"
            if isFolder(inside) { return folder == start ? "workspace" : inside }
            if folder == "/" || folder.isEmpty { return nil }
            folder = (folder as NSString).deletingLastPathComponent
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        // What cannot be looked at is not the workspace that is searched for.
        let facts = try? FileManager.default.attributesOfItem(atPath: path)
        return facts?[.type] as? FileAttributeType == .typeDirectory
    }
}
