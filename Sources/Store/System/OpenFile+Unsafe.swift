#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An open file or directory, closed when it goes away. Calls that a signal interrupts are repeated.
struct OpenFile: ~Copyable {
    /// How a file is opened.
    enum Mode {
        /// For reading; never waits for the other end of a pipe.
        case read
        /// For writing; the file must not exist.
        case create
        /// A directory, to sync or to lock it.
        case directory
    }

    /// What the file was opened by.
    let path: String
    let descriptor: CInt

    /// Opens `path`.
    init(_ path: String, _ mode: Mode) throws(SystemError) {
        let flags: CInt =
            switch mode {
            case .read: O_RDONLY | O_NONBLOCK
            case .create: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
            case .directory: O_RDONLY | O_DIRECTORY
            }
        self.path = path
        descriptor = try retried("open", path) { unsafe open(path, flags | O_CLOEXEC, 0o644) }
    }

    deinit {
        close(descriptor)
    }

    /// What kind of file it is, and its size.
    func facts() throws(SystemError) -> FileFacts {
        let descriptor = descriptor
        var info = stat()
        _ = try retried("read", path) { unsafe fstat(descriptor, &info) }
        return FileFacts(info)
    }

    /// Fills `buffer` from the start as far as the file goes; returns how many bytes came, fewer
    /// than the buffer holds only at the end of the file.
    func read(into buffer: inout [UInt8]) throws(SystemError) -> Int {
        let descriptor = descriptor
        var filled = 0
        while filled < buffer.count {
            let start = filled
            let room = buffer.count - filled
            let count = try retried("read", path) {
                unsafe buffer.withUnsafeMutableBytes { bytes in
                    guard let base = bytes.baseAddress else { return 0 }
                    #if canImport(Glibc)
                        return unsafe Glibc.read(descriptor, base + start, room)
                    #else
                        return unsafe Darwin.read(descriptor, base + start, room)
                    #endif
                }
            }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// Writes the first `count` bytes of `buffer`.
    func write(_ buffer: [UInt8], count: Int) throws(SystemError) {
        precondition(count <= buffer.count, "more bytes to write than the buffer holds")
        let descriptor = descriptor
        var done = 0
        while done < count {
            let start = done
            done += try retried("write", path) {
                unsafe buffer.withUnsafeBytes { bytes in
                    guard let base = bytes.baseAddress else { return 0 }
                    #if canImport(Glibc)
                        return unsafe Glibc.write(descriptor, base + start, count - start)
                    #else
                        return unsafe Darwin.write(descriptor, base + start, count - start)
                    #endif
                }
            }
        }
    }

    /// Returns when the file's bytes are on the disk.
    func sync() throws(SystemError) {
        let descriptor = descriptor
        _ = try retried("write", path) { fsync(descriptor) }
    }

    /// Sets the permission bits.
    func setPermissions(_ bits: UInt32) throws(SystemError) {
        let descriptor = descriptor
        _ = try retried("change", path) { fchmod(descriptor, mode_t(bits)) }
    }

    /// Takes the file's exclusive lock, which ends with this value; false when another has it.
    func tryLock() throws(SystemError) -> Bool {
        while true {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: return false
            // A file system without locks (some network mounts): SQLite's own locks remain.
            case ENOLCK, ENOTSUP, EINVAL, EBADF, ENOSYS: return true
            default: throw SystemError(code: errno, operation: "lock", path: path)
            }
        }
    }

    /// Waits for the file's lock, shared with others who share it or exclusive; it ends with this
    /// value.
    func lock(exclusively: Bool) throws(SystemError) {
        while flock(descriptor, exclusively ? LOCK_EX : LOCK_SH) != 0 {
            switch errno {
            case EINTR: continue
            // A file system without locks (some network mounts): the age of files remains.
            case ENOLCK, ENOTSUP, EINVAL, EBADF, ENOSYS: return
            default: throw SystemError(code: errno, operation: "lock", path: path)
            }
        }
    }

    /// Makes this empty file share the blocks of `source`; false where the file system cannot.
    func clone(_ source: borrowing OpenFile) -> Bool {
        #if os(Linux)
            let cloneRequest: UInt = 0x4004_9409
            return ioctl(descriptor, cloneRequest, source.descriptor) == 0
        #else
            return false
        #endif
    }
}

/// Repeats `call` while signals interrupt it; throws what `errno` says when it answers below zero.
/// A path with a NUL character, which C would cut, is an invalid argument.
func retried<Count: SignedInteger>(
    _ operation: String, _ path: String, _ call: () -> Count
) throws(SystemError) -> Count {
    if path.utf8.contains(0) { throw SystemError(code: EINVAL, operation: operation, path: path) }
    while true {
        let result = call()
        if result >= 0 { return result }
        if errno != EINTR { throw SystemError(code: errno, operation: operation, path: path) }
    }
}
