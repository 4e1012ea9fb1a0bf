/// What went wrong, in words for the person who can mend it.
///
/// The one error type that crosses targets. Messages are lower-case, name the thing and the value,
/// and say what was expected; the hint is one imperative sentence. The command line's exit code and
/// the HTTP status are each one `switch` over `code`.
package struct BancadaError: Error, Sendable {
    /// The closed set of failures that callers may tell apart.
    package enum Code: String, Sendable, CaseIterable {
        /// Data, a document, a flag's value or a request that cannot mean anything.
        case invalidInput
        /// A thing that was named and does not exist.
        case notFound
        /// A thing that exists already, or is in a state that forbids the request.
        case conflict
        /// Stored bytes that are damaged, or were written by a newer version.
        case corrupt
        /// A resource that cannot be used now: a port in use, a full disk, no permission.
        case unavailable
        /// The caller asked to stop.
        case cancelled
        /// Something valid that this build cannot do.
        case unsupported
        /// A limit of time was reached.
        case timeout
        /// A plugin failed; the message names it.
        case pluginFailed
        /// The work ran and its outcome is a failure: a gate, a comparison.
        case failed
        /// Our own mistake.
        case `internal`
    }

    /// Which failure it is.
    package let code: Code
    /// What happened, to which thing, and what was expected.
    package let message: String
    /// What to do about it, as one imperative sentence.
    package let hint: String?
    /// The error underneath, for the log; never shown to clients.
    package let cause: (any Error)?

    /// An error with everything that is known of it.
    package init(
        _ code: Code, _ message: String, hint: String? = nil, cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.cause = cause
    }

    /// The same error with `prefix` before its message: where it was met, when the thrower cannot
    /// know.
    package func prefixed(_ prefix: String) -> BancadaError {
        BancadaError(code, prefix + message, hint: hint, cause: cause)
    }
}

extension BancadaError: CustomStringConvertible {
    package var description: String {
        hint.map { "\(message) (hint: \($0))" } ?? message
    }
}
