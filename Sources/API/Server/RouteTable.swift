import HTTPTypes
import Hummingbird
import NIOCore
import Workbench

/// The routes of all protocols while they are put together.
final class RouteTable {
    /// Answers one request; errors become answers in `AnsweringMiddleware`.
    typealias Handler = @Sendable (Request, BasicRequestContext) async throws -> Response

    /// What answers requests by the routes so far.
    private(set) var responder: RouteResponder

    /// A table whose answers are counted, and whose errors are worded, by `answering`.
    init(_ answering: AnsweringMiddleware) {
        responder = RouteResponder(answering: answering)
    }

    /// Answers `path`, a `PathPattern`, by one handler for each method.
    func add(_ path: String, _ handlers: [HTTPRequest.Method: Handler]) {
        responder.add(RouteResponder.Endpoint(path: path, handlers: handlers))
    }
}

extension BasicRequestContext {
    /// The decoded value of a parameter of the path.
    ///
    /// - Throws: `HTTPFailure` 400 when its percent-encoding is wrong.
    func pathParameter(_ name: String) throws(HTTPFailure) -> String {
        guard let raw = parameters.get(name), let text = PercentEncoding.decode(raw) else {
            throw HTTPFailure(
                400, code: "invalidInput", "the path has a wrong percent-encoding",
                hint: "write each byte as % and two hexadecimal digits")
        }
        return text
    }

    /// As `pathParameter`, nil where the route has no such parameter.
    func optionalPathParameter(_ name: String) throws(HTTPFailure) -> String? {
        parameters.get(name) == nil ? nil : try pathParameter(name)
    }
}

extension Response {
    /// A JSON document.
    static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// Plain text.
    static func text(
        _ text: String, contentType: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: .ok, headers: [.contentType: contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
