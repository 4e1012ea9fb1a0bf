import HTTPTypes
import Hummingbird
import NIOCore
import Workbench

/// OpenTelemetry's protocol for traces over HTTP: what MLflow's client, and any other exporter,
/// sends spans to.
struct TelemetryRoutes: Sendable {
    let traces: any TraceStore
    /// The longest body of a request.
    let bodyLimit: Int

    /// Adds the route.
    func add(to table: RouteTable) {
        table.add("/v1/traces", [.post: { request, _ in try await export(request) }])
    }

    private func export(_ request: Request) async throws -> Response {
        let type = request.headers[.contentType]?.prefix { $0 != ";" }
        guard type?.lowercased() == "application/x-protobuf" else {
            throw BancadaError(
                .invalidInput, "the Content-Type of a trace export is \"\(type ?? "")\"",
                hint: "send application/x-protobuf")
        }
        let experiment = try experiment(of: request)
        let body = try await request.body.collect(upTo: bodyLimit)
        let export = try TraceExport(Array(body.readableBytesView))
        try await traces.log(export.batches, in: experiment)
        if let text = Self.field("x-mlflow-run-id", of: request) {
            try await traces.link(export.endedTraces, to: MLflowFields.run(text, in: "run_id"))
        }
        return Response(status: .ok, headers: [.contentType: "application/x-protobuf"])
    }

    private func experiment(of request: Request) throws(BancadaError) -> ExperimentID {
        let name = "x-mlflow-experiment-id"
        guard let text = Self.field(name, of: request) else {
            throw BancadaError(
                .invalidInput, "a trace export without the header \(name)",
                hint: "name the number of an experiment in it, such as 0")
        }
        guard let number = Int64(text), number >= 0 else {
            throw BancadaError(
                .invalidInput, "the header \(name) is \"\(text.prefix(100))\"",
                hint: "name the number of an experiment in it, such as 0")
        }
        return ExperimentID(number)
    }

    private static func field(_ name: String, of request: Request) -> String? {
        HTTPField.Name(name).flatMap { request.headers[$0] }
    }
}
