import CProcess

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The system calls of this target, with checked arguments; nothing else here sees a pointer.
enum Kernel {
    /// What a read gave.
    enum Reading {
        /// So many bytes, at the start of the buffer.
        case bytes(Int)
        /// Nothing at the moment.
        case nothing
        /// The other side has closed.
        case end
    }

    /// What a write took.
    enum Writing {
        case bytes(Int)
        /// Nothing at the moment.
        case nothing
        /// A value of errno.
        case failed(CInt)
    }

    static let interrupted = EINTR
    static let brokenPipe = EPIPE

    /// Reads once; an error counts as the end.
    static func read(_ file: Int32, into buffer: inout [UInt8]) -> Reading {
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe readOnce(file, bytes)
            }
            if count > 0 { return .bytes(count) }
            if count == 0 { return .end }
            if errno == EAGAIN { return .nothing }
            if errno != EINTR { return .end }
        }
    }

    private static func readOnce(_ file: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
        #if canImport(Glibc)
            unsafe Glibc.read(file, bytes.baseAddress, bytes.count)
        #else
            unsafe Darwin.read(file, bytes.baseAddress, bytes.count)
        #endif
    }

    /// Writes once from `bytes[start..<end]`.
    static func write(_ file: Int32, _ bytes: [UInt8], _ start: Int, _ end: Int) -> Writing {
        precondition(start >= 0 && start <= end && end <= bytes.count, "a range of the bytes")
        while true {
            let count = unsafe bytes.withUnsafeBytes { all in
                let part = unsafe UnsafeRawBufferPointer(rebasing: all[start..<end])
                #if canImport(Glibc)
                    return unsafe Glibc.write(file, part.baseAddress, part.count)
                #else
                    return unsafe Darwin.write(file, part.baseAddress, part.count)
                #endif
            }
            if count >= 0 { return .bytes(count) }
            if errno == EAGAIN { return .nothing }
            if errno != EINTR { return .failed(errno) }
        }
    }

    /// Closes a descriptor.
    static func close(_ file: Int32) {
        #if canImport(Glibc)
            _ = Glibc.close(file)
        #else
            _ = Darwin.close(file)
        #endif
    }

    /// Opens a file to append to, made with mode 0644; negative is minus a value of errno.
    static func openLog(_ path: String) -> Int32 {
        // Without O_NONBLOCK, opening a named pipe that nobody reads would never return.
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK
        let file = unsafe open(path, flags, 0o644)
        guard file >= 0 else { return -errno }
        guard file < 3 else { return file }
        // The standard streams of this process may be closed; they are no place for a log.
        let higher = fcntl(file, F_DUPFD_CLOEXEC, 3)
        let code = errno
        close(file)
        return higher >= 0 ? higher : -code
    }

    /// A pipe, see `bancada_pipe`; nil with a value of errno when there is none.
    static func pipe(near: Int32) -> (reading: Int32, writing: Int32, code: CInt) {
        var reading: Int32 = -1
        var writing: Int32 = -1
        let code = unsafe bancada_pipe(near, &reading, &writing)
        return (reading, writing, code)
    }

    /// One descriptor to wait for.
    struct Interest {
        let file: Int32
        let isWriting: Bool
        /// Whether something can be done with it, an error included.
        var isReady = false
    }

    /// Waits until something is ready or `milliseconds` have passed; negative is for ever.
    static func wait(for interests: inout [Interest], milliseconds: Int32) {
        var entries = interests.map { interest in
            pollfd(
                fd: interest.file, events: Int16(interest.isWriting ? POLLOUT : POLLIN), revents: 0)
        }
        let count = unsafe poll(&entries, nfds_t(entries.count), milliseconds)
        for index in interests.indices {
            interests[index].isReady = count > 0 && entries[index].revents != 0
        }
    }

    /// Sends a signal to a process, or with a negative number to a group. Whether it was there.
    @discardableResult
    static func signal(_ number: CInt, to process: Int32) -> Bool {
        kill(process, number) == 0 || errno == EPERM
    }

    /// Whether the group has any process, a zombie included.
    static func hasMembers(group: Int32) -> Bool { signal(0, to: -group) }

    static let terminate = SIGTERM
    static let `continue` = SIGCONT
    static let killNow = SIGKILL

    /// The C library's words for a value of errno.
    static func message(_ code: CInt) -> String {
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        let message = unsafe String(cString: text)
        return message.prefix(1).lowercased() + message.dropFirst()
    }

    /// The first bytes of a file; nil when it cannot be read.
    static func bytes(of path: String, atMost limit: Int) -> [UInt8]? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: min(limit, 16384))
        while result.count < limit {
            guard case .bytes(let count) = read(file, into: &buffer) else { break }
            result.append(contentsOf: buffer[..<min(count, limit - result.count)])
        }
        return result
    }

    /// The text of a symbolic link.
    static func linkTarget(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink(path, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The numbers among the names in a folder: below `/proc`, its processes.
    static func numbers(in path: String) -> [Int32] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var result: [Int32] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let number = Int32(name) { result.append(number) }
        }
        return result
    }

    /// What a path is to whoever wants to run it.
    enum Runnable {
        case program
        case folder
        case denied
        case missing
    }

    /// Whether the file at `path` can be run.
    static func runnable(_ path: String) -> Runnable {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            return errno == EACCES ? .denied : .missing
        }
        if status.st_mode & S_IFMT == S_IFDIR { return .folder }
        return unsafe access(path, X_OK) == 0 ? .program : .denied
    }

    static let noSuchFile = ENOENT
    static let denied = EACCES
    static let notPermitted = EPERM
    static let notADirectory = ENOTDIR
    static let notExecutable = ENOEXEC
    static let tooLong = E2BIG
    static let noMemory = ENOMEM
    static let tryAgain = EAGAIN
    static let tooManyFiles = EMFILE
    static let tooManyFilesInSystem = ENFILE
    static let noSpace = ENOSPC

    /// Blocks this thread.
    static func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }
}
