import Workbench

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the file system knows of a file.
struct FileFacts: Sendable {
    /// What a name can stand for.
    enum Kind: Sendable {
        case file, folder, link, other
    }

    /// What it is.
    let kind: Kind
    /// Its bytes.
    let size: Int64
    /// When its bytes last changed.
    let modified: Timestamp

    init(_ info: stat) {
        switch info.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .folder
        case S_IFLNK: kind = .link
        default: kind = .other
        }
        size = Int64(info.st_size)
        #if canImport(Glibc)
            let time = info.st_mtim
        #else
            let time = info.st_mtimespec
        #endif
        modified = Timestamp(
            milliseconds: Int64(time.tv_sec) &* 1000 &+ Int64(time.tv_nsec) / 1_000_000)
    }
}

/// The calls on names of files that the store needs; those on open files are `OpenFile`'s.
enum FileSystem {
    /// What `path` names; nil when there is nothing.
    static func facts(_ path: String, followingLinks: Bool = true) throws(SystemError)
        -> FileFacts?
    {
        var info = stat()
        do throws(SystemError) {
            _ = try retried("read", path) {
                followingLinks ? unsafe stat(path, &info) : unsafe lstat(path, &info)
            }
        } catch {
            if error.isMissing { return nil }
            throw error
        }
        return FileFacts(info)
    }

    /// Whether this process may write to the file or into the folder. A read-only file system says
    /// no to everybody.
    static func isWritable(_ path: String) -> Bool {
        unsafe access(path, W_OK) == 0
    }

    /// Makes a folder; true when it was not there.
    static func makeFolder(
        _ path: String, permissions: UInt32 = 0o755
    ) throws(SystemError) -> Bool {
        do throws(SystemError) {
            _ = try retried("create", path) { unsafe mkdir(path, mode_t(permissions)) }
            return true
        } catch {
            guard error.code == EEXIST, try facts(path)?.kind == .folder else { throw error }
            return false
        }
    }

    /// Makes a folder and those above it.
    static func makeFolders(_ path: String) throws(SystemError) {
        if let facts = try facts(path) {
            if facts.kind == .folder { return }
            throw SystemError(code: ENOTDIR, operation: "use", path: path)
        }
        let parent = parentFolder(path)
        if parent != path { try makeFolders(parent) }
        _ = try makeFolder(path)
    }

    /// The folder that holds `path`: `.` for a bare name, `/` for the root.
    static func parentFolder(_ path: String) -> String {
        let slash = UInt8(ascii: "/")
        var bytes = Array(path.utf8)[...]
        while bytes.count > 1, bytes.last == slash { bytes.removeLast() }
        guard let end = bytes.lastIndex(of: slash) else { return "." }
        return end == 0 ? "/" : String(decoding: bytes[..<end], as: UTF8.self)
    }

    /// Renames a file or folder over what `target` names.
    static func rename(_ path: String, to target: String) throws(SystemError) {
        #if canImport(Glibc)
            _ = try retried("create", target) { unsafe Glibc.rename(path, target) }
        #else
            _ = try retried("create", target) { unsafe Darwin.rename(path, target) }
        #endif
    }

    /// Renames a file or folder to a name that must be free.
    static func renameToFree(_ path: String, to target: String) throws(SystemError) {
        if try facts(path, followingLinks: false)?.kind == .file {
            do throws(SystemError) {
                _ = try retried("create", target) { unsafe link(path, target) }
                return try removeFile(path)
            } catch {
                // File systems without hard links: the name is looked at first.
                guard [EPERM, ENOTSUP, EMLINK].contains(error.code) else { throw error }
            }
        }
        if try facts(target, followingLinks: false) != nil {
            throw SystemError(code: EEXIST, operation: "create", path: target)
        }
        // Where somebody takes the name now, a folder replaces nothing but an empty folder.
        try rename(path, to: target)
    }

    /// Removes a file; nothing happens when there is none.
    static func removeFile(_ path: String) throws(SystemError) {
        do throws(SystemError) {
            _ = try retried("remove", path) { unsafe unlink(path) }
        } catch {
            if !error.isMissing { throw error }
        }
    }

    /// Removes a file or a folder with everything in it; links are removed, not followed.
    static func removeTree(_ path: String) throws {
        guard let facts = try facts(path, followingLinks: false) else { return }
        guard facts.kind == .folder else { return try removeFile(path) }
        for name in try names(in: path) { try removeTree(path + "/" + name) }
        _ = try retried("remove", path) { unsafe rmdir(path) }
    }

    /// The names in a folder, in the order of their bytes.
    ///
    /// - Throws: `SystemError`; `invalidInput` for a name that is not UTF-8.
    static func names(in folder: String) throws -> [String] {
        guard let stream = unsafe opendir(folder) else {
            throw SystemError(code: errno, operation: "read", path: folder)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else { break }
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { text in
                    unsafe (
                        exact: String(validatingCString: text), shown: String(cString: text)
                    )
                }
            }
            guard let exact = name.exact else {
                throw BancadaError(
                    .invalidInput, "the name \"\(name.shown)\" in \(folder) is not UTF-8",
                    hint: "rename the file")
            }
            if exact != ".", exact != ".." { names.append(exact) }
        }
        if errno != 0 { throw SystemError(code: errno, operation: "read", path: folder) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The path without links, `.` and `..`.
    static func resolved(_ path: String) throws(SystemError) -> String {
        guard let text = unsafe realpath(path, nil) else {
            throw SystemError(code: errno, operation: "read", path: path)
        }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }

    /// What a symbolic link says.
    static func linkTarget(_ path: String) throws(SystemError) -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = try retried("read", path) {
            unsafe buffer.withUnsafeMutableBytes { bytes in
                guard let base = bytes.baseAddress else { return 0 }
                return unsafe readlink(
                    path, base.assumingMemoryBound(to: CChar.self), bytes.count)
            }
        }
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    /// Copies a file's bytes to a name that must be free.
    static func copyFile(_ path: String, to target: String) throws(SystemError) {
        let source = try OpenFile(path, .read)
        let output = try OpenFile(target, .create)
        if output.clone(source) { return }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = try source.read(into: &buffer)
            try output.write(buffer, count: count)
            if count < buffer.count { return }
        }
    }

    /// Returns when the names in a folder are on the disk.
    static func syncFolder(_ path: String) throws(SystemError) {
        let folder = try OpenFile(path, .directory)
        try folder.sync()
    }

    /// The bytes of a file of at most `limit` bytes; files of the kernel have no size to ask for.
    static func bytes(of path: String, atMost limit: Int) throws -> [UInt8] {
        let file = try OpenFile(path, .read)
        let expected = max(Int(clamping: try file.facts().size), 1 << 16)
        var buffer = [UInt8](repeating: 0, count: min(limit, expected) + 1)
        let count = try file.read(into: &buffer)
        guard count < buffer.count else {
            throw BancadaError(.corrupt, "\(path) is larger than \(buffer.count - 1) bytes")
        }
        return Array(buffer.prefix(count))
    }
}
