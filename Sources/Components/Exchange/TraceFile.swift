import Documents
import Workbench

/// A trace in an archive: its own account of itself, its spans, and the runs that it is linked to.
struct TraceFile {
    /// The trace; the experiment is not in the file.
    let stored: StoredTrace

    /// The file of a trace.
    init(_ stored: StoredTrace) {
        self.stored = stored
    }

    /// The trace in the file at `path`.
    ///
    /// - Throws: `invalidInput` naming the file, line and column.
    init(
        _ path: String, of experiment: ExperimentID, in files: any ExchangeFiles
    ) throws(BancadaError) {
        let document = files.title + "/" + path
        let fields = try ObjectFields(
            JSONParser.parse(files.contents(of: path), document: document), document: document)
        guard let id = TraceID(try fields.string("id")) else {
            throw fields.invalid("id", "is no trace's id")
        }
        guard let state = TraceState(rawValue: try fields.string("state")) else {
            throw fields.invalid("state", "is no state of a trace")
        }
        var spans: [TraceSpan] = []
        for span in try fields.objects("spans") { spans.append(try Self.span(span)) }
        var runs: [RunID] = []
        for text in try fields.strings("runs") {
            guard let run = RunID(text) else { throw fields.invalid("runs", "has no run's id") }
            runs.append(run)
        }
        let trace = Trace(
            id: id, experiment: experiment,
            requestTime: Timestamp(milliseconds: Int64(try fields.integer("requested"))),
            executionMilliseconds: try Self.integer("execution_ms", fields), state: state,
            clientRequestID: try Self.text("client_request_id", fields),
            requestPreview: try Self.text("request_preview", fields),
            responsePreview: try Self.text("response_preview", fields),
            metadata: try Self.pairs("metadata", fields), tags: try Self.pairs("tags", fields))
        stored = StoredTrace(trace: trace, spans: spans, runs: runs)
    }

    private static func span(_ fields: ObjectFields) throws(BancadaError) -> TraceSpan {
        TraceSpan(
            id: try fields.string("id"), parent: try text("parent", fields),
            name: try fields.string("name"), type: try fields.string("type"),
            status: try fields.string("status"),
            startNanoseconds: Int64(try fields.integer("started_ns")),
            endNanoseconds: try integer("ended_ns", fields),
            content: try fields.string("content"))
    }

    private static func text(
        _ name: String, _ fields: ObjectFields
    ) throws(BancadaError) -> String? {
        fields.optional(name) == nil ? nil : try fields.string(name)
    }

    private static func integer(
        _ name: String, _ fields: ObjectFields
    ) throws(BancadaError) -> Int64? {
        fields.optional(name) == nil ? nil : Int64(try fields.integer(name))
    }

    /// Pairs are a list, so that keys that Swift's strings hold equal stay apart.
    private static func pairs(
        _ name: String, _ fields: ObjectFields
    ) throws(BancadaError) -> [Tag] {
        var pairs: [Tag] = []
        for pair in try fields.objects(name) {
            pairs.append(Tag(key: try pair.string("key"), value: try pair.string("value")))
        }
        return pairs
    }

    /// The file's bytes.
    var bytes: [UInt8] {
        func integer(_ value: Int64?) -> JSON { value.map { .integer($0) } ?? .null }
        func pairs(_ tags: [Tag]) -> JSON {
            .array(tags.map { ["key": .string($0.key), "value": .string($0.value)] })
        }
        let trace = stored.trace
        let spans = stored.spans.map { span -> JSON in
            [
                "id": .string(span.id), "parent": JSON(span.parent), "name": .string(span.name),
                "type": .string(span.type), "status": .string(span.status),
                "started_ns": .integer(span.startNanoseconds),
                "ended_ns": integer(span.endNanoseconds), "content": .string(span.content),
            ]
        }
        let json: JSON = [
            "id": .string(trace.id.text), "requested": .integer(trace.requestTime.milliseconds),
            "execution_ms": integer(trace.executionMilliseconds),
            "state": .string(trace.state.rawValue),
            "client_request_id": JSON(trace.clientRequestID),
            "request_preview": JSON(trace.requestPreview),
            "response_preview": JSON(trace.responsePreview), "metadata": pairs(trace.metadata),
            "tags": pairs(trace.tags),
            "runs": .array(stored.runs.map { .string($0.text) }), "spans": .array(spans),
        ]
        return Array(json.prettyText.utf8)
    }
}
