import Documents
import HTTPTypes
import Hummingbird
import Inference
import NIOCore
import Workbench

/// The routes of the Open Inference Protocol V2, with the binary tensor data extension.
struct V2Routes: Sendable {
    /// The route of inference, and the one that names a version; also what the fast path counts as.
    static let infer = "/v2/models/{model}/infer"
    static let versionedInfer = "/v2/models/{model}/versions/{version}/infer"
    /// Says how many bytes of the body are JSON; tensors follow.
    static let headerLengthField = "Inference-Header-Content-Length"

    let service: InferenceService
    let version: String

    /// Adds the routes.
    func add(to table: RouteTable) {
        table.add("/v2", [.get: { _, _ in serverMetadata() }])
        table.add(
            "/v2/health/live", [.get: { _, _ in .json((["live": true] as JSON).compactBytes) }])
        table.add("/v2/health/ready", [.get: { _, _ in serverReady() }])
        table.add("/v2/models", [.get: { _, _ in models() }])
        for path in ["/v2/models/{model}", "/v2/models/{model}/versions/{version}"] {
            table.add(path, [.get: { _, context in try modelMetadata(context) }])
            table.add("\(path)/ready", [.get: { _, context in try modelReady(context) }])
        }
        for path in [Self.infer, Self.versionedInfer] {
            table.add(path, [.post: { try await infer($0, $1) }])
        }
    }

    private func serverMetadata() -> Response {
        let document: JSON = [
            "name": "bancada", "version": .string(version), "extensions": ["binary_tensor_data"],
        ]
        return .json(document.compactBytes)
    }

    private func serverReady() -> Response {
        let isReady = service.repository.isReady
        return .json(
            (["ready": .bool(isReady)] as JSON).compactBytes,
            status: isReady ? .ok : .serviceUnavailable)
    }

    private func models() -> Response {
        let names = service.repository.names.map(JSON.string)
        return .json((["models": .array(names)] as JSON).compactBytes)
    }

    private func modelMetadata(_ context: BasicRequestContext) throws -> Response {
        let metadata = try model(context).metadata
        let versions = service.repository.versions(of: metadata.name).map(JSON.string)
        var members: [JSON.Member] = [
            JSON.Member("name", .string(metadata.name)), JSON.Member("versions", .array(versions)),
            JSON.Member("platform", .string(metadata.platform)),
            JSON.Member("inputs", .array(metadata.inputs.map(Self.tensor))),
            JSON.Member("outputs", .array(metadata.outputs.map(Self.tensor))),
        ]
        if !metadata.properties.isEmpty {
            let properties = metadata.properties.sorted { $0.key < $1.key }
                .map { JSON.Member($0.key, .string($0.value)) }
            members.append(JSON.Member("properties", .object(properties)))
        }
        return .json(JSON.object(members).compactBytes)
    }

    private static func tensor(_ specification: TensorSpecification) -> JSON {
        [
            "name": .string(specification.name), "datatype": .string(specification.type.rawValue),
            "shape": .array(specification.shape.map { JSON($0) }),
        ]
    }

    private func modelReady(_ context: BasicRequestContext) throws -> Response {
        let name = try context.pathParameter("model")
        let version = try context.optionalPathParameter("version")
        let isReady = try service.repository.isReady(name: name, version: version)
        return .json(
            (["name": .string(name), "ready": .bool(isReady)] as JSON).compactBytes,
            status: isReady ? .ok : .serviceUnavailable)
    }

    private func model(_ context: BasicRequestContext) throws -> any ServedModel {
        try service.repository.model(
            named: context.pathParameter("model"),
            version: context.optionalPathParameter("version"))
    }

    private func infer(_ request: Request, _ context: BasicRequestContext) async throws -> Response
    {
        let model = try model(context)
        var body = try await request.body.collect(upTo: service.limits.bodyBytes)
        let decoded = try Self.decode(&body, request.headers)
        let response = try await service.infer(decoded.inference, with: model)
        return Self.response(response, to: decoded)
    }

    private static func decode(
        _ body: inout ByteBuffer, _ headers: HTTPFields
    ) throws -> V2Request {
        let length = try headerLength(headers, bodyBytes: body.readableBytes)
        if length == nil, let scanned = V2RequestScanner.scan(body.readableBytesUInt8Span) {
            return V2Request(scanned)
        }
        let json = body.readBytes(length: length ?? body.readableBytes) ?? []
        return try V2RequestDecoder.decode(json: json, binary: body)
    }

    private static func headerLength(
        _ headers: HTTPFields, bodyBytes: Int
    ) throws(HTTPFailure) -> Int? {
        guard let name = HTTPField.Name(headerLengthField), let text = headers[name]
        else { return nil }
        guard let length = Int(text), (0...bodyBytes).contains(length) else {
            throw HTTPFailure(
                400, code: "invalidInput",
                "\(headerLengthField) is \"\(text)\", expected a number from 0 to \(bodyBytes), "
                    + "the size of the body")
        }
        return length
    }

    private static func response(_ response: InferenceResponse, to request: V2Request) -> Response {
        let hasBinary = response.outputs.contains { request.isBinary(output: $0.name) }
        guard hasBinary, let name = HTTPField.Name(headerLengthField) else {
            return .json(V2Response.json(response))
        }
        let (json, tensors) = V2Response.binary(response, isBinary: request.isBinary)
        var body = ByteBuffer(bytes: json)
        body.writeImmutableBuffer(tensors)
        return Response(
            status: .ok,
            headers: [.contentType: "application/octet-stream", name: String(json.count)],
            body: ResponseBody(byteBuffer: body))
    }
}
