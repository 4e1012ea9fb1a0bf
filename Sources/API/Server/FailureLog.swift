import Logging
import Synchronization
import Workbench

/// Turns errors into answers, and writes those that are ours to the log under a number that a
/// client can quote.
final class FailureLog: Sendable {
    private let logger: Logger
    private let last = Mutex(0)

    /// A log of errors that goes to `logger`.
    init(_ logger: Logger) {
        self.logger = logger
    }

    /// The answer to an error of the layers below; one line in the log for an error that is ours,
    /// what a client did wrong is its to read.
    func failure(for error: BancadaError, method: String, path: String) -> HTTPFailure {
        guard HTTPFailure.status(of: error.code) == 500 else {
            return HTTPFailure(error, logID: "")
        }
        let logID = next()
        logger.error(
            "request failed",
            metadata: [
                "log_id": .string(logID), "method": .string(method),
                "path": .string(String(path.prefix(200))),
                "error": .string("\(error.code.rawValue): \(error.message)"),
                "cause": .string(error.cause.map { "\($0)" } ?? "none"),
            ])
        return HTTPFailure(error, logID: logID)
    }

    private func next() -> String {
        last.withLock { last in
            last += 1
            return "e\(last)"
        }
    }
}
