import Workbench

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file that is open for reading.
final class FileSource: ByteSource {
    private let path: String
    private var descriptor: Int32
    private(set) var position = 0
    let count: Int?

    /// Opens a file.
    ///
    /// - Throws: `notFound`, `invalidInput` for a directory, `unavailable` otherwise.
    init(path: String) throws(BancadaError) {
        self.path = path
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.reading(path, errno) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            let code = errno
            _ = Self.close(descriptor)
            throw FileError.reading(path, code)
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            _ = Self.close(descriptor)
            throw FileError.reading(path, EISDIR)
        }
        // Pipes and devices have no size and cannot be read a second time, which may be needed.
        guard status.st_mode & S_IFMT == S_IFREG else {
            _ = Self.close(descriptor)
            throw BancadaError(.invalidInput, "\(path) is no regular file, expected a file")
        }
        count = Int(status.st_size)
    }

    deinit {
        close()
    }

    /// Closes the file; it cannot be read any more.
    func close() {
        if descriptor >= 0 { _ = Self.close(descriptor) }
        descriptor = -1
    }

    func read(
        into buffer: inout [UInt8], from start: Int, upTo end: Int
    ) throws(BancadaError) -> Int {
        precondition(start >= 0 && start <= end && end <= buffer.count, "the range is outside")
        let offset = position
        let descriptor = descriptor
        let outcome = unsafe buffer.withUnsafeMutableBytes { bytes -> (count: Int, code: Int32) in
            guard let base = bytes.baseAddress else { return (0, 0) }
            while true {
                let count = unsafe pread(descriptor, base + start, end - start, off_t(offset))
                if count >= 0 { return (count, 0) }
                if errno != EINTR { return (-1, errno) }
            }
        }
        guard outcome.count >= 0 else { throw FileError.reading(path, outcome.code) }
        position += outcome.count
        return outcome.count
    }

    func rewind() throws(BancadaError) {
        position = 0
    }

    private static func close(_ descriptor: Int32) -> Int32 {
        #if canImport(Glibc)
            Glibc.close(descriptor)
        #else
            Darwin.close(descriptor)
        #endif
    }
}
