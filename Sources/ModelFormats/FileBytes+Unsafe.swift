package import Workbench

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Whole files of a model folder.
package enum FileBytes {
    /// The most bytes of a file that is read: 4 GiB.
    package static let maximumCount = 4 << 30

    /// The bytes of a file.
    ///
    /// - Throws: `notFound`; `invalidInput` for a directory or a file that is too large;
    ///   `unavailable` where it cannot be read.
    package static func read(_ path: String) throws(BancadaError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw readingError(path, errno) }
        defer { _ = close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw readingError(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            throw BancadaError(
                .invalidInput,
                "\(path) is \(isFolder ? "a directory" : "no regular file"), expected a file")
        }
        guard status.st_size <= maximumCount else {
            throw BancadaError(
                .invalidInput,
                "\(path) has \(status.st_size) bytes, expected at most \(maximumCount)")
        }
        let size = Int(status.st_size)
        guard size > 0 else { return [] }
        var code: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = 0
            guard let base = buffer.baseAddress else { return }
            while count < size {
                let got = unsafe Self.read(descriptor, base + count, size - count)
                if got > 0 {
                    count += got
                } else if got == 0 {
                    return
                } else if errno != EINTR {
                    code = errno
                    return
                }
            }
        }
        guard code == 0 else { throw readingError(path, code) }
        return bytes
    }

    /// Writes a file beside `path`, makes it durable, and renames it into place.
    ///
    /// - Throws: `notFound` where the folder is missing; `unavailable` where it cannot be written.
    package static func write(_ bytes: [UInt8], to path: String) throws(BancadaError) {
        let temporary = "\(path).\(getpid()).partial"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw writingError(path, errno) }
        var code = unsafe bytes.withUnsafeBytes { unsafe writeAll(descriptor, $0) }
        if code == 0, fsync(descriptor) != 0 { code = errno }
        if close(descriptor) != 0, code == 0 { code = errno }
        if code == 0, unsafe rename(temporary, path) != 0 { code = errno }
        guard code == 0 else {
            _ = unsafe unlink(temporary)
            throw writingError(path, code)
        }
    }

    /// Makes a folder, and those above it; one that is there is left alone.
    ///
    /// - Throws: `conflict` where a file is in the way; `unavailable` where it cannot be made.
    package static func makeFolder(_ path: String) throws(BancadaError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += (made.isEmpty || made == "/" ? "" : "/") + part
            if unsafe mkdir(made, 0o777) == 0 { continue }
            let code = errno
            // Other codes, such as no permission, also come for folders that exist.
            if isFolder(made) { continue }
            if code == EEXIST || code == ENOTDIR {
                throw BancadaError(.conflict, "\(made) is a file, expected a folder")
            }
            throw writingError(made, code)
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int32 {
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

    private static func readingError(_ path: String, _ code: Int32) -> BancadaError {
        switch code {
        case ENOENT, ENOTDIR: BancadaError(.notFound, "file \(path) not found")
        case EACCES, EPERM:
            BancadaError(
                .unavailable, "no permission to read \(path)",
                hint: "change the file's permissions")
        default: BancadaError(.unavailable, "cannot read \(path): system error \(code)")
        }
    }

    private static func writingError(_ path: String, _ code: Int32) -> BancadaError {
        switch code {
        case ENOENT, ENOTDIR:
            BancadaError(.notFound, "the folder of \(path) not found", hint: "create the folder")
        case EISDIR: BancadaError(.invalidInput, "\(path) is a directory, expected a file")
        case EACCES, EPERM:
            BancadaError(
                .unavailable, "no permission to write \(path)",
                hint: "change the permissions, or write elsewhere")
        case ENOSPC, EDQUOT:
            BancadaError(
                .unavailable, "no space left to write \(path)", hint: "free space on the disk")
        case EROFS:
            BancadaError(
                .unavailable, "cannot write \(path): the file system is read-only",
                hint: "write elsewhere")
        default: BancadaError(.unavailable, "cannot write \(path): system error \(code)")
        }
    }

    private static func read(
        _ descriptor: Int32, _ bytes: UnsafeMutablePointer<UInt8>, _ count: Int
    ) -> Int {
        #if canImport(Glibc)
            unsafe Glibc.read(descriptor, bytes, count)
        #else
            unsafe Darwin.read(descriptor, bytes, count)
        #endif
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
}
