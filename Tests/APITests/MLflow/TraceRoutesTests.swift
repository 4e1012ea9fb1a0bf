import API
import Testing
import Workbench

@Suite("Routes of traces")
struct TraceRoutesTests {
    private static let id = "tr-29d798484f669f108cf2489282db9e5d"

    /// A trace as the client sends it.
    private static func sent(_ more: String = "", id: String = id) -> String {
        #"{"trace":{"trace_info":{"trace_id":"\#(id)","trace_location":{"type":"#
            + #""MLFLOW_EXPERIMENT","mlflow_experiment":{"experiment_id":"0"}},"request_time":"#
            + #""2026-11-24T18:31:19.312Z"\#(more)}}}"#
    }

    /// The same as it is answered.
    private static func info(_ more: String, _ tags: String = "") -> String {
        #"{"trace_id":"\#(id)","trace_location":{"type":"MLFLOW_EXPERIMENT","#
            + #""mlflow_experiment":{"experiment_id":"0"}},\#(more),"tags":{\#(tags)"#
            + #""mlflow.artifactLocation":"mlflow-artifacts:/0/traces/\#(id)/artifacts"}}"#
    }

    private static let full =
        #""request_preview":"{\"x\": 1}","response_preview":"2","#
        + #""request_time":"2026-11-24T18:31:19.312Z","execution_duration":"0.061s","#
        + #""state":"OK","trace_metadata":{"mlflow.user":"ana","camelCase":"kept"}"#

    private static let v3 = "/api/3.0/mlflow/traces"
    private static let traces = "/api/2.0/mlflow/traces"

