import HTTPTypes
import Hummingbird

/// Answers requests by the first path that fits. For every path it also answers HEAD where there is
/// GET, OPTIONS with the methods there are, and any other method with 405.
///
/// Most paths are fixed texts, found in a dictionary. Hummingbird's router has a handler for each
/// method at the nodes of a tree instead: with our hundred paths building it took a sixth of the time
/// from the start of the program to the first answer.
struct RouteResponder: HTTPResponder {
    /// A path and its handlers.
    struct Endpoint {
        let path: String
        let handlers: [HTTPRequest.Method: RouteTable.Handler]
    }

    private let answering: AnsweringMiddleware
    private var fixed: [String: Endpoint] = [:]
    /// Paths with parameters, those with the longest texts behind a parameter first.
    private var patterns: [(pattern: PathPattern, endpoint: Endpoint)] = []

    /// A responder without routes.
    init(answering: AnsweringMiddleware) {
        self.answering = answering
    }

    /// Adds a route.
    mutating func add(_ endpoint: Endpoint) {
        let pattern = PathPattern(endpoint.path)
        if pattern.isFixed {
            fixed[endpoint.path] = endpoint
        } else {
            let place = patterns.firstIndex { $0.pattern.suffixLength < pattern.suffixLength }
            patterns.insert((pattern, endpoint), at: place ?? patterns.endIndex)
        }
    }

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        var context = context
        let endpoint = endpoint(at: request.uri.path, &context)
        context.coreContext.endpointPath.value = endpoint?.path
        return try await answering.handle(request, context: context) { request, context in
            guard let endpoint else { throw HTTPError(.notFound) }
            return try await Self.answer(request, context, at: endpoint)
        }
    }

    private func endpoint(at path: String, _ context: inout BasicRequestContext) -> Endpoint? {
        if let endpoint = fixed[path] { return endpoint }
        let parts = PathPattern.parts(of: path)
        // A slash too many is no other place.
        if let endpoint = fixed["/" + parts.joined(separator: "/")] { return endpoint }
        for (pattern, endpoint) in patterns {
            guard let values = pattern.values(in: parts) else { continue }
            for (name, value) in values { context.coreContext.parameters[name] = value }
            return endpoint
        }
        return nil
    }

    private static func answer(
        _ request: Request, _ context: BasicRequestContext, at endpoint: Endpoint
    ) async throws -> Response {
        if let handler = endpoint.handlers[request.method] {
            return try await handler(request, context)
        }
        if request.method == .head, let get = endpoint.handlers[.get] {
            return try await get(request, context).createHeadResponse()
        }
        let methods = Set(endpoint.handlers.keys.map(\.rawValue))
        let all = methods.union(methods.contains("GET") ? ["HEAD", "OPTIONS"] : ["OPTIONS"])
        let allowed = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
            .filter(all.contains)
        guard request.method == .options else {
            throw HTTPFailure.wrongMethod(
                request.method.rawValue, path: request.uri.path, allowed: allowed)
        }
        return Response(
            status: .noContent, headers: [.allow: allowed.joined(separator: ", ")])
    }
}
