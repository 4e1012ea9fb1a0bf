import HTTPTypes
import Hummingbird
import NIOCore
import Workbench

/// The routes of all protocols. For every path it also answers HEAD where there is GET, OPTIONS
/// with the methods there are, and any other method with 405.
struct RouteTable {
    /// Answers one request; errors become answers in `AnsweringMiddleware`.
    typealias Handler = @Sendable (Request, BasicRequestContext) async throws -> Response

    private static let knownMethods: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .patch, .delete, .options,
    ]

    private let router: Router<BasicRequestContext>

    /// A table whose answers are counted, and whose errors are worded, by `answering`.
    init(_ answering: AnsweringMiddleware) {
        router = Router()
        router.add(middleware: answering)
    }

    /// Answers `path`, whose parameters are written `{name}`, by one handler for each method.
    func add(_ path: String, _ handlers: [HTTPRequest.Method: Handler]) {
        var handlers = handlers
        if let get = handlers[.get] {
            handlers[.head] = { try await get($0, $1).createHeadResponse() }
        }
        let allowed = Self.knownMethods.map(\.rawValue).filter { name in
            name == "OPTIONS" || handlers.contains { $0.key.rawValue == name }
        }
        let allow = allowed.joined(separator: ", ")
        handlers[.options] = { _, _ in Response(status: .noContent, headers: [.allow: allow]) }
        for method in Self.knownMethods {
            let handler =
                handlers[method] ?? { request, _ in
                    throw HTTPFailure.wrongMethod(
                        method.rawValue, path: request.uri.path, allowed: allowed)
                }
            router.on(RouterPath(path), method: method, use: handler)
        }
    }

    /// What answers requests; nothing may be added after it.
    var responder: some HTTPResponder<BasicRequestContext> { router.buildResponder() }
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
