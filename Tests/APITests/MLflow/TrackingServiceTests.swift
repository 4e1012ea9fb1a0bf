import API
import Testing
import Workbench

@Suite("The tracking protocol as a whole")
struct TrackingServiceTests {
    @Test(
        "Answers what clients ask about the server",
        arguments: [
            TrackingCall("GET", "/health", "OK"), TrackingCall("GET", "/version", "3.17.2"),
            TrackingCall(
                "GET", "/api/3.0/mlflow/server-info",
                #"{"store_type":"SqlStore","workspaces_enabled":false,"#
                    + #""trace_archival_enabled":false,"multipart_uploads_enabled":false,"#
                    + #""multipart_downloads_enabled":false,"#
                    + #""presigned_upload_run_id_supported":false,"#
                    + #""presigned_upload_model_id_supported":false,"#
                    + #""server":"bancada","server_version":"1.2.3"}"#),
            TrackingCall(
                "GET", "/ajax-api/2.0/mlflow/experiments/get?experiment_id=5", status: 404,
                trackingError("RESOURCE_DOES_NOT_EXIST", "experiment 5 not found")),
            TrackingCall(
                "GET", "no/such", status: 404,
                trackingError("ENDPOINT_NOT_FOUND", missing("/api/2.0/mlflow/no/such"))),
            TrackingCall(
                "POST", "/api/3.0/mlflow/nothing", status: 404,
                trackingError("ENDPOINT_NOT_FOUND", missing("/api/3.0/mlflow/nothing"))),
            TrackingCall(
                "DELETE", "runs/search", status: 405,
                trackingError(
                    "BAD_REQUEST",
                    "DELETE is not a method of /api/2.0/mlflow/runs/search "
                        + "(hint: use POST, OPTIONS)")),
        ])
    func service(call: TrackingCall) async throws {
        try await expect([call])
    }

    @Test("Is not there where only models are served, and says so in its own shape")
    func bareServer() async throws {
        let reply = try await serving {
            try await HTTPClient($0).get("/api/2.0/mlflow/experiments/get?experiment_id=0")
        }
        #expect(reply.status == 404)
        #expect(
            reply.text
                == trackingError(
                    "ENDPOINT_NOT_FOUND", missing("/api/2.0/mlflow/experiments/get")))
    }

    @Test("Words what is refused before routing in its own shape too")
    func refusals() async throws {
        let path = "/api/2.0/mlflow/runs/search"
        try await serving([], testConfiguration(token: "secret"), tracking: MemoryTracking()) {
            address in
            let none = try await HTTPClient(address).post(path, json: [])
            #expect(none.status == 401)
            #expect(
                none.text
                    == trackingError(
                        "UNAUTHENTICATED",
                        "a valid token is needed (hint: send it as Authorization: Bearer TOKEN, as "
                            + "MLflow's client does with MLFLOW_TRACKING_TOKEN)"))
            let client = HTTPClient(address, token: "secret")
            #expect(try await client.post(path, json: []).status == 200)
            let foreign = try await client.post(
                path, json: [], fields: [("Origin", "http://evil.example")])
            #expect(foreign.status == 403)
            #expect(foreign.text.hasPrefix(#"{"error_code":"PERMISSION_DENIED""#))
        }
    }

    @Test("Counts writes and commits where somebody does")
    func metrics() async throws {
        let text = try await serving([], tracking: MemoryTracking()) {
            try await HTTPClient($0).get("/metrics").text
        }
        #expect(text.contains("\nbancada_store_writes_total 7\n"))
        #expect(text.contains("\nbancada_store_commits_total 3\n"))
        let bare = try await serving { try await HTTPClient($0).get("/metrics").text }
        #expect(!bare.contains("bancada_store"))
    }
}

/// What is said of a path that nobody answers.
private func missing(_ path: String) -> String {
    "nothing is at \(path) (hint: 'bancada up' serves MLflow's API, but no assessments, datasets of "
        + "evaluations or webhooks)"
}
