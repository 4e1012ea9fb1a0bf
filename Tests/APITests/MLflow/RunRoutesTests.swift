import API
import Synchronization
import Testing
import Workbench

@Suite("Runs over the tracking protocol")
struct RunRoutesTests {
    private let id = runID(1)

    private func info(
        name: String = "r1", status: String = "RUNNING", end: String = "", stage: String = "active"
    ) -> String {
        #"{"run_uuid":"\#(id)","experiment_id":"0","run_name":"\#(name)","user_id":"root","#
            + #""status":"\#(status)","start_time":1795448906247,"# + end
            + #""artifact_uri":"mlflow-artifacts:/0/\#(id)/artifacts","#
            + #""lifecycle_stage":"\#(stage)","run_id":"\#(id)"}"#
    }

    private var create: TrackingCall {
        TrackingCall(
            "POST", "runs/create",
            #"{"experiment_id":"0","user_id":"root","run_name":"r1","start_time":"1795448906247","#
                + #""tags":[{"key":"a","value":"b"}],"new_field":{"x":1}}"#,
            #"{"run":{"info":\#(info()),"data":{"tags":[{"key":"a","value":"b"},"#
                + #"{"key":"mlflow.runName","value":"r1"}]},"inputs":{}}}"#)
    }

    @Test("Makes a run and changes it")
    func lifecycle() async throws {
        try await expect([
            create,
            TrackingCall(
                "POST", "runs/update",
                #"{"run_uuid":"\#(id)","status":"FINISHED","end_time":1795448909140,"#
                    + #""run_id":"\#(id)","run_name":"r1b"}"#,
                #"{"run_info":"#
                    + info(name: "r1b", status: "FINISHED", end: #""end_time":1795448909140,"#)
                    + "}"),
            TrackingCall("POST", "runs/delete", #"{"run_id":"\#(id)"}"#),
            TrackingCall(
                "POST", "runs/update", #"{"run_uuid":"\#(id)"}"#,
                #"{"run_info":"#
                    + info(
                        name: "r1b", status: "FINISHED", end: #""end_time":1795448909140,"#,
                        stage: "deleted") + "}"),
            TrackingCall("POST", "runs/restore", #"{"run_id":"\#(id)"}"#),
            // An end at 1970 is none.
            TrackingCall(
                "POST", "runs/update", #"{"run_id":"\#(id)","end_time":0}"#,
                #"{"run_info":\#(info(name: "r1b", status: "FINISHED"))}"#),
        ])
    }

    @Test("Writes what a run logged: numbers that JSON has no word for too")
    func logging() async throws {
        let model = "m-" + String(repeating: "a", count: 32)
        let metrics =
            #"{"key":"m","value":0.5,"timestamp":1795448906496,"step":1},"#
            + #"{"key":"nan","value":"NaN","timestamp":0,"step":-3},"#
            + #"{"key":"inf","value":"-Infinity","timestamp":1,"step":0}"#
        let dataset =
            #"{"name":"ds1","digest":"cd5c","source_type":"code","source":"{}","schema":"[]"}"#
        try await expect([
            create,
            TrackingCall(
                "POST", "runs/log-metric",
                #"{"run_uuid":"\#(id)","key":"m","value":0.5,"timestamp":1795448906496,"step":1}"#),
            TrackingCall(
                "POST", "runs/log-batch",
                #"{"run_id":"\#(id)","metrics":[{"key":"nan","value":"NaN","timestamp":"0","#
                    + #""step":"-3","run_id":"\#(id)"},{"key":"inf","value":"-Infinity","#
                    + #""timestamp":1}],"params":[{"key":"p","value":"ü\n"}],"tags":[]}"#),
            TrackingCall(
                "POST", "runs/log-parameter", #"{"run_id":"\#(id)","key":"q","value":""}"#),
            TrackingCall("POST", "runs/set-tag", #"{"run_id":"\#(id)","key":"a","value":"c"}"#),
            TrackingCall("POST", "runs/delete-tag", #"{"run_id":"\#(id)","key":"mlflow.runName"}"#),
            TrackingCall(
                "POST", "runs/log-inputs",
                #"{"run_id":"\#(id)","datasets":[{"tags":[{"key":"mlflow.data.context","#
                    + #""value":"training"}],"dataset":\#(dataset)}],"#
                    + #""models":[{"model_id":"\#(model)"}]}"#),
            TrackingCall(
                "POST", "runs/outputs",
                #"{"run_id":"\#(id)","models":[{"model_id":"\#(model)","step":2}]}"#),
            TrackingCall(
                "GET", "runs/get?run_uuid=\(id)&run_id=\(id)",
                #"{"run":{"info":\#(info()),"data":{"metrics":[\#(metrics)],"#
                    + #""params":[{"key":"p","value":"ü\n"},{"key":"q","value":""}],"#
                    + #""tags":[{"key":"a","value":"c"}]},"#
                    + #""inputs":{"dataset_inputs":[{"tags":[{"key":"mlflow.data.context","#
                    + #""value":"training"}],"dataset":\#(dataset)}],"#
                    + #""model_inputs":[{"model_id":"\#(model)"}]},"#
                    + #""outputs":{"model_outputs":[{"model_id":"\#(model)","step":2}]}}}"#),
        ])
    }

    @Test("Searches with the filter, the order and the view that are asked for")
    func search() async throws {
        let memory = MemoryTracking()
        try await expect(
            [
                create,
                TrackingCall("POST", "runs/search", "{}"),
                TrackingCall("POST", "runs/search", #"{"experiment_ids":["7"]}"#),
                TrackingCall(
                    "POST", "runs/search",
                    #"{"experiment_ids":["0"],"filter":"metrics.m > 0.1 and params.p = '1'","#
                        + #""run_view_type":"ALL","order_by":["metrics.m DESC"],"max_results":1}"#,
                    #"{"runs":[{"info":\#(info()),"data":{"tags":[{"key":"a","value":"b"},"#
                        + #"{"key":"mlflow.runName","value":"r1"}]},"inputs":{},"outputs":{}}]}"#),
            ], of: memory)
        let queries = memory.state.withLock { $0.runQueries }
        #expect(queries.count == 2)
        #expect(queries.last?.view == .all)
        #expect(queries.last?.order == [OrderKey(SearchField(.metric, "m"), ascending: false)])
        #expect(
            queries.last?.filter
                == Filter([
                    Filter.Clause(SearchField(.metric, "m"), .number(.greater, 0.1)),
                    Filter.Clause(SearchField(.param, "p"), .text(.equal, "1")),
                ]))
    }

    @Test("Takes a client's parent where there is such a run")
    func parent() async throws {
        let memory = MemoryTracking()
        let body = { (parent: String) in
            Array(
                (#"{"experiment_id":"0","tags":[{"key":"mlflow.parentRunId","value":"\#(parent)"}]}"#)
                    .utf8)
        }
        try await serving([], tracking: memory) { address in
            let client = HTTPClient(address)
            for parent in [runID(9), runID(1)] {
                let reply = try await client.send(
                    "POST", "/api/2.0/mlflow/runs/create", body: body(parent))
                #expect(reply.status == 200)
            }
        }
        let runs = memory.state.withLock { $0.runs.values.sorted { $0.id.text < $1.id.text } }
        #expect(runs.map(\.parent?.text) == [nil, runID(1)])
        #expect(runs.map(\.user) == ["", ""])
    }

    @Test(
        "Names the field that is wrong, and its value",
        arguments: [
            ("runs/log-metric", #"{"run_id":"x"}"#, "missing value for required parameter 'key'"),
            (
                "runs/log-metric", #"{"run_id":"x","key":"k","value":"abc","timestamp":1}"#,
                "invalid value 'abc' for parameter 'value': "
                    + #"expected a number, "NaN", "Infinity" or "-Infinity""#
            ),
            (
                "runs/log-metric", #"{"run_id":"x","key":"k","value":[1],"timestamp":1}"#,
                "invalid value [1] for parameter 'value': expected a number"
            ),
            (
                "runs/log-metric", #"{"run_id":"x","key":"k","value":1,"timestamp":-1}"#,
                "invalid value -1 for parameter 'timestamp': expected 0 or more"
            ),
            (
                "runs/log-metric", #"{"run_id":"x","key":"k","value":1,"timestamp":1,"step":1.5}"#,
                "invalid value 1.5 for parameter 'step': expected an integer of 64 bits"
            ),
            (
                "runs/log-metric",
                #"{"run_id":"x","key":"k","value":1,"timestamp":1,"step":9223372036854775808}"#,
                "invalid value 9.223372036854776e+18 for parameter 'step': "
                    + "expected an integer of 64 bits"
            ),
            (
                "runs/log-batch", #"{"run_id":"x","params":{"key":"a"}}"#,
                #"invalid value {"key":"a"} for parameter 'params': expected a list of objects"#
            ),
            (
                "runs/log-batch", #"{"run_id":"x y","params":[]}"#,
                "invalid value 'x y' for parameter 'run_id': expected letters, digits, '-' and '_'"
            ),
            (
                "runs/update", #"{"run_id":"\#(runID(1))","status":"DONE"}"#,
                "invalid value 'DONE' for parameter 'status' "
                    + "(hint: use RUNNING, SCHEDULED, FINISHED, FAILED, KILLED)"
            ),
            (
                "runs/log-inputs", #"{"run_id":"\#(runID(1))","datasets":[{}]}"#,
                "missing value for required parameter 'dataset'"
            ),
            (
                "runs/search", #"{"experiment_ids":["0"],"max_results":50001}"#,
                "invalid value 50001 for parameter 'max_results': expected 1 to 50000"
            ),
        ])
    func errors(path: String, body: String, message: String) async throws {
        try await expect([
            TrackingCall(
                "POST", path, body, status: 400, trackingError("INVALID_PARAMETER_VALUE", message))
        ])
    }

    @Test("Says that a run does not exist, and that the store cannot write now")
    func failures() async throws {
        let memory = MemoryTracking()
        try await expect(
            [
                TrackingCall(
                    "GET", "runs/get?run_id=nope", status: 404,
                    trackingError("RESOURCE_DOES_NOT_EXIST", #"run "nope" not found"#)),
                TrackingCall(
                    "GET", "runs/get?run_id=\(runID(9))", status: 404,
                    trackingError("RESOURCE_DOES_NOT_EXIST", #"run "\#(runID(9))" not found"#)),
            ], of: memory)
        memory.failure.withLock { $0 = BancadaError(.unavailable, "the disk is full") }
        try await expect(
            [
                TrackingCall(
                    "POST", "runs/create", #"{"experiment_id":"0"}"#, status: 503,
                    trackingError("TEMPORARILY_UNAVAILABLE", "the disk is full"))
            ], of: memory)
        memory.failure.withLock { $0 = BancadaError(.internal, "secret") }
        try await expect(
            [
                TrackingCall(
                    "POST", "runs/create", #"{"experiment_id":"0"}"#, status: 500,
                    trackingError("INTERNAL_ERROR", "internal error, log id e1"))
            ], of: memory)
    }
}
