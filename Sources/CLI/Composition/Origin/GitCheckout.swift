import Foundation

/// A folder under git, read from its files: no program is started.
struct GitCheckout {
    /// The commit that is checked out, in full; nil where there is none yet.
    let commit: String?
    /// The branch; nil where a commit itself is checked out.
    let branch: String?

    /// The checkout that `folder` is in; nil where it is in none.
    init?(above folder: String) {
        var place = URL(fileURLWithPath: folder).standardizedFileURL.path
        while true {
            if let control = Self.control(of: place) {
                (commit, branch) = Self.head(control)
                return
            }
            if place == "/" || place.isEmpty { return nil }
            place = (place as NSString).deletingLastPathComponent
        }
    }

    /// The folder that controls a checkout: `.git`, or what the file of that name says.
    private static func control(of place: String) -> String? {
        let path = place + "/.git"
        // What cannot be looked at says nothing of the commit.
        guard let facts = try? FileManager.default.attributesOfItem(atPath: path) else {
            return nil
        }
        if facts[.type] as? FileAttributeType == .typeDirectory { return path }
        guard let text = line(path), text.hasPrefix("gitdir: ") else { return nil }
        let target = String(text.dropFirst("gitdir: ".count))
        return target.hasPrefix("/") ? target : place + "/" + target
    }

    private static func head(_ control: String) -> (commit: String?, branch: String?) {
        guard let head = line(control + "/HEAD") else { return (nil, nil) }
        guard head.hasPrefix("ref: ") else { return (commit(head), nil) }
        let name = String(head.dropFirst("ref: ".count))
        let prefix = "refs/heads/"
        let branch = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
        // A second checkout of a repository shares its references.
        let common = line(control + "/commondir").map {
            $0.hasPrefix("/") ? $0 : control + "/" + $0
        }
        for folder in [control, common].compactMap({ $0 }) {
            if let found = line("\(folder)/\(name)").flatMap(commit) { return (found, branch) }
        }
        return (packed(name, in: (common ?? control) + "/packed-refs"), branch)
    }

    private static func packed(_ name: String, in path: String) -> String? {
        guard let text = text(path) else { return nil }
        let line = text.split(separator: "\n").first { $0.hasSuffix(" " + name) }
        return line.flatMap { commit(String($0.prefix { $0 != " " })) }
    }

    /// A name of a commit: 40 hexadecimal digits, or 64.
    private static func commit(_ text: String) -> String? {
        let isHex = text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
        }
        return isHex && [40, 64].contains(text.utf8.count) ? text : nil
    }

    private static func line(_ path: String) -> String? {
        text(path)?.split(separator: "\n").first.map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// A small file; nil where it is missing, larger than its kind is, or no text.
    private static func text(_ path: String) -> String? {
        // What cannot be read says nothing of the commit.
        guard let file = FileHandle(forReadingAtPath: path),
            let bytes = try? file.read(upToCount: 4 << 20)
        else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
