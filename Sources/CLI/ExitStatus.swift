import ArgumentParser
import Workbench

/// The exit codes of the command line. They are a contract: add, never change.
enum ExitStatus: Int32 {
    /// A run that ends failed, a gate, an internal error.
    case failed = 1
    /// Not found, or in conflict with what exists.
    case notFound = 2
    /// A corrupt workspace, or one of a newer version.
    case corrupt = 3
    /// A plugin failed.
    case pluginFailed = 4
    /// Wrong flags or arguments.
    case usage = 64
    /// Data, a document or a model file that cannot be used.
    case invalidInput = 65
    /// A port in use, a locked or read-only workspace, something unsupported here.
    case unavailable = 69
    /// Stopped by the user.
    case interrupted = 130

    /// The error that ends a command whose result is printed already.
    var exit: ExitCode { ExitCode(rawValue) }

    /// The exit code of success.
    static let done: Int32 = 0

    /// The exit code of an error.
    init(_ code: BancadaError.Code) {
        switch code {
        case .failed, .timeout, .internal: self = .failed
        case .notFound, .conflict: self = .notFound
        case .corrupt: self = .corrupt
        case .pluginFailed: self = .pluginFailed
        case .invalidInput: self = .invalidInput
        case .unavailable, .unsupported: self = .unavailable
        case .cancelled: self = .interrupted
        }
    }
}
