import Workbench

/// The files of a folder that is about to be stored.
enum FolderScan {
    /// The relative paths of all files below `folder`, links resolved to files within it.
    ///
    /// - Throws: `SystemError`; `invalidInput` for sockets, devices, links that leave the folder or
    ///   lead to folders, and names that are not UTF-8.
    static func files(in folder: String, stop: StopFlag) throws -> [String] {
        let root = try FileSystem.resolved(folder)
        var files: [String] = []
        var folders = [""]
        while let current = folders.popLast() {
            try stop.check()
            for name in try FileSystem.names(in: current.isEmpty ? root : root + "/" + current) {
                let path = current.isEmpty ? name : current + "/" + name
                switch try FileSystem.facts(root + "/" + path, followingLinks: false)?.kind {
                case .file: files.append(path)
                case .folder: folders.append(path)
                case .link:
                    try checkLink(path, root: root, folder: folder)
                    files.append(path)
                case .other:
                    throw BancadaError(
                        .invalidInput, "\(folder)/\(path) is neither a file nor a folder",
                        hint: "leave sockets, pipes and devices out of the folder")
                // Removed since the folder was listed.
                case nil: break
                }
            }
        }
        return files
    }

    private static func checkLink(_ path: String, root: String, folder: String) throws {
        let target: String
        do throws(SystemError) {
            target = try FileSystem.resolved(root + "/" + path)
        } catch {
            throw BancadaError(
                .invalidInput, "the link \(folder)/\(path) leads nowhere",
                hint: "remove the link or put the file there", cause: error)
        }
        let isInside = target.utf8.starts(with: (root == "/" ? "/" : root + "/").utf8)
        guard isInside, try FileSystem.facts(target)?.kind == .file else {
            throw BancadaError(
                .invalidInput,
                "the link \(folder)/\(path) leads to \(target), not to a file inside \(folder)",
                hint: "put a copy of the file in the folder instead")
        }
    }
}
