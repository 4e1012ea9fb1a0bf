#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A look at the file system; nothing is opened.
enum FilePresence {
    /// Whether `path` is a regular file, or a link to one.
    static func isFile(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
