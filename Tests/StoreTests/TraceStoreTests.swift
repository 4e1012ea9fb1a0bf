import Store
import Testing
import Workbench

@Suite struct TraceStoreTests {
    private static func id(_ number: Int) throws -> TraceID {
        try #require(TraceID("tr-" + runID(number).text))
    }

    private static func trace(
        _ number: Int, at time: Int64, state: TraceState = .ok, tags: [Workbench.Tag] = [],
        metadata: [Workbench.Tag] = [], milliseconds: Int64? = 5
    ) throws -> Trace {
        Trace(
            id: try id(number), experiment: .standard, requestTime: at(time),
            executionMilliseconds: milliseconds, state: state, requestPreview: "q\(number)",
            metadata: metadata, tags: tags)
    }

    private static func span(
        _ id: String, parent: String? = nil, start: Int64, end: Int64?, status: String = "OK",
        content: String = "{}"
    ) -> TraceSpan {
        TraceSpan(
            id: id, parent: parent, name: "name of \(id)", type: "CHAIN", status: status,
            startNanoseconds: start * 1_000_000, endNanoseconds: end.map { $0 * 1_000_000 },
            content: content)
    }

    private func tag(_ key: String, _ value: String) -> Workbench.Tag {
        Workbench.Tag(key: key, value: value)
    }

