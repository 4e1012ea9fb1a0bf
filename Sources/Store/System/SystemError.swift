import Workbench

/// A system call that failed, with the file it was about.
struct SystemError: Error {
    /// The value of `errno`.
    let code: CInt
    /// What was tried, as a verb: `open`, `write`.
    let operation: String
    /// The file.
    let path: String
}

extension SystemError {
    /// The same failure in words for the person who can mend it.
    var bancadaError: BancadaError {
        let kind = Kind(code)
        return BancadaError(
            kind.code, "cannot \(operation) \(path): \(reason(kind))", hint: kind.hint, cause: self)
    }

    private func reason(_ kind: Kind) -> String {
        kind == .diskFull ? "the disk is full" : systemMessage(of: code)
    }

    /// Whether the failure says that there is no such file, or, below `/proc`, no such process.
    var isMissing: Bool {
        [SystemCode.noSuchFile, SystemCode.notADirectory, SystemCode.noSuchProcess].contains(code)
    }

    private enum Kind {
        case missing, exists, diskFull, readOnly, denied, unusablePath, tooManyFiles, other

        init(_ code: CInt) {
            switch code {
            case SystemCode.noSuchFile: self = .missing
            case SystemCode.exists, SystemCode.notEmpty: self = .exists
            case SystemCode.noSpace, SystemCode.quota, SystemCode.tooLarge: self = .diskFull
            case SystemCode.readOnlyFileSystem: self = .readOnly
            case SystemCode.denied, SystemCode.notPermitted: self = .denied
            case SystemCode.notADirectory, SystemCode.isADirectory, SystemCode.nameTooLong,
                SystemCode.linkLoop, SystemCode.invalidArgument:
                self = .unusablePath
            case SystemCode.tooManyFiles, SystemCode.tooManyFilesInSystem: self = .tooManyFiles
            default: self = .other
            }
        }

        var code: BancadaError.Code {
            switch self {
            case .missing: .notFound
            case .exists: .conflict
            case .unusablePath: .invalidInput
            case .diskFull, .readOnly, .denied, .tooManyFiles, .other: .unavailable
            }
        }

        var hint: String? {
            switch self {
            case .missing: "check the path"
            case .exists: "choose another path or remove what is there"
            case .diskFull: "free some space, then repeat the command"
            case .readOnly: "choose a place on a writable file system"
            case .denied: "give yourself permission for it or choose another place"
            case .unusablePath: "check the path"
            case .tooManyFiles: "raise the limit of open files with 'ulimit -n'"
            case .other: nil
            }
        }
    }
}
