#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The values of `errno` that the store tells apart, so that only this folder imports the C
/// library.
enum SystemCode {
    static let noSuchFile = ENOENT
    static let exists = EEXIST
    static let notEmpty = ENOTEMPTY
    static let noSpace = ENOSPC
    static let quota = EDQUOT
    static let tooLarge = EFBIG
    static let readOnlyFileSystem = EROFS
    static let denied = EACCES
    static let notPermitted = EPERM
    static let notADirectory = ENOTDIR
    static let isADirectory = EISDIR
    static let nameTooLong = ENAMETOOLONG
    static let linkLoop = ELOOP
    static let invalidArgument = EINVAL
    static let tooManyFiles = EMFILE
    static let tooManyFilesInSystem = ENFILE
    static let noSuchProcess = ESRCH

    /// Whether a process with this id exists and belongs to somebody else.
    static func isHiddenProcess(_ processID: Int32) -> Bool {
        kill(processID, 0) != 0 && errno == EPERM
    }
}

/// The C library's words for an error number.
func systemMessage(of code: CInt) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    let message = unsafe String(cString: text)
    return message.prefix(1).lowercased() + message.dropFirst()
}

/// Blocks this thread for a moment.
func pause(microseconds: UInt32) {
    usleep(microseconds)
}
