import GRDB
import Workbench

/// The error that callers see for whatever was thrown while working on the database at `path`.
func storeError(_ error: any Error, at path: String) -> BancadaError {
    switch error {
    case let error as BancadaError: error
    case let error as SystemError: error.bancadaError
    case let error as DatabaseError: databaseError(error, at: path)
    case is CancellationError: BancadaError(.cancelled, "the work on \(path) was cancelled")
    default: BancadaError(.internal, "unexpected error at \(path)", cause: error)
    }
}

/// The hint of every error about damaged bytes.
let corruptionHint =
    "see what is damaged with 'bancada doctor', then restore a copy, such as the newest in backups/"

private func databaseError(_ error: DatabaseError, at path: String) -> BancadaError {
    func made(_ code: BancadaError.Code, _ message: String, _ hint: String? = nil) -> BancadaError {
        BancadaError(code, message, hint: hint, cause: error)
    }
    let detail = error.message ?? "result code \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL:
        return made(
            .unavailable, "\(path) is locked by another process",
            "wait for the other command to finish or stop it, then try again")
    case .SQLITE_FULL:
        return made(
            .unavailable, "the disk is full, cannot write \(path)",
            "free some space, then repeat the command")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT:
        return made(.corrupt, "\(path) is damaged: \(detail)", corruptionHint)
    case .SQLITE_IOERR where error.isShortRead:
        return made(.corrupt, "\(path) ends too early", corruptionHint)
    case .SQLITE_IOERR:
        return made(
            .unavailable, "cannot read or write \(path): \(detail)",
            "check the disk and its free space, then repeat the command")
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
        return made(
            .unavailable, "cannot write \(path): it is read-only",
            "give yourself permission to write it or choose another workspace")
    case .SQLITE_CANTOPEN:
        return made(
            .unavailable, "cannot open \(path)",
            "check that the folder exists and that you may write to it")
    case .SQLITE_INTERRUPT, .SQLITE_ABORT:
        return made(.cancelled, "the work on \(path) was interrupted")
    case .SQLITE_MISUSE:
        return made(.unavailable, "\(path) is closed")
    case .SQLITE_TOOBIG:
        return made(.invalidInput, "a value is too large for \(path)")
    case .SQLITE_NOMEM:
        return made(.unavailable, "not enough memory for \(path)")
    default:
        return made(.internal, "unexpected database error at \(path): \(detail)")
    }
}

extension DatabaseError {
    fileprivate var isShortRead: Bool {
        extendedResultCode == .SQLITE_IOERR_SHORT_READ
            || extendedResultCode == .SQLITE_IOERR_CORRUPTFS
    }
}
