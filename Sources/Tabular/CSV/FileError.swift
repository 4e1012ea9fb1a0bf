import Workbench

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The errors of the operating system in our words.
enum FileError {
    /// The error for a file that could not be read.
    static func reading(_ path: String, _ code: Int32) -> BancadaError {
        switch code {
        case ENOENT, ENOTDIR: BancadaError(.notFound, "file \(path) not found")
        case EISDIR: BancadaError(.invalidInput, "\(path) is a directory, expected a file")
        case EACCES, EPERM:
            BancadaError(
                .unavailable, "no permission to read \(path)",
                hint: "change the file's permissions")
        default: BancadaError(.unavailable, "cannot read \(path): \(words(code))")
        }
    }

    /// The error for a file that could not be written.
    static func writing(_ path: String, _ code: Int32) -> BancadaError {
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
        default: BancadaError(.unavailable, "cannot write \(path): \(words(code))")
        }
    }

    private static func words(_ code: Int32) -> String {
        switch code {
        case EIO: "the device reports an error"
        case EMFILE, ENFILE: "too many files are open"
        case ENAMETOOLONG: "the name is too long"
        case ELOOP: "the links go round in a circle"
        case EFBIG: "the file would be too large"
        default: "system error \(code)"
        }
    }
}
