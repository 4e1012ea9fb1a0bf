import API
import Testing

@Suite("Experiments over the tracking protocol")
struct ExperimentRoutesTests {
    private let standard =
        #"{"experiment_id":"0","name":"Default","artifact_location":"mlflow-artifacts:/0","#
        + #""lifecycle_stage":"active","last_update_time":1,"creation_time":1,"workspace":"default"}"#

    private func made(_ name: String, stage: String = "active", tags: String) -> String {
        #"{"experiment_id":"1","name":"\#(name)","artifact_location":"mlflow-artifacts:/1","#
            + #""lifecycle_stage":"\#(stage)","last_update_time":1700000000000,"#
            + #""creation_time":1700000000000,"# + tags + #""workspace":"default"}"#
    }

    @Test("Makes, finds, renames, tags, deletes and restores")
    func lifecycle() async throws {
        let tag = #""tags":[{"key":"team","value":"x"}],"#
        try await expect([
            TrackingCall(
                "POST", "experiments/create",
                #"{"name":"cap","tags":[{"key":"team","value":"x"}]}"#, #"{"experiment_id":"1"}"#),
            TrackingCall(
                "GET", "experiments/get?experiment_id=1",
                #"{"experiment":\#(made("cap", tags: tag))}"#
            ),
            TrackingCall(
                "GET", "experiments/get-by-name?experiment_name=Default",
                #"{"experiment":\#(standard)}"#),
            TrackingCall(
                "POST", "experiments/update", #"{"experiment_id":"1","new_name":"cap2"}"#),
            TrackingCall(
                "POST", "experiments/set-experiment-tag",
                #"{"experiment_id":"1","key":"k","value":""}"#),
            TrackingCall(
                "POST", "experiments/delete-experiment-tag",
                #"{"experiment_id":"1","key":"team"}"#),
            TrackingCall("POST", "experiments/delete", #"{"experimentId":"1"}"#),
            TrackingCall(
                "POST", "experiments/search", #"{"max_results":1000,"view_type":"DELETED_ONLY"}"#,
                #"{"experiments":["#
                    + made("cap2", stage: "deleted", tags: #""tags":[{"key":"k","value":""}],"#)
                    + "]}"),
            TrackingCall("POST", "experiments/restore", #"{"experiment_id":"1"}"#),
            TrackingCall(
                "GET", "experiments/search?max_results=1",
                #"{"experiments":["# + made("cap2", tags: #""tags":[{"key":"k","value":""}],"#)
                    + #"],"next_page_token":"1"}"#),
            TrackingCall(
                "GET", "experiments/search?max_results=1&page_token=1",
                #"{"experiments":[\#(standard)]}"#),
        ])
    }

    @Test("Keeps the place that an experiment chose, for its runs too")
    func place() async throws {
        let memory = MemoryTracking()
        try await expect(
            [
                TrackingCall(
                    "POST", "experiments/create",
                    #"{"name":"far","artifact_location":"s3://bucket/x/"}"#,
                    #"{"experiment_id":"1"}"#)
            ], of: memory)
        let text = try await serving([], tracking: memory) {
            try await HTTPClient($0).send(
                "POST", "/api/2.0/mlflow/runs/create", body: Array(#"{"experiment_id":"1"}"#.utf8)
            ).text
        }
        #expect(text.contains(#""artifact_uri":"s3://bucket/x/\#(runID(1))/artifacts""#))
    }

    @Test(
        "Answers what is wrong with the protocol's own code",
        arguments: [
            TrackingCall(
                "POST", "experiments/create", #"{"name":"Default"}"#, status: 400,
                trackingError("RESOURCE_ALREADY_EXISTS", #"experiment "Default" exists"#)),
            TrackingCall(
                "POST", "experiments/create", "", status: 400,
                trackingError(
                    "INVALID_PARAMETER_VALUE", "missing value for required parameter 'name'")),
            TrackingCall(
                "POST", "experiments/create", #"{"name":5}"#, status: 400,
                trackingError(
                    "INVALID_PARAMETER_VALUE",
                    "invalid value 5 for parameter 'name': expected a string")),
            TrackingCall(
                "POST", "experiments/create",
                #"{"name":"a","artifact_location":"s3://b/%2e%2e/c"}"#, status: 400,
                trackingError(
                    "INVALID_PARAMETER_VALUE",
                    "invalid artifact_location 's3://b/%2e%2e/c': it has '..' or a NUL character "
                        + "(hint: write the whole path without '..')")),
            TrackingCall(
                "GET", "experiments/get?experiment_id=999999", status: 404,
                trackingError("RESOURCE_DOES_NOT_EXIST", "experiment 999999 not found")),
            TrackingCall(
                "GET", "experiments/get?experiment_id=x", status: 400,
                trackingError(
                    "INVALID_PARAMETER_VALUE",
                    "invalid value 'x' for parameter 'experiment_id': expected the decimal number "
                        + "of an experiment")),
            TrackingCall(
                "GET", "experiments/get-by-name?experiment_name=%C3%BC%20no", status: 404,
                trackingError("RESOURCE_DOES_NOT_EXIST", #"experiment "ü no" not found"#)),
            TrackingCall(
                "GET", "experiments/get-by-name?experiment_name=%zz", status: 400,
                trackingError(
                    "INVALID_PARAMETER_VALUE",
                    "the query has a wrong percent-encoding "
                        + "(hint: write each byte as % and two hexadecimal digits)")),
            TrackingCall(
                "POST", "experiments/search", #"{"max_results":0}"#, status: 400,
                trackingError(
                    "INVALID_PARAMETER_VALUE",
                    "invalid value 0 for parameter 'max_results': expected 1 to 50000")),
            TrackingCall(
                "POST", "experiments/search", #"{"view_type":"SOME"}"#, status: 400,
                trackingError(
                    "INVALID_PARAMETER_VALUE",
                    "invalid value 'SOME' for parameter 'view_type' "
                        + "(hint: use ACTIVE_ONLY, DELETED_ONLY, ALL)")),
            TrackingCall(
                "POST", "experiments/search", #"{"page_token":"x"}"#, status: 400,
                trackingError(
                    "INVALID_PARAMETER_VALUE", "the page token does not continue this list")),
            TrackingCall(
                "POST", "experiments/search", "[1]", status: 400,
                trackingError(
                    "INVALID_PARAMETER_VALUE",
                    "the body is an array, expected an object "
                        + "(hint: send the fields as one JSON object)")),
            TrackingCall(
                "POST", "experiments/search", "{", status: 400,
                trackingError(
                    "INVALID_PARAMETER_VALUE",
                    "body:1:2: the text ends, expected a member name in quotes")),
        ])
    func errors(call: TrackingCall) async throws {
        try await expect([call])
    }
}
