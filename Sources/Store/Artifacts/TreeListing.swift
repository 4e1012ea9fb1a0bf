import Workbench

/// The names in one folder, gathered from several places: the first to give a name keeps it, and
/// two folders of one name are one.
struct TreeListing {
    private var entries: [ArtifactTreeEntry] = []
    /// By bytes: names that Swift's strings hold equal are two names.
    private var names: Set<[UInt8]> = []

    /// Adds entries.
    mutating func add(_ added: [ArtifactTreeEntry]) {
        for entry in added where names.insert(Array(entry.name.utf8)).inserted {
            entries.append(entry)
        }
    }

    /// Adds what a file at `path`, seen from the folder, shows there; nil is a folder.
    mutating func add(path: ArtifactPath, size: Int64?) {
        guard let name = path.parts.first else { return }
        add([ArtifactTreeEntry(name: name, size: path.parts.count == 1 ? size : nil)])
    }

    /// The entries in the order of their names' bytes.
    var sorted: [ArtifactTreeEntry] { Self.sorted(entries) }

    /// Entries in the order of their names' bytes.
    static func sorted(_ entries: [ArtifactTreeEntry]) -> [ArtifactTreeEntry] {
        let isSorted = zip(entries, entries.dropFirst())
            .allSatisfy { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        if isSorted { return entries }
        return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}

/// Collects the names in one folder from the paths of the files below it, in the order of their
/// bytes; says where to look on when a folder's files can be skipped.
struct TreeScan {
    /// How many files of one folder are passed over before it is skipped.
    private static let patience = 16

    /// The folder with its slash; empty for the root.
    let prefix: [UInt8]
    /// What was found.
    private(set) var entries: [ArtifactTreeEntry] = []
    /// The last folder that was found, with its slash.
    private var last: [UInt8] = []
    private var passed = 0

    /// What to do after a row.
    enum Step {
        case next
        /// Look again from this path on.
        case seek(String)
        case end
    }

    init(_ folder: ArtifactPath) {
        prefix = folder.parts.isEmpty ? [] : Array(folder.text.utf8) + [UInt8(ascii: "/")]
    }

    /// Where the rows begin.
    var start: String { String(decoding: prefix, as: UTF8.self) }

    /// Takes the next row.
    mutating func take(_ path: String, size: Int64) -> Step {
        guard path.utf8.starts(with: prefix) else { return .end }
        if !last.isEmpty, path.utf8.starts(with: last) {
            passed += 1
            guard passed > Self.patience else { return .next }
            passed = 0
            // The next byte after the slash.
            return .seek(String(decoding: last.dropLast() + [0x30], as: UTF8.self))
        }
        let rest = path.utf8.dropFirst(prefix.count)
        guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else {
            entries.append(
                ArtifactTreeEntry(name: String(decoding: rest, as: UTF8.self), size: size))
            return .next
        }
        last = Array(path.utf8[...slash])
        passed = 0
        entries.append(
            ArtifactTreeEntry(name: String(decoding: rest[..<slash], as: UTF8.self), size: nil))
        return .next
    }
}
