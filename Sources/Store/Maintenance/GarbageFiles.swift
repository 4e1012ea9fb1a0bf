import Workbench

/// Removes files that no row knows any more: after the rows, so that a crash between the two leaves
/// at most files, which the next collection finds.
struct GarbageFiles: Sendable {
    let layout: WorkspaceLayout
    let files: ContentFiles
    /// How young a file of unknown origin is left alone, from this moment on.
    let before: Timestamp
    let isDryRun: Bool
    let stop: StopFlag

    /// How many files are removed under one exclusive lock: nobody can store anything meanwhile.
    private static let batch = 256

    /// Removes the files of contents whose rows are gone.
    ///
    /// - Parameter known: which of some digests have a row, asked under the lock.
    func removeContents(
        _ digests: [ContentDigest], known: (Set<String>) throws -> Set<String>
    ) throws -> GarbageReport.Amount {
        var amount = GarbageReport.Amount()
        var rest = digests[...]
        while !rest.isEmpty {
            try stop.check()
            let batch = rest.prefix(Self.batch)
            rest = rest.dropFirst(Self.batch)
            // A dry run keeps nobody from storing.
            let lock = isDryRun ? nil : try ContentLock(files, exclusively: true)
            let taken = isDryRun ? [] : try known(Set(batch.map(\.hex)))
            for digest in batch where !taken.contains(digest.hex) {
                let path = files.path(of: digest)
                guard let facts = try FileSystem.facts(path, followingLinks: false) else {
                    continue
                }
                amount.add(facts.size)
                if !isDryRun { try FileSystem.removeFile(path) }
            }
            lock?.release()
        }
        return amount
    }

    /// The digests of files below `artifacts/` that are old enough to be nobody's work.
    func oldContentFiles() throws -> [ContentDigest] {
        guard try FileSystem.facts(files.folder) != nil else { return [] }
        var found: [ContentDigest] = []
        for folder in try FileSystem.names(in: files.folder) where folder.utf8.count == 2 {
            try stop.check()
            for name in try FileSystem.names(in: files.folder + "/" + folder) {
                guard let digest = ContentDigest(hex: name), name.hasPrefix(folder),
                    try isOld(files.path(of: digest))
                else { continue }
                found.append(digest)
            }
        }
        return found
    }

    /// Removes unfinished files that are old: their makers have given up, or are of another machine.
    func removeTemporaries() throws -> GarbageReport.Amount {
        try removeTrees(in: files.temporaryFolder) { path, _ in try isOld(path) }
    }

    /// Removes shared copies of contents without a row.
    func removeCaches(known: (String) -> Bool) throws -> GarbageReport.Amount {
        try removeTrees(in: layout.cache) { path, name in
            if ContentDigest(hex: name) != nil { return !known(name) }
            return try isOld(path)
        }
    }

    /// Removes folders of runs that do not exist.
    ///
    /// - Parameter gone: the ids of runs that were removed now, whose folders may be young.
    func removeRunFolders(
        gone: Set<String>, known: (String) -> Bool
    ) throws -> GarbageReport.Amount {
        var amount = GarbageReport.Amount()
        for folder in ["work", "logs"] {
            let part = try removeTrees(in: layout.root + "/" + folder) { path, name in
                if gone.contains(name) { return true }
                guard RunID(name) != nil, !known(name) else { return false }
                return try isOld(path)
            }
            amount.count += part.count
            amount.bytes += part.bytes
        }
        return amount
    }

    private func removeTrees(
        in folder: String, where isGarbage: (_ path: String, _ name: String) throws -> Bool
    ) throws -> GarbageReport.Amount {
        var amount = GarbageReport.Amount()
        guard try FileSystem.facts(folder)?.kind == .folder else { return amount }
        for name in try FileSystem.names(in: folder) {
            try stop.check()
            let path = folder + "/" + name
            guard try isGarbage(path, name) else { continue }
            amount.add(try Self.size(of: path))
            if !isDryRun { try FileSystem.removeTree(path) }
        }
        return amount
    }

    private func isOld(_ path: String) throws -> Bool {
        guard let facts = try FileSystem.facts(path, followingLinks: false) else { return false }
        return facts.modified <= before
    }

    /// Bytes of a file, or of everything in a folder.
    private static func size(of path: String) throws -> Int64 {
        guard let facts = try FileSystem.facts(path, followingLinks: false) else { return 0 }
        guard facts.kind == .folder else { return facts.size }
        return try FileSystem.names(in: path).reduce(0) { try $0 + size(of: path + "/" + $1) }
    }
}