    /// A client's account of the trace.
    private static var account: TrackingCall {
        let more =
            #","execution_duration":"0.061s","state":"OK","request_preview":"{\"x\": 1}","#
            + #""response_preview":"2","trace_metadata":{"mlflow.user":"ana","#
            + #""camelCase":"kept"},"tags":{"mlflow.traceName":"f"}"#
        return TrackingCall(
            "POST", v3, sent(more),
            #"{"trace":{"trace_info":\#(info(full, #""mlflow.traceName":"f","#))}}"#)
    }

    @Test("Records a trace, shows it, tags it and deletes it, on the paths that clients use")
    func life() async throws {
        let named = Self.info(Self.full, #""mlflow.traceName":"f","#)
        let tagged = Self.info(Self.full, #""mlflow.traceName":"f","a b":"ü","#)
        try await expect([
            Self.account,
            TrackingCall(
                "GET", "\(Self.v3)/\(Self.id)?trace_id=\(Self.id)",
                #"{"trace":{"trace_info":\#(named)}}"#),
            TrackingCall(
                "PATCH", "\(Self.traces)/\(Self.id)/tags", #"{"key":"a b","value":"ü"}"#),
            TrackingCall(
                "POST", "\(Self.v3)/batchGetInfos", #"{"trace_ids":["\#(Self.id)","tr-0"]}"#,
                #"{"trace_infos":[\#(tagged)]}"#),
            TrackingCall("DELETE", "\(Self.traces)/\(Self.id)/tags", #"{"key":"a b"}"#),
            TrackingCall(
                "POST", "\(Self.v3)/search",
                #"{"locations":[{"mlflow_experiment":{"experiment_id":"0"}}],"max_results":1}"#,
                #"{"traces":[\#(named)]}"#),
            TrackingCall(
                "GET", "\(Self.v3)/batchGet?trace_ids=\(Self.id)",
                #"{"traces":[{"trace_info":\#(named)}]}"#),
            TrackingCall(
                "POST", "\(Self.traces)/delete-traces",
                #"{"experiment_id":"0","request_ids":["\#(Self.id)","tr-nope"]}"#,
                #"{"traces_deleted":1}"#),
            TrackingCall(
                "GET", "\(Self.v3)/\(Self.id)", status: 404,
                trackingError(
                    "RESOURCE_DOES_NOT_EXIST", "trace \"\(Self.id)\" not found")),
        ])
    }

    @Test("Takes spans in OpenTelemetry's protocol and gives them back with their trace")
    func spans() async throws {
        let memory = MemoryTracking()
        let body = Wire.export(spans: [
            Wire.span(id: 1, attributes: [("mlflow.spanInputs", "in"), ("k", "v")])
        ])
        let id = "tr-" + String(repeating: "07", count: 16)
        let run = runID(3)
        try await serving([], tracking: memory) { address in
            let client = HTTPClient(address)
            let reply = try await client.send(
                "POST", "/v1/traces",
                fields: [
                    ("Content-Type", "application/x-protobuf"), ("x-mlflow-experiment-id", "0"),
                    ("x-mlflow-run-id", run),
                ], body: body)
            #expect(reply.status == 200)
            #expect(reply.body.isEmpty)
            #expect(reply.field("content-type") == "application/x-protobuf")
            let whole = try await client.get("\(Self.v3)/get?trace_id=\(id)&allow_partial=False")
            #expect(whole.status == 200)
            let span =
                #""spans":[{"trace_id":"BwcHBwcHBwcHBwcHBwcHBw==","span_id":"AQEBAQEBAQE=","#
                + #""name":"step","start_time_unix_nano":1700000000000000000,"#
                + #""end_time_unix_nano":1700000001000000000,"attributes":["#
                + #"{"key":"mlflow.spanInputs","value":{"string_value":"in"}},"#
                + #"{"key":"k","value":{"string_value":"v"}}],"status":{}}]}}"#
            #expect(whole.text.hasSuffix(span))
            #expect(whole.text.contains(#""request_preview":"\"in\"""#))
        }
        #expect(memory.traces.links.values.first?.map(\.text) == [id])
    }

    @Test(
        "Answers wrong exports with 400",
        arguments: [
            ("application/x-protobuf", "0", [0xFF]), ("application/x-protobuf", "x", []),
            ("application/x-protobuf", nil, []), ("text/plain", "0", []),
            ("application/x-protobuf", "0", []),
        ] as [(String, String?, [UInt8])])
    func exports(type: String, experiment: String?, body: [UInt8]) async throws {
        try await serving([], tracking: MemoryTracking()) { address in
            let experiment = experiment.map { [("x-mlflow-experiment-id", $0)] } ?? []
            let reply = try await HTTPClient(address).send(
                "POST", "/v1/traces", fields: [("Content-Type", type)] + experiment, body: body)
            #expect(reply.status == 400)
            #expect(reply.text.hasPrefix(#"{"error_code":"INVALID_PARAMETER_VALUE""#))
        }
    }

    @Test("Hands filter, order and experiments to the store")
    func searches() async throws {
        let memory = MemoryTracking()
        let body =
            #"{"locations":[{"type":"MLFLOW_EXPERIMENT","mlflow_experiment":{"experiment_id":"#
            + #""3"}}],"experiment_ids":["4"],"filter":"trace.status = 'OK'","#
            + #""order_by":["timestamp_ms DESC"]}"#
        try await expect([TrackingCall("POST", "\(Self.v3)/search", body)], of: memory)
        let query = try #require(memory.traces.queries.first)
        #expect(query.experiments == [ExperimentID(4), ExperimentID(3)])
        #expect(
            query.filter
                == Filter([.init(SearchField(.attribute, "status"), .text(.equal, "OK"))]))
        #expect(
            query.order
                == [OrderKey(SearchField(.attribute, "timestamp_ms"), ascending: false)])
    }

    @Test(
        "Answers wrong requests with 400",
        arguments: [
            ("POST", v3, "{}"), ("POST", v3, "[]"), ("POST", v3, "{\"trace\":1}"),
            ("POST", v3, sent(#","state":"DONE""#)), ("POST", v3, sent(id: "a b")),
            ("POST", v3, sent(#","execution_duration":"1""#)),
            ("POST", v3, sent(#","tags":{"a":1}"#)),
            ("POST", "\(v3)/search", #"{"max_results":501}"#),
            ("POST", "\(v3)/search", #"{"filter":"foo = 1"}"#),
            ("POST", "\(v3)/search", #"{"order_by":["timestamp","timestamp_ms"]}"#),
            ("POST", "\(v3)/search", #"{"locations":[{"mlflow_experiment":{}}]}"#),
            ("POST", "\(v3)/search", #"{"experiment_ids":["abc"]}"#),
            ("GET", "\(v3)/get", ""), ("GET", "\(v3)/batchGet", ""),
            ("POST", "\(traces)/delete-traces", #"{"experiment_id":"0"}"#),
            (
                "POST", "\(traces)/delete-traces",
                #"{"experiment_id":"0","max_timestamp_millis":1,"max_traces":0}"#
            ),
            ("PATCH", "\(traces)/\(id)/tags", #"{"value":"b"}"#),
            ("PATCH", "\(traces)/\(id)/tags", #"{"key":"mlflow.trace.spansLocation"}"#),
            ("POST", "\(traces)/link-to-run", #"{"trace_ids":["tr-1"]}"#),
        ])
    func refuses(method: String, path: String, body: String) async throws {
        try await serving([], tracking: MemoryTracking()) { address in
            let reply = try await HTTPClient(address).send(
                method, path, body: method == "GET" ? [] : Array(body.utf8))
            #expect(reply.status == 400, "\(reply.text)")
            #expect(reply.text.hasPrefix(#"{"error_code":"INVALID_PARAMETER_VALUE""#))
        }
    }
}
