import Documents
import HTTPTypes
import Hummingbird
import NIOCore
import Workbench

/// MLflow's traces: what a client says of a trace, its tags, and searches.
struct TraceRoutes: Sendable {
    /// Answers a request from its fields.
    private typealias Handler =
        @Sendable (MLflowFields, BasicRequestContext) async throws -> Response

    let traces: any TraceStore
    let locations: ArtifactLocations
    /// The longest body of a request.
    let bodyLimit: Int

    /// The most traces that one request names.
    private static let maximumNamed = 1_000
    /// Tags that say where a trace's spans are, which only the store knows.
    private static let ownTags = ["mlflow.trace.spansLocation"]

    /// Adds the routes.
    func add(to table: RouteTable) {
        let limit = bodyLimit
        for root in MLflowProtocol.newRoots {
            table.add(
                "\(root)/mlflow/traces", [.post: { request, _ in try await record(request) }])
            add(to: table, root, "traces/search", .post) { fields, _ in try await search(fields) }
            add(to: table, root, "traces/get", .get) { fields, _ in try await get(fields) }
            add(to: table, root, "traces/batchGet", .get) { fields, _ in
                try await batch(fields)
            }
            add(to: table, root, "traces/batchGetInfos", .post) { fields, _ in
                try await batchOfInfos(fields)
            }
            add(to: table, root, "traces/{trace_id}", .get) { _, context in
                try await info(context)
            }
        }
        for root in MLflowProtocol.roots + MLflowProtocol.newRoots {
            add(to: table, root, "traces/delete-traces", .post) { fields, _ in
                try await delete(fields)
            }
            add(to: table, root, "traces/link-to-run", .post) { fields, _ in
                try await link(fields)
            }
            let tags: [HTTPRequest.Method: Handler] = [
                .patch: { try await setTag($0, $1) }, .delete: { try await deleteTag($0, $1) },
            ]
            table.add(
                "\(root)/mlflow/traces/{trace_id}/tags",
                tags.mapValues { handler in Self.route(handler, limit) })
        }
    }

    private func add(
        to table: RouteTable, _ root: String, _ path: String, _ method: HTTPRequest.Method,
        _ handler: @escaping Handler
    ) {
        table.add("\(root)/mlflow/\(path)", [method: Self.route(handler, bodyLimit)])
    }

    private static func route(
        _ handler: @escaping Handler, _ limit: Int
    ) -> RouteTable.Handler {
        { request, context in
            do {
                return try await handler(
                    try await MLflowFields(of: request, upTo: limit), context)
            } catch let error as BancadaError {
                throw MLflowProtocol.failure(for: error)
            }
        }
    }

    private func id(_ context: BasicRequestContext) throws -> TraceID {
        try TraceInfo.identifier(context.pathParameter("trace_id"))
    }

    // MARK: - One trace

