/// The identity of a trace: `tr-` and 32 hexadecimal digits where MLflow's client makes it.
package struct TraceID: Sendable, Hashable {
    /// The whole text.
    package let text: String

    /// The identifier that `text` spells; nil unless it is 1 to 100 characters of letters, digits,
    /// `-`, `_`, `.`, `:` and `/`.
    package init?(_ text: String) {
        let isPlain = text.utf8.allSatisfy { byte in
            (0x2D...0x3A).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || byte == 0x5F
        }
        guard isPlain, (1...100).contains(text.utf8.count) else { return nil }
        self.text = text
    }
}

/// How a trace ended, as MLflow writes it.
package enum TraceState: String, Sendable, CaseIterable {
    case unspecified = "STATE_UNSPECIFIED"
    case ok = "OK"
    case error = "ERROR"
    case inProgress = "IN_PROGRESS"
}

/// What is known of a trace beside its spans.
package struct Trace: Sendable, Equatable {
    /// Its identity.
    package var id: TraceID
    /// The experiment it belongs to.
    package var experiment: ExperimentID
    /// When it began.
    package var requestTime: Timestamp
    /// How long it took, in milliseconds, once that is known.
    package var executionMilliseconds: Int64?
    /// How it ended.
    package var state: TraceState
    /// The caller's own name for the request.
    package var clientRequestID: String?
    /// The start of what was asked.
    package var requestPreview: String?
    /// The start of what was answered.
    package var responsePreview: String?
    /// What was recorded with it, ordered by key.
    package var metadata: [Tag]
    /// Its tags, ordered by key.
    package var tags: [Tag]

    /// A trace.
    package init(
        id: TraceID, experiment: ExperimentID, requestTime: Timestamp,
        executionMilliseconds: Int64? = nil, state: TraceState = .unspecified,
        clientRequestID: String? = nil, requestPreview: String? = nil,
        responsePreview: String? = nil, metadata: [Tag] = [], tags: [Tag] = []
    ) {
        self.id = id
        self.experiment = experiment
        self.requestTime = requestTime
        self.executionMilliseconds = executionMilliseconds
        self.state = state
        self.clientRequestID = clientRequestID
        self.requestPreview = requestPreview
        self.responsePreview = responsePreview
        self.metadata = metadata
        self.tags = tags
    }
}

/// One step of a trace. What is searched is apart; all that was recorded is in `content`.
package struct TraceSpan: Sendable, Equatable {
    /// Its identity within the trace: 16 hexadecimal digits.
    package var id: String
    /// The span it is a part of; nil for the root.
    package var parent: String?
    /// Its name.
    package var name: String
    /// What kind of step it is, in its maker's words; may be empty.
    package var type: String
    /// `OK`, `ERROR` or `UNSET`.
    package var status: String
    /// When it began, in nanoseconds since 1970.
    package var startNanoseconds: Int64
    /// When it ended, in nanoseconds since 1970, once it has.
    package var endNanoseconds: Int64?
    /// The whole span as a JSON object, in the form in which OpenTelemetry's protocol writes it.
    package var content: String

    /// A step of a trace.
    package init(
        id: String, parent: String?, name: String, type: String, status: String,
        startNanoseconds: Int64, endNanoseconds: Int64?, content: String
    ) {
        self.id = id
        self.parent = parent
        self.name = name
        self.type = type
        self.status = status
        self.startNanoseconds = startNanoseconds
        self.endNanoseconds = endNanoseconds
        self.content = content
    }
}

/// Spans of one trace that arrive together, and what they say about the trace.
package struct SpanBatch: Sendable {
    /// The trace.
    package var trace: TraceID
    /// Its spans, at least one.
    package var spans: [TraceSpan]
    /// How the trace ended; nil unless its root is among the spans.
    package var state: TraceState?
    /// The start of what was asked, from the root.
    package var requestPreview: String?
    /// The start of what was answered, from the root.
    package var responsePreview: String?
    /// Tags for the trace; the last of a key stands.
    package var tags: [Tag]
    /// Metadata for the trace, where it has none of that key yet.
    package var metadata: [Tag]

    /// Spans of a trace.
    package init(
        trace: TraceID, spans: [TraceSpan], state: TraceState? = nil, requestPreview: String? = nil,
        responsePreview: String? = nil, tags: [Tag] = [], metadata: [Tag] = []
    ) {
        self.trace = trace
        self.spans = spans
        self.state = state
        self.requestPreview = requestPreview
        self.responsePreview = responsePreview
        self.tags = tags
        self.metadata = metadata
    }
}

/// Which traces a listing shows, and in what order.
package struct TraceQuery: Sendable {
    /// The experiments to look in; none finds nothing.
    package var experiments: [ExperimentID]
    /// What else a trace must have; fields of `SearchSubject.traces`.
    package var filter: Filter
    /// The order; ties, and everything where it is empty, newest first, then by id.
    package var order: [OrderKey]

    /// A listing with these restrictions.
    package init(experiments: [ExperimentID], filter: Filter = Filter(), order: [OrderKey] = []) {
        self.experiments = experiments
        self.filter = filter
        self.order = order
    }
}

/// Which traces of an experiment to delete.
package enum TraceSelection: Sendable {
    /// These, where they are the experiment's.
    case ids([TraceID])
    /// Those that began by then, the oldest first, at most so many.
    case olderThan(Timestamp, most: Int?)
}
