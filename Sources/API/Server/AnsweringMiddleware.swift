import HTTPTypes
import Hummingbird
import Inference
import NIOCore
import NIOHTTP1
import Workbench

/// Around every route: counts and times the request, and turns what it throws into an answer in the
/// protocol's own error shape.
struct AnsweringMiddleware {
    let metrics: ServerMetrics
    let repository: ModelRepository
    let limits: ServingLimits
    let failures: FailureLog

    /// The answer to a request that `next` answers.
    func handle(
        _ request: Request, context: BasicRequestContext,
        next: @concurrent (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        metrics.begin()
        let start = NIODeadline.now()
        var status = 500
        defer {
            metrics.end(
                label(request, context), status: status,
                seconds: (NIODeadline.now() - start).seconds)
        }
        do {
            let response = try await next(request, context)
            status = response.status.code
            return response
        } catch let error as HTTPParserError {
            // The request broke off or is malformed half-way: the connection's handler answers.
            status = 400
            throw error
        } catch {
            let failure = failure(for: error, request)
            status = failure.status
            let response = Self.response(failure, path: request.uri.path)
            // A body after HEAD would be taken for the next answer.
            return request.method == .head ? response.createHeadResponse() : response
        }
    }

    private func failure(for error: any Error, _ request: Request) -> HTTPFailure {
        switch error {
        case let failure as HTTPFailure: return failure
        case let error as BancadaError: return logged(error, request)
        case is NIOTooManyBytesError: return .bodyTooLarge(limit: limits.bodyBytes)
        case let error as HTTPError where error.status == .notFound:
            return .unknownRoute(request.uri.path)
        case let error as HTTPError:
            return HTTPFailure(
                error.status.code, code: "invalidInput", error.body ?? error.status.reasonPhrase)
        case is CancellationError:
            return HTTPFailure(
                BancadaError(.cancelled, "the request was cancelled"), logID: "")
        default:
            return logged(BancadaError(.internal, "\(error)", cause: error), request)
        }
    }

    private func logged(_ error: BancadaError, _ request: Request) -> HTTPFailure {
        failures.failure(
            for: error, method: request.method.rawValue, path: request.uri.path)
    }

    private func label(
        _ request: Request, _ context: BasicRequestContext
    ) -> ServerMetrics.Label {
        let route = context.endpointPath ?? "unknown"
        // Only what is served becomes a label; names that clients make up would fill the memory.
        let model = context.parameters.get("model").flatMap { PercentEncoding.decode($0) }
        let isServed = model.map { !repository.versions(of: $0).isEmpty } ?? false
        return ServerMetrics.Label(route: route, model: isServed ? model ?? "" : "")
    }

    private static func response(_ failure: HTTPFailure, path: String) -> Response {
        var response = Response.json(
            failure.body(path: path), status: HTTPResponse.Status(code: failure.status))
        for field in failure.fields {
            if let name = HTTPField.Name(field.name) {
                response.headers.append(HTTPField(name: name, value: field.value))
            }
        }
        return response
    }
}
