import Documents
import Foundation
import Workbench

/// The packages of a Python, read from the names of the folders that describe them.
enum PythonPackages {
    /// The longest text: the values of tags are not longer.
    private static let limit = 7_900

    /// Version and packages of `executable`, which is `interpreter` itself or one of an environment
    /// that was made from it, as JSON.
    static func text(of executable: String, made interpreter: PythonInterpreter) -> String {
        let folders: [String]
        if executable == interpreter.path {
            folders = interpreter.packageFolders
        } else {
            // An environment: NAME/bin/python beside NAME/lib/python3.N/site-packages.
            let root = (executable as NSString).deletingLastPathComponent + "/../lib"
            folders = names(in: root).filter { $0.hasPrefix("python") }
                .map { "\(root)/\($0)/site-packages" }
        }
        var packages = Set(folders.flatMap(names).compactMap(package)).sorted()
        let count = packages.count
        while true {
            let text = json(executable, interpreter, packages, left: count - packages.count)
            if text.utf8.count <= limit || packages.isEmpty { return text }
            packages.removeLast(max(1, packages.count / 16))
        }
    }

    private static func json(
        _ executable: String, _ interpreter: PythonInterpreter, _ packages: [String], left: Int
    ) -> String {
        var members: [JSON.Member] = [
            .init("python", .string(interpreter.version)),
            .init("executable", .string(executable)),
            .init("packages", .array(packages.map(JSON.string))),
        ]
        if left > 0 { members.append(.init("and_more", JSON(left))) }
        return JSON.object(members).compactText
    }

    /// `numpy==1.26.4` from `numpy-1.26.4.dist-info`; nil for other names.
    static func package(_ folder: String) -> String? {
        let suffix = ".dist-info"
        guard folder.hasSuffix(suffix) else { return nil }
        let name = folder.dropLast(suffix.count)
        guard let dash = name.lastIndex(of: "-"), dash != name.startIndex else { return nil }
        return "\(name[..<dash])==\(name[name.index(after: dash)...])"
    }

    private static func names(in folder: String) -> [String] {
        // A folder that is not there has no packages.
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }
}
