import Documents
import NIOHTTP1
package import Workbench

/// An answer that is an error: the status and what is said in the body.
package struct HTTPFailure: Error, Sendable {
    /// The status code, 400 or greater.
    package let status: Int
    /// What kind of error it is, in one word for programs.
    package let code: String
    /// What happened.
    package let message: String
    /// What to do about it.
    package let hint: String?
    /// Further header fields, such as `Allow`.
    package let fields: [(name: String, value: String)]
    /// Whether there is nothing that could be asked for at the path.
    package let isUnknownRoute: Bool

    /// An error of the HTTP layer itself.
    package init(
        _ status: Int, code: String, _ message: String, hint: String? = nil,
        fields: [(name: String, value: String)] = [], isUnknownRoute: Bool = false
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
        self.fields = fields
        self.isUnknownRoute = isUnknownRoute
    }

    /// The answer to an error of the layers below.
    ///
    /// - Parameter logID: what a client may quote for an error whose details stay in the log.
    package init(_ error: BancadaError, logID: String) {
        let status = Self.status(of: error.code)
        let isOurs = status == 500
        self.init(
            status, code: error.code.rawValue,
            isOurs ? "internal error, log id \(logID)" : error.message,
            hint: isOurs ? nil : error.hint,
            fields: status == 503 ? [("Retry-After", "1")] : [])
    }

    /// The only place that knows the status of an error code.
    package static func status(of code: BancadaError.Code) -> Int {
        switch code {
        // What is valid and unsupported is the request's doing too: clients repeat 5xx answers.
        case .invalidInput, .unsupported: 400
        case .notFound: 404
        case .conflict: 409
        case .failed: 422
        case .unavailable, .cancelled: 503
        case .timeout: 504
        case .corrupt, .pluginFailed, .internal: 500
        }
    }

    /// The body of the answer, in the error shape of the protocol that `path` belongs to.
    package func body(path: String) -> [UInt8] {
        if path.hasPrefix("/v2") || path.hasPrefix("/v1/models") {
            let text = hint.map { "\(message) (hint: \($0))" } ?? message
            return (["error": .string(text)] as JSON).compactBytes
        }
        if MLflowProtocol.owns(path) {
            let text = hint.map { "\(message) (hint: \($0))" } ?? message
            return
                ([
                    "error_code": .string(MLflowProtocol.errorCode(of: self)),
                    "message": .string(text),
                ] as JSON).compactBytes
        }
        var members: [JSON.Member] = [
            JSON.Member("code", .string(code)), JSON.Member("message", .string(message)),
        ]
        if let hint { members.append(JSON.Member("hint", .string(hint))) }
        return (["error": .object(members)] as JSON).compactBytes
    }

    /// The reason phrase of `status`.
    static func reason(_ status: Int) -> String {
        HTTPResponseStatus(statusCode: status).reasonPhrase
    }
}

extension HTTPFailure {
    /// No route has this path.
    static func unknownRoute(_ path: String) -> HTTPFailure {
        HTTPFailure(
            404, code: "notFound", "nothing is at \(path)",
            hint: MLflowProtocol.owns(path)
                ? "'bancada up' serves MLflow's API, but no assessments, datasets of evaluations or "
                    + "webhooks" : nil, isUnknownRoute: true)
    }

    /// The path exists and has no such method.
    static func wrongMethod(_ method: String, path: String, allowed: [String]) -> HTTPFailure {
        let allow = allowed.joined(separator: ", ")
        return HTTPFailure(
            405, code: "methodNotAllowed", "\(method) is not a method of \(path)",
            hint: "use \(allow)", fields: [("Allow", allow)])
    }

    /// The body is larger than the server takes.
    static func bodyTooLarge(limit: Int) -> HTTPFailure {
        HTTPFailure(
            413, code: "tooLarge", "the body is larger than the \(limit) bytes that are allowed")
    }

    /// Too much waits already.
    static func overloaded(waiting: Int) -> HTTPFailure {
        HTTPFailure(
            503, code: "unavailable", "\(waiting) requests to heavy models are waiting already",
            hint: "try again in a second", fields: [("Retry-After", "1")])
    }
}
