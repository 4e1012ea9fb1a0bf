import Foundation
import Workbench

/// Checks of what a plugin says it has written.
enum WorkPaths {
    /// Makes the folder in which `path` is to be written.
    ///
    /// - Throws: `unavailable` when it cannot be made.
    static func makeParent(of path: String) throws(BancadaError) {
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(
                atPath: parent, withIntermediateDirectories: true)
        } catch {
            throw BancadaError(
                .unavailable, "cannot create the folder \(parent)",
                hint: "check its permissions and the free space", cause: error)
        }
    }

    /// What is wrong with an output at `path`, which must be at `asked` or inside `work`, and hold
    /// no link that leads out of it; nil when nothing is.
    static func fault(of path: String, asked: String, work: String) -> String? {
        guard path.hasPrefix("/") else { return "\"\(path)\" is no absolute path" }
        let place = resolved(path)
        guard place == resolved(asked) || isInside(place, resolved(work)) else {
            return "\"\(path)\" is outside its work folder"
        }
        guard let type = type(at: path) else { return "there is nothing at \"\(path)\"" }
        if type == .typeSymbolicLink { return "\"\(path)\" is a symbolic link" }
        guard type == .typeDirectory || type == .typeRegular else {
            return "\"\(path)\" is neither a file nor a folder"
        }
        return type == .typeDirectory ? link(in: path, root: place) : nil
    }

    /// Whether there is a folder with something in it.
    static func isFilledFolder(_ path: String) -> Bool {
        // A folder that cannot be listed has nothing that could be used.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return !names.isEmpty
    }

    /// Whether there is anything at `path`, links not followed.
    static func exists(_ path: String) -> Bool { type(at: path) != nil }

    private static func link(in folder: String, root: String) -> String? {
        guard let items = FileManager.default.enumerator(atPath: folder) else { return nil }
        for case let item as String in items {
            let path = folder + "/" + item
            switch type(at: path) {
            case .typeSymbolicLink where !isInside(resolved(path), root):
                return "\"\(path)\" is a symbolic link that leads out of its folder"
            case .typeSymbolicLink, .typeDirectory, .typeRegular: continue
            default: return "\"\(path)\" is neither a file nor a folder"
            }
        }
        return nil
    }

    private static func resolved(_ path: String) -> String {
        let url = URL(fileURLWithPath: path)
        let parent = url.deletingLastPathComponent().resolvingSymlinksInPath()
        // The last part may be a link whose target is missing; its folder is what counts then.
        return parent.appendingPathComponent(url.lastPathComponent)
            .resolvingSymlinksInPath().standardizedFileURL.path
    }

    private static func isInside(_ path: String, _ folder: String) -> Bool {
        path.hasPrefix(folder == "/" ? folder : folder + "/")
    }

    private static func type(at path: String) -> FileAttributeType? {
        // What cannot be looked at is not there.
        let facts = try? FileManager.default.attributesOfItem(atPath: path)
        return facts?[.type] as? FileAttributeType
    }
}
