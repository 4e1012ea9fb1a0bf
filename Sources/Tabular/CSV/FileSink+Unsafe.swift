import Workbench

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file that appears under its name only when it is whole.
final class FileSink {
    private let path: String
    private let temporaryPath: String
    private var descriptor: Int32

    /// Starts a file beside `path`.
    ///
    /// - Throws: as `FileError.writing` says.
    init(path: String) throws(BancadaError) {
        try Self.refuseOtherThanFiles(path)
        self.path = path
        temporaryPath = "\(path).\(getpid()).partial"
        descriptor = unsafe open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileError.writing(path, errno) }
    }

    /// A rename would put a file in the place of a pipe, a device or a link and destroy it.
    private static func refuseOtherThanFiles(_ path: String) throws(BancadaError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { return }
        if status.st_mode & S_IFMT == S_IFDIR { throw FileError.writing(path, EISDIR) }
        throw BancadaError(
            .invalidInput, "\(path) is no regular file, so it is not replaced",
            hint: "write to a file, or to stdout")
    }

    /// Drops the file unless it was committed.
    deinit {
        guard descriptor >= 0 else { return }
        _ = Self.close(descriptor)
        _ = unsafe unlink(temporaryPath)
    }

    /// Appends bytes.
    func write(_ bytes: [UInt8]) throws(BancadaError) {
        let descriptor = descriptor
        let code = unsafe bytes.withUnsafeBytes { bytes -> Int32 in
            var written = 0
            while written < bytes.count {
                guard let base = bytes.baseAddress else { return 0 }
                let count = unsafe Self.write(descriptor, base + written, bytes.count - written)
                if count >= 0 {
                    written += count
                } else if errno != EINTR {
                    return errno
                }
            }
            return 0
        }
        guard code == 0 else { throw FileError.writing(path, code) }
    }

    /// Gives the file its name, in place of one that was there.
    func commit() throws(BancadaError) {
        let status = Self.close(descriptor)
        let code = errno
        descriptor = -1
        guard status == 0 else {
            _ = unsafe unlink(temporaryPath)
            throw FileError.writing(path, code)
        }
        guard unsafe rename(temporaryPath, path) == 0 else {
            let code = errno
            _ = unsafe unlink(temporaryPath)
            throw FileError.writing(path, code)
        }
    }

    private static func write(
        _ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int
    ) -> Int {
        #if canImport(Glibc)
            unsafe Glibc.write(descriptor, bytes, count)
        #else
            unsafe Darwin.write(descriptor, bytes, count)
        #endif
    }

    private static func close(_ descriptor: Int32) -> Int32 {
        #if canImport(Glibc)
            Glibc.close(descriptor)
        #else
            Darwin.close(descriptor)
        #endif
    }
}
