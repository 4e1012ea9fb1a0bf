import Documents
import HTTPTypes
import Hummingbird
import Inference
import NIOCore
import Workbench

/// The routes of KServe's V1 inference protocol.
struct V1Routes: Sendable {
    let service: InferenceService

    /// Adds the routes.
    func add(to table: RouteTable) {
        table.add("/v1/models", [.get: { _, _ in models() }])
        table.add("/v1/models/{model}", [.get: { _, context in try status(context) }])
        table.add("/v1/models/{model}:predict", [.post: { try await predict($0, $1) }])
    }

    private func models() -> Response {
        let names = service.repository.names.map(JSON.string)
        return .json((["models": .array(names)] as JSON).compactBytes)
    }

    private func status(_ context: BasicRequestContext) throws -> Response {
        let name = try context.pathParameter("model")
        let isReady = try service.repository.isReady(name: name, version: nil)
        return .json(
            (["name": .string(name), "ready": .bool(isReady)] as JSON).compactBytes,
            status: isReady ? .ok : .serviceUnavailable)
    }

    private func predict(
        _ request: Request, _ context: BasicRequestContext
    ) async throws -> Response {
        let name = try context.pathParameter("model")
        let model = try service.repository.model(named: name, version: nil)
        var body = try await request.body.collect(upTo: service.limits.bodyBytes)
        let decoded = try V1Codec.decode(body.readBytes(length: body.readableBytes) ?? [])
        return .json(V1Codec.encode(try await service.infer(decoded, with: model)))
    }
}
