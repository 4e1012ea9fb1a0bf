import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import Workbench

/// What the whole of MLflow's REST protocol shares: its prefixes and its names of errors.
enum MLflowProtocol {
    /// The version of MLflow whose protocol this is; its clients turn features on and off by it.
    static let version = "3.17.2"

    /// The roots of the second version: clients use the first, the web interface the other.
    static let roots = ["/api/2.0", "/ajax-api/2.0"]
    /// The roots of the third version.
    static let newRoots = ["/api/3.0", "/ajax-api/3.0"]

    /// Whether errors at `path` have MLflow's shape.
    static func owns(_ path: String) -> Bool {
        guard path.hasPrefix("/api/") || path.hasPrefix("/ajax-api/") || path == "/v1/traces" else {
            return false
        }
        return path == "/v1/traces"
            || (roots + newRoots).contains { path.hasPrefix($0 + "/mlflow") }
    }

    /// Whether a request puts a file of any size at `path`, as it comes in.
    static func uploads(_ method: HTTPMethod, _ path: String) -> Bool {
        guard method == .PUT else { return false }
        return roots.contains { path.hasPrefix($0 + "/mlflow-artifacts/artifacts/") }
    }

    /// What the protocol calls a failure; only these names are known to its clients.
    static func errorCode(of failure: HTTPFailure) -> String {
        if failure.isUnknownRoute { return "ENDPOINT_NOT_FOUND" }
        switch failure.status {
        case 400:
            return failure.code == BancadaError.Code.conflict.rawValue
                ? "RESOURCE_ALREADY_EXISTS" : "INVALID_PARAMETER_VALUE"
        case 401: return "UNAUTHENTICATED"
        case 403: return "PERMISSION_DENIED"
        case 404: return "RESOURCE_DOES_NOT_EXIST"
        case 408: return "DEADLINE_EXCEEDED"
        case 409: return "RESOURCE_CONFLICT"
        case 429: return "REQUEST_LIMIT_EXCEEDED"
        case 503, 504: return "TEMPORARILY_UNAVAILABLE"
        case 500...: return "INTERNAL_ERROR"
        default: return "BAD_REQUEST"
        }
    }

    /// A taken name is a wrong value here, and everything else is what it is elsewhere.
    static func failure(for error: BancadaError) -> any Error {
        guard error.code == .conflict else { return error }
        return HTTPFailure(400, code: error.code.rawValue, error.message, hint: error.hint)
    }
}

/// The table as the routes of MLflow use it: handlers read fields and write one JSON object.
struct MLflowTable {
    /// Answers one request from its fields.
    typealias Handler =
        @Sendable (MLflowFields, BasicRequestContext) async throws -> AnswerWriter

    /// Where the routes go.
    let table: RouteTable
    /// The longest body of a request.
    let bodyLimit: Int

    /// Answers `path` below `mlflow/` of every root by one handler for each method.
    func add(_ path: String, _ handlers: [HTTPRequest.Method: Handler]) {
        addWhole(
            path,
            handlers.mapValues { handler in
                { try await handler($0, $1).response }
            })
    }

    /// As `add`, for handlers that make the whole answer.
    func addWhole(
        _ path: String,
        _ handlers: [HTTPRequest.Method:
            @Sendable (MLflowFields, BasicRequestContext)
            async throws -> Response]
    ) {
        let limit = bodyLimit
        addRaw(
            path,
            handlers.mapValues { handler in
                { request, context in
                    try await handler(MLflowFields(of: request, upTo: limit), context)
                }
            })
    }

    /// As `add`, for handlers that read the request and make the answer.
    func addRaw(_ path: String, _ handlers: [HTTPRequest.Method: RouteTable.Handler]) {
        for root in MLflowProtocol.roots {
            table.add(
                "\(root)/mlflow/\(path)",
                handlers.mapValues { handler in
                    { request, context in
                        do {
                            return try await handler(request, context)
                        } catch let error as BancadaError {
                            throw MLflowProtocol.failure(for: error)
                        }
                    }
                })
        }
    }
}
