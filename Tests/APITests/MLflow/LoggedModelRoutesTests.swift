import API
import Synchronization
import Testing
import Workbench

@Suite("Logged models over the tracking protocol")
struct LoggedModelRoutesTests {
    private let id = "m-" + runID(1)

    private func model(status: String, tags: String, data: String) -> String {
        #"{"info":{"model_id":"\#(id)","experiment_id":"0","name":"model","#
            + #""creation_timestamp_ms":1700000000000,"last_updated_timestamp_ms":1700000000000,"#
            + #""artifact_uri":"mlflow-artifacts:/0/models/\#(id)/artifacts","#
            + #""status":"\#(status)","model_type":"","source_run_id":""\#(tags)},"#
            + #""data":{\#(data)}}"#
    }

    private var create: TrackingCall {
        TrackingCall(
            "POST", "logged-models", #"{"experiment_id":"0","name":"model"}"#,
            #"{"model":\#(model(status: "LOGGED_MODEL_PENDING", tags: "", data: ""))}"#)
    }

    @Test("Makes a model, completes it, adds to it and deletes it")
    func lifecycle() async throws {
        let tags = #","tags":[{"key":"a/b","value":"1"}]"#
        let params = #""params":[{"key":"C","value":"1.0"}]"#
        try await expect([
            create,
            TrackingCall(
                "PATCH", "logged-models/\(id)/tags", #"{"tags":[{"key":"a/b","value":"1"}]}"#),
            TrackingCall(
                "POST", "logged-models/\(id)/params", #"{"params":[{"key":"C","value":"1.0"}]}"#),
            TrackingCall(
                "PATCH", "logged-models/\(id)",
                #"{"model_id":"\#(id)","status":"LOGGED_MODEL_READY"}"#,
                #"{"model":\#(model(status: "LOGGED_MODEL_READY", tags: tags, data: params))}"#),
            TrackingCall(
                "GET", "logged-models/\(id)",
                #"{"model":\#(model(status: "LOGGED_MODEL_READY", tags: tags, data: params))}"#),
            TrackingCall("DELETE", "logged-models/\(id)/tags/a%2Fb"),
            TrackingCall(
                "DELETE", "logged-models/\(id)/tags/zz", status: 404,
                trackingError("RESOURCE_DOES_NOT_EXIST", #"tag "zz" not found"#)),
            TrackingCall("DELETE", "logged-models/\(id)", #"{"model_id":"\#(id)"}"#),
            TrackingCall(
                "GET", "logged-models/\(id)", status: 404,
                trackingError("RESOURCE_DOES_NOT_EXIST", #"logged model "\#(id)" not found"#)),
        ])
    }

    @Test("Searches by filter, datasets and order")
    func search() async throws {
        let memory = MemoryTracking()
        try await expect(
            [
                create, TrackingCall("POST", "logged-models/search", "{}"),
                TrackingCall(
                    "POST", "logged-models/search",
                    #"{"experiment_ids":["0"],"filter":"name = 'model'","#
                        + #""datasets":[{"dataset_name":"d","dataset_digest":"x"}],"#
                        + #""order_by":[{"field_name":"metrics.my key","ascending":false,"#
                        + #""dataset_name":"d"},{"field_name":"creation_time"}]}"#,
                    #"{"models":["#
                        + model(status: "LOGGED_MODEL_PENDING", tags: "", data: "") + "]}"),
                TrackingCall(
                    "POST", "logged-models/search",
                    #"{"experiment_ids":["0"],"order_by":[{"field_name":"tags.x"}]}"#, status: 400,
                    trackingError(
                        "INVALID_PARAMETER_VALUE",
                        "invalid value 'tags.x' for parameter 'field_name' (hint: use "
                            + "creation_timestamp, last_updated_timestamp, model_id, model_type, "
                            + "name, source_run_id, status, metrics.KEY)")),
                TrackingCall(
                    "PATCH", "logged-models/\(id)", #"{"status":"DONE"}"#, status: 400,
                    trackingError(
                        "INVALID_PARAMETER_VALUE",
                        "invalid value 'DONE' for parameter 'status' "
                            + "(hint: use LOGGED_MODEL_READY, LOGGED_MODEL_UPLOAD_FAILED)")),
            ], of: memory)
        let queries = memory.state.withLock { $0.loggedModelQueries }
        #expect(queries.count == 1)
        #expect(queries.first?.datasets == [DatasetReference(name: "d", digest: "x")])
        #expect(
            queries.first?.order == [
                LoggedModelOrder(
                    OrderKey(SearchField(.metric, "my key"), ascending: false),
                    dataset: DatasetReference(name: "d")),
                LoggedModelOrder(OrderKey(SearchField(.attribute, "creation_timestamp"))),
            ])
    }

    @Test("Lists the files of a model by their paths below it")
    func files() async throws {
        let memory = MemoryTracking()
        let paths = try ["MLmodel", "data/model.pkl"].map {
            try ArtifactPath("0/models/\(id)/artifacts/\($0)")
        }
        memory.state.withLock { state in
            for path in paths { state.files[path] = [1, 2, 3] }
        }
        let root = #""root_uri":"mlflow-artifacts:/0/models/\#(id)/artifacts""#
        try await expect(
            [
                create,
                TrackingCall(
                    "GET", "logged-models/\(id)/artifacts/directories",
                    #"{\#(root),"files":[{"path":"MLmodel","is_dir":false,"file_size":3},"#
                        + #"{"path":"data","is_dir":true}]}"#),
                TrackingCall(
                    "GET",
                    "logged-models/\(id)/artifacts/directories?artifact_directory_path=data",
                    #"{\#(root),"files":[{"path":"data/model.pkl","is_dir":false,"file_size":3}]}"#
                ),
            ], of: memory)
    }
}