    @Test("Keeps what a trace says of itself, and adds what it says later")
    func record() async throws {
        let scratch = try Scratch()
        let store = try scratch.create().traces
        var trace = try Self.trace(1, at: 100, state: .inProgress, milliseconds: nil)
        trace.tags = [tag("b", "1"), tag("a", "ü")]
        trace.metadata = [tag("mlflow.user", "ana")]
        let first = try await store.record(trace)
        #expect(first.tags == [tag("a", "ü"), tag("b", "1")])
        #expect(
            first.metadata == [
                tag("mlflow.trace.infoFinalized", "true"), tag("mlflow.user", "ana"),
            ])
        trace.state = .error
        trace.executionMilliseconds = 7
        trace.requestPreview = nil
        trace.responsePreview = "r"
        trace.tags = [tag("b", "2")]
        let second = try await store.record(trace)
        #expect(second.tags == [tag("a", "ü"), tag("b", "2")])
        #expect(second.state == .error)
        #expect(second.executionMilliseconds == 7)
        #expect(second.requestPreview == "q1")
        #expect(second.responsePreview == "r")
        #expect(try await store.trace(trace.id) == second)
    }

    @Test("Refuses traces of experiments that are not there or deleted, and keeps nothing of them")
    func experiments() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let store = workspace.traces
        var trace = try Self.trace(1, at: 1)
        trace.experiment = ExperimentID(9)
        #expect(await code { try await store.record(trace) } == .notFound)
        let batch = SpanBatch(trace: trace.id, spans: [Self.span("a", start: 1, end: 2)])
        #expect(await code { try await store.log([batch], in: ExperimentID(9)) } == .notFound)
        let gone = try await workspace.experiments.createExperiment(
            named: "gone", artifactLocation: nil, tags: [], at: at(1))
        try await workspace.experiments.setLifecycle(.deleted, of: gone, at: at(2))
        #expect(await code { try await store.log([batch], in: gone) } == .invalidInput)
        #expect(await code { try await store.trace(trace.id) } == .notFound)
        #expect(try await store.spans(of: trace.id).isEmpty)
    }

    @Test("Makes a trace from its spans, whichever come first")
    func spans() async throws {
        let scratch = try Scratch()
        let store = try scratch.create().traces
        let id = try Self.id(1)
        let child = Self.span("c", parent: "r", start: 110, end: 130, content: #"{"c":1}"#)
        try await store.log([SpanBatch(trace: id, spans: [child])], in: .standard)
        let open = try await store.trace(id)
        #expect(open.state == .inProgress)
        #expect(open.requestTime == at(110))
        #expect(open.executionMilliseconds == 20)
        let root = Self.span("r", start: 100, end: 140)
        let batch = SpanBatch(
            trace: id, spans: [root], state: .ok, requestPreview: "in", responsePreview: "out",
            tags: [tag("team", "blue")], metadata: [tag("mlflow.trace.user", "ana")])
        try await store.log([batch], in: .standard)
        let whole = try await store.trace(id)
        #expect(whole.state == .ok)
        #expect(whole.requestTime == at(100))
        #expect(whole.executionMilliseconds == 40)
        #expect(whole.requestPreview == "in")
        #expect(
            whole.tags == [
                tag("mlflow.trace.spansLocation", "TRACKING_STORE"), tag("team", "blue"),
            ])
        #expect(whole.metadata == [tag("mlflow.trace.user", "ana")])
        #expect(try await store.spans(of: id) == [root, child])
        var again = child
        again.content = #"{"c":2}"#
        try await store.log([SpanBatch(trace: id, spans: [again])], in: .standard)
        #expect(try await store.spans(of: id) == [root, again])
        #expect(try await store.trace(id) == whole)
    }

    @Test("What a trace says of itself stands against what its spans say")
    func authority() async throws {
        let scratch = try Scratch()
        let store = try scratch.create().traces
        let trace = try await store.record(Self.trace(1, at: 100, state: .error))
        let batch = SpanBatch(
            trace: trace.id, spans: [Self.span("r", start: 100, end: 105)], state: .ok,
            requestPreview: "other")
        try await store.log([batch], in: ExperimentID(77))
        let stored = try await store.trace(trace.id)
        #expect(stored.state == .error)
        #expect(stored.requestPreview == "q1")
        #expect(stored.executionMilliseconds == 5)
    }

    @Test("Sets, cuts and removes tags")
    func tags() async throws {
        let scratch = try Scratch()
        let store = try scratch.create().traces
        let id = try await store.record(Self.trace(1, at: 1)).id
        try await store.setTag(tag("a b/c", String(repeating: "é", count: 9000)), of: id)
        #expect(try await store.trace(id).tags.first?.value.count == 8000)
        try await store.deleteTag("a b/c", of: id)
        #expect(try await store.trace(id).tags.isEmpty)
        #expect(await code { try await store.deleteTag("a b/c", of: id) } == .notFound)
        let other = try Self.id(2)
        #expect(await code { try await store.setTag(tag("a", "b"), of: other) } == .notFound)
        for key in ["", String(repeating: "k", count: 251), "a\0"] {
            #expect(await code { try await store.setTag(tag(key, ""), of: id) } == .invalidInput)
        }
    }

    @Test("Deletes by id and by age, spans and all, in its experiment alone")
    func deleting() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let store = workspace.traces
        for number in 1...5 {
            let trace = try await store.record(Self.trace(number, at: Int64(number)))
            try await store.log(
                [SpanBatch(trace: trace.id, spans: [Self.span("r", start: 1, end: 2)])],
                in: .standard)
        }
        let ids = try [Self.id(2), Self.id(2), Self.id(9)]
        #expect(try await store.deleteTraces(.ids(ids), of: ExperimentID(3)) == 0)
        #expect(try await store.deleteTraces(.ids(ids), of: .standard) == 1)
        #expect(try await store.spans(of: Self.id(2)).isEmpty)
        let old = TraceSelection.olderThan(at(4), most: 1)
        #expect(try await store.deleteTraces(old, of: .standard) == 1)
        #expect(await code { try await store.trace(Self.id(1)) } == .notFound)
        #expect(try await store.deleteTraces(.olderThan(at(4), most: nil), of: .standard) == 4 - 1)
        #expect(try await store.traces([Self.id(3), Self.id(5)]).isEmpty)
    }

    // MARK: - Searches

    private func filled() async throws -> (Scratch, Workspace) {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let store = workspace.traces
        try await workspace.start(42)
        _ = try await store.record(
            Self.trace(
                1, at: 100, tags: [tag("mlflow.traceName", "outer"), tag("a", "1")],
                metadata: [tag("mlflow.sourceRun", runID(7).text), tag("mlflow.user", "ana")],
                milliseconds: 50))
        _ = try await store.record(
            Self.trace(
                2, at: 200, state: .error, tags: [tag("mlflow.traceName", "Other")],
                milliseconds: 10))
        _ = try await store.record(Self.trace(3, at: 300, tags: [tag("a", "2")], milliseconds: nil))
        let content = """
            {"attributes":[{"key":"k","value":{"string_value":"v"}},
            {"key":"n.x","value":{"int_value":3}}]}
            """
        try await store.log(
            [
                SpanBatch(
                    trace: Self.id(2),
                    spans: [
                        Self.span(
                            "s", parent: "r", start: 200, end: 205, status: "ERROR",
                            content: content)
                    ])
            ], in: .standard)
        try await store.link([Self.id(3), Self.id(8)], to: runID(42))
        return (scratch, workspace)
    }

    @Test(
        "Finds traces by every field",
        arguments: [
            ("", [3, 2, 1]), ("status = 'OK'", [3, 1]), ("trace.status != 'OK'", [2]),
            ("attributes.state IN ('ERROR', 'X')", [2]), ("name = 'outer'", [1]),
            ("trace.name LIKE 'O%'", [2]), ("name ILIKE 'o%'", [2, 1]), ("name != 'x'", [2, 1]),
            ("timestamp > 100", [3, 2]), ("timestamp_ms <= 100", [1]),
            ("execution_time_ms < 20", [2]), ("execution_time >= 10", [2, 1]),
            ("end_time = 150", [1]), ("tags.a = '2'", [3]), ("tags.a IS NULL", [2]),
            ("tag.a IS NOT NULL AND status = 'OK'", [3, 1]), ("tags.a != '1'", [3]),
            ("metadata.`mlflow.user` = 'ana'", [1]),
            ("request_metadata.mlflow.user IS NULL", [3, 2]),
            ("run_id = '00000000000000000000000000000007'", [1]),
            ("run_id = '0000000000000000000000000000002a'", [3]),
            ("run_id IN ('0000000000000000000000000000002a', 'x')", [3]),
            ("span.name = 'name of s'", [2]), ("span.type = 'CHAIN'", [2]),
            ("span.status = 'ERROR' AND timestamp > 200", []),
            ("span.attributes.k = 'v'", [2]), ("span.attributes.n.x = '3'", [2]),
            ("span.attributes.k LIKE '%w%'", []), ("span.content LIKE '%attributes%'", [2]),
            ("trace.text ILIKE '%ATTR%'", [2]),
        ] as [(String, [Int])])
    func filters(filter: String, numbers: [Int]) async throws {
        let (scratch, workspace) = try await filled()
        let query = TraceQuery(
            experiments: [.standard], filter: try Filter(parsing: filter, for: .traces))
        let page = try await workspace.traces.traces(query, limit: 10, after: nil)
        #expect(page.items.map(\.id) == (try numbers.map(Self.id)))
        #expect(page.next == nil)
        _ = scratch
    }

    @Test(
        "Orders traces and shows them page by page",
        arguments: [
            ([], [3, 2, 1]), (["timestamp ASC"], [1, 2, 3]),
            (["execution_time DESC"], [1, 2, 3]), (["execution_time_ms"], [2, 1, 3]),
            (["status", "name"], [2, 1, 3]), (["tags.a DESC"], [3, 1, 2]),
            (["metadata.`mlflow.user`"], [1, 3, 2]), (["run_id"], [1, 3, 2]),
            (["request_id DESC"], [3, 2, 1]), (["end_time"], [1, 2, 3]),
        ] as [([String], [Int])])
    func orders(order: [String], numbers: [Int]) async throws {
        let (scratch, workspace) = try await filled()
        let query = TraceQuery(
            experiments: [.standard, ExperimentID(5)],
            order: try OrderKey.parse(order, for: .traces))
        for limit in 1...3 {
            var found: [TraceID] = []
            var token: PageToken?
            repeat {
                let page = try await workspace.traces.traces(query, limit: limit, after: token)
                found += page.items.map(\.id)
                token = page.next
            } while token != nil
            #expect(found == (try numbers.map(Self.id)))
        }
        _ = scratch
    }

    @Test("Refuses tokens of other searches and finds nothing in no experiment")
    func tokens() async throws {
        let (scratch, workspace) = try await filled()
        let store = workspace.traces
        let query = TraceQuery(experiments: [.standard])
        let token = try await store.traces(query, limit: 1, after: nil).next
        let other = TraceQuery(
            experiments: [.standard], order: try OrderKey.parse(["status"], for: .traces))
        #expect(
            await code { try await store.traces(other, limit: 1, after: token) } == .invalidInput)
        #expect(await code { try await store.traces(query, limit: 0, after: nil) } == .invalidInput)
        let none = try await store.traces(TraceQuery(experiments: []), limit: 5, after: nil)
        #expect(none.items.isEmpty)
        _ = scratch
    }
}
