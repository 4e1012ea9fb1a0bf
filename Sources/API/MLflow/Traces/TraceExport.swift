package import Workbench

/// What OpenTelemetry's protocol sends to `/v1/traces`: spans of any number of traces, as batches
/// for the store.
package struct TraceExport {
    /// The spans, by trace, in the order in which the traces first come.
    package private(set) var batches: [SpanBatch] = []
    /// The traces whose root is among the spans.
    var endedTraces: [TraceID] { batches.filter { $0.state != nil }.map(\.trace) }

    private var positions: [TraceID: Int] = [:]

    /// The spans in an `ExportTraceServiceRequest`.
    ///
    /// - Throws: `invalidInput` for bytes that are none, and for a request without spans.
    package init(_ bytes: [UInt8]) throws(BancadaError) {
        var reader = ProtobufReader(bytes[...])
        while let field = try reader.next() {
            guard field.number == 1 else { continue }
            try takeResource(field.value.bytes(of: "resource_spans"))
        }
        guard !batches.isEmpty else { throw ProtobufReader.malformed("it has no spans") }
    }

    private mutating func takeResource(_ message: ArraySlice<UInt8>) throws(BancadaError) {
        var reader = ProtobufReader(message)
        var attributes: [TelemetryAttribute] = []
        var scopes: [ArraySlice<UInt8>] = []
        while let field = try reader.next() {
            switch field.number {
            case 1:
                attributes = try TelemetryAttribute.list(in: field.value.bytes(of: "resource"))
            case 2: scopes.append(try field.value.bytes(of: "scope_spans"))
            default: break
            }
        }
        let tags = Self.tags(attributes)
        for scope in scopes {
            var reader = ProtobufReader(scope)
            while let field = try reader.next() {
                guard field.number == 2 else { continue }
                try add(TelemetrySpan(field.value.bytes(of: "spans")), tags)
            }
        }
    }

    private mutating func add(
        _ span: TelemetrySpan, _ tags: [Tag]
    ) throws(BancadaError) {
        guard let trace = span.trace else {
            throw ProtobufReader.malformed("a span has no trace_id")
        }
        let position: Int
        if let known = positions[trace] {
            position = known
        } else {
            position = batches.count
            positions[trace] = position
            batches.append(SpanBatch(trace: trace, spans: [], tags: tags))
        }
        batches[position].spans.append(span.span)
        batches[position].metadata += Self.metadata(span)
        guard span.isRoot else { return }
        batches[position].state = span.status == "ERROR" ? .error : .ok
        batches[position].requestPreview = Self.preview(span, "mlflow.spanInputs")
        batches[position].responsePreview = Self.preview(span, "mlflow.spanOutputs")
        for attribute in span.attributes {
            guard let key = attribute.key.removingPrefix("mlflow.traceTag."), Self.fits(key)
            else { continue }
            batches[position].tags.append(Tag(key: key, value: attribute.value.plainText))
        }
    }

    /// What a resource says of itself, as tags; what the toolkit says of itself, and names that
    /// are ours, are left out.
    private static func tags(_ attributes: [TelemetryAttribute]) -> [Tag] {
        attributes.compactMap { attribute in
            let key = attribute.key
            let isReserved = key.hasPrefix("telemetry.sdk.") || key.hasPrefix("mlflow.")
            guard !isReserved, fits(key) else { return nil }
            return Tag(key: key, value: attribute.value.plainText)
        }
    }

    /// The session and the user that a span names.
    private static func metadata(_ span: TelemetrySpan) -> [Tag] {
        var metadata: [Tag] = []
        let session = span.attribute("session.id") ?? span.attribute("gen_ai.conversation.id")
        if let session {
            metadata.append(Tag(key: "mlflow.trace.session", value: session.plainText))
        }
        if let user = span.attribute("user.id") {
            metadata.append(Tag(key: "mlflow.trace.user", value: user.plainText))
        }
        return metadata
    }

    /// Whether a key can be a tag's; others, which no client means to set, are left out.
    private static func fits(_ key: String) -> Bool {
        !key.utf8.contains(0) && (1...TrackingRules.keyLength).contains(key.unicodeScalars.count)
    }

    private static let previewLength = 1000

    private static func preview(_ span: TelemetrySpan, _ key: String) -> String? {
        guard let value = span.attribute(key), value != .none else { return nil }
        let text = value.pythonText
        guard text.unicodeScalars.count > previewLength else { return text }
        return TrackingRules.truncated(text, to: previewLength - 3) + "..."
    }
}