    private func record(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: bodyLimit)
        let trace = try await traces.record(TraceInfo.read(Array(body.readableBytesView)))
        return try await answer(trace)
    }

    private func info(_ context: BasicRequestContext) async throws -> Response {
        try await answer(traces.trace(id(context)))
    }

    private func answer(_ trace: Trace) async throws -> Response {
        let root = try await locations.root(of: trace.experiment)
        let info: JSON = ["trace": ["trace_info": TraceInfo.json(trace, root: root)]]
        return .json(info.compactBytes)
    }

    private func get(_ fields: MLflowFields) async throws -> Response {
        let id = try TraceInfo.identifier(fields.requiredText("trace_id"))
        let isPartial = try fields.flag("allow_partial", otherwise: false)
        var whole = try await whole(traces.trace(id))
        // Clients send a trace's account and its spans at the same time, by several connections.
        var patience = 60
        while !isPartial, !whole.isComplete {
            patience -= 1
            guard patience > 0 else {
                throw BancadaError(
                    .notFound, "trace \"\(id.text)\" is not fully exported yet",
                    hint: "try again later, or allow a partial trace")
            }
            try await Task.sleep(for: .milliseconds(50))
            whole = try await self.whole(traces.trace(id))
        }
        return .json(Array("{\"trace\":".utf8) + whole.bytes + [UInt8(ascii: "}")])
    }

    private func setTag(
        _ fields: MLflowFields, _ context: BasicRequestContext
    ) async throws -> Response {
        let tag = try fields.tag()
        try Self.checkFree(tag.key)
        try await traces.setTag(tag, of: id(context))
        return .json(Array("{}".utf8))
    }

    private func deleteTag(
        _ fields: MLflowFields, _ context: BasicRequestContext
    ) async throws -> Response {
        let key = try fields.requiredText("key")
        try Self.checkFree(key)
        try await traces.deleteTag(key, of: id(context))
        return .json(Array("{}".utf8))
    }

    private static func checkFree(_ key: String) throws(BancadaError) {
        guard !ownTags.contains(key) else {
            throw BancadaError(.invalidInput, "the tag '\(key)' of a trace cannot be changed")
        }
    }

    // MARK: - Many traces

    private func ids(_ fields: MLflowFields, _ name: String) throws(BancadaError) -> [TraceID] {
        let texts = try fields.texts(name)
        guard texts.count <= Self.maximumNamed else {
            throw BancadaError(
                .invalidInput, "\(texts.count) traces in '\(name)', at most \(Self.maximumNamed)",
                hint: "ask for them in several requests")
        }
        // What could not be the name of a trace names none that is there.
        return texts.compactMap(TraceID.init)
    }

    private func batch(_ fields: MLflowFields) async throws -> Response {
        guard fields.has("trace_ids") else { throw MLflowFields.missing("trace_ids") }
        let found = try await inScope(traces.traces(ids(fields, "trace_ids")), fields)
        var bytes = Array("{\"traces\":[".utf8)
        for (position, trace) in found.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += try await whole(trace).bytes
        }
        bytes += Array("]}".utf8)
        return .json(bytes)
    }

    private func batchOfInfos(_ fields: MLflowFields) async throws -> Response {
        guard fields.has("trace_ids") else { throw MLflowFields.missing("trace_ids") }
        let found = try await inScope(traces.traces(ids(fields, "trace_ids")), fields)
        return try await answer("trace_infos", found, next: nil)
    }

    /// Those of the experiments that a request names, where it names some.
    private func inScope(
        _ traces: [Trace], _ fields: MLflowFields
    ) throws(BancadaError) -> [Trace] {
        guard fields.has("experiment_ids") else { return traces }
        let experiments = try fields.experiments()
        return traces.filter { experiments.contains($0.experiment) }
    }

    private func search(_ fields: MLflowFields) async throws -> Response {
        var experiments = try fields.experiments()
        for location in try fields.objects("locations") {
            if let place = try location.object("mlflow_experiment") {
                experiments.append(try place.experiment())
            }
        }
        let query = TraceQuery(
            experiments: experiments, filter: try fields.filter(.traces),
            order: try fields.order(.traces))
        let page = try await traces.traces(
            query, limit: fields.limit(otherwise: 100, atMost: 500), after: fields.pageToken())
        return try await answer("traces", page.items, next: page.next)
    }

    private func answer(
        _ name: String, _ traces: [Trace], next: PageToken?
    ) async throws -> Response {
        let roots = try await locations.roots(of: traces.lazy.map(\.experiment))
        var members: [JSON.Member] = []
        if !traces.isEmpty {
            let infos = traces.map { TraceInfo.json($0, root: roots[$0.experiment] ?? "") }
            members.append(JSON.Member(name, .array(infos)))
        }
        if let next { members.append(JSON.Member("next_page_token", .string(next.text))) }
        return .json(JSON.object(members).compactBytes)
    }

    private func delete(_ fields: MLflowFields) async throws -> Response {
        let experiment = try fields.experiment()
        let named = try ids(fields, "request_ids")
        let selection: TraceSelection
        if try !fields.texts("request_ids").isEmpty {
            selection = .ids(named)
        } else if let time = try fields.integer("max_timestamp_millis") {
            let most = try fields.integer("max_traces")
            if let most, most <= 0 {
                throw BancadaError(
                    .invalidInput,
                    "invalid value \(most) for parameter 'max_traces': expected 1 or more")
            }
            selection = .olderThan(
                Timestamp(milliseconds: time), most: most.map { Int(clamping: $0) })
        } else {
            throw BancadaError(
                .invalidInput, "neither 'max_timestamp_millis' nor 'request_ids' is given",
                hint: "say which traces to delete")
        }
        let count = try await traces.deleteTraces(selection, of: experiment)
        return .json((["traces_deleted": JSON(count)] as JSON).compactBytes)
    }

    private func link(_ fields: MLflowFields) async throws -> Response {
        try await traces.link(ids(fields, "trace_ids"), to: fields.run())
        return .json(Array("{}".utf8))
    }

    /// A trace with its spans.
    private func whole(_ trace: Trace) async throws -> WholeTrace {
        try await WholeTrace(
            trace, spans: traces.spans(of: trace.id),
            root: locations.root(of: trace.experiment))
    }
}
