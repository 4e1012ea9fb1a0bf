import API
import Synchronization
import Testing
import Workbench

@Suite("The model registry over the tracking protocol")
struct RegistryRoutesTests {
    private let run = runID(1)
    private let time = "1700000000000"

    private func version(
        _ number: Int, source: String, run: String? = nil, stage: String = "None",
        description: String = "", tags: String = "", tail: String = ""
    ) -> String {
        let run = #""run_id":"\#(run ?? "")","#
        return #"{"name":"m","version":"\#(number)","creation_timestamp":\#(time),"#
            + #""last_updated_timestamp":\#(time),"current_stage":"\#(stage)","#
            + #""description":"\#(description)","source":"\#(source)",\#(run)"status":"READY","#
            + tags + #""run_link":""\#(tail)}"#
    }

    private func model(_ tail: String) -> String {
        #"{"name":"m","creation_timestamp":\#(time),"last_updated_timestamp":\#(time)\#(tail)}"#
    }

    private var create: [TrackingCall] {
        let answer =
            #"{"run":{"info":{"run_uuid":"\#(run)","experiment_id":"0","#
            + #""run_name":"invented-name-1","user_id":"","status":"RUNNING","#
            + #""start_time":\#(time),"artifact_uri":"mlflow-artifacts:/0/\#(run)/artifacts","#
            + #""lifecycle_stage":"active","run_id":"\#(run)"},"data":{"tags":["#
            + #"{"key":"mlflow.runName","value":"invented-name-1"}]},"inputs":{}}}"#
        return [
            TrackingCall("POST", "runs/create", #"{"experiment_id":"0"}"#, answer),
            TrackingCall(
                "POST", "registered-models/create",
                #"{"name":"m","tags":[{"key":"a","value":"b"}],"description":"desc"}"#,
                #"{"registered_model":"#
                    + model(#","description":"desc","tags":[{"key":"a","value":"b"}]"#) + "}"),
        ]
    }

    @Test("Registers, aliases, moves, tags and deletes versions")
    func versions() async throws {
        let place = "mlflow-artifacts:/0/\(run)/artifacts/model"
        let tags = #""tags":[{"key":"q","value":"1"}],"#
        let aliased = version(
            1, source: place, run: run, tags: tags,
            tail: #","aliases":["champion"]"#)
        try await expect(
            create + [
                TrackingCall(
                    "POST", "model-versions/create",
                    #"{"name":"m","source":"\#(place)","run_id":"\#(run)","#
                        + #""tags":[{"key":"q","value":"1"}],"description":"v1"}"#,
                    #"{"model_version":"#
                        + version(1, source: place, run: run, description: "v1", tags: tags) + "}"),
                TrackingCall(
                    "POST", "model-versions/create",
                    #"{"name":"m","source":"runs:/\#(run)/model","run_id":"\#(run)"}"#,
                    #"{"model_version":\#(version(2, source: "runs:/\(run)/model", run: run))}"#),
                TrackingCall(
                    "PATCH", "model-versions/update",
                    #"{"name":"m","version":"1","description":"dd"}"#,
                    #"{"model_version":"#
                        + version(1, source: place, run: run, description: "dd", tags: tags) + "}"),
                TrackingCall(
                    "PATCH", "model-versions/update", #"{"name":"m","version":"1"}"#,
                    #"{"model_version":"#
                        + version(1, source: place, run: run, tags: tags) + "}"),
                TrackingCall(
                    "PATCH", "registered-models/update", #"{"name":"m"}"#,
                    #"{"registered_model":"#
                        + model(
                            #","latest_versions":["#
                                + version(2, source: "runs:/\(run)/model", run: run)
                                + #"],"tags":[{"key":"a","value":"b"}]"#) + "}"),
                TrackingCall(
                    "POST", "registered-models/alias",
                    #"{"name":"m","alias":"champion","version":"1"}"#),
                TrackingCall(
                    "GET", "registered-models/alias?name=m&alias=champion",
                    #"{"model_version":\#(aliased)}"#),
                TrackingCall(
                    "GET", "model-versions/get-download-uri?name=m&version=2",
                    #"{"artifact_uri":"\#(place)"}"#),
                TrackingCall(
                    "POST", "model-versions/transition-stage",
                    #"{"name":"m","version":2,"stage":"staging","archive_existing_versions":false}"#,
                    #"{"model_version":"#
                        + version(2, source: "runs:/\(run)/model", run: run, stage: "Staging")
                        + "}"),
                TrackingCall(
                    "POST", "registered-models/get-latest-versions",
                    #"{"name":"m","stages":["Staging"]}"#,
                    #"{"model_versions":["#
                        + version(2, source: "runs:/\(run)/model", run: run, stage: "Staging")
                        + "]}"),
                TrackingCall(
                    "GET", "model-versions/search?filter=name%20%3D%20%27m%27&max_results=1",
                    #"{"model_versions":["#
                        + version(2, source: "runs:/\(run)/model", run: run, stage: "Staging")
                        + #"],"next_page_token":"1"}"#),
                TrackingCall(
                    "DELETE", "model-versions/delete-tag",
                    #"{"name":"m","version":"1","key":"q"}"#),
                TrackingCall("DELETE", "model-versions/delete", #"{"name":"m","version":"2"}"#),
                TrackingCall(
                    "DELETE", "registered-models/alias", #"{"name":"m","alias":"champion"}"#),
                TrackingCall("DELETE", "registered-models/delete", #"{"name":"m"}"#),
                TrackingCall(
                    "GET", "registered-models/get?name=m", status: 404,
                    trackingError("RESOURCE_DOES_NOT_EXIST", #"registered model "m" not found"#)),
            ])
    }

    @Test("Finds models without the mark of prompts, as clients always ask for them")
    func promptFilter() async throws {
        let memory = MemoryTracking()
        let tail = #","description":"desc","tags":[{"key":"a","value":"b"}]"#
        try await expect(
            create + [
                TrackingCall(
                    "GET",
                    "registered-models/search?filter=name+%3D+%27m%27+AND+tag.%60mlflow.prompt."
                        + "is_prompt%60+%21%3D+%27true%27&max_results=5&order_by=name+ASC&"
                        + "order_by=creation_timestamp+DESC",
                    #"{"registered_models":[\#(model(tail))]}"#)
            ], of: memory)
        let query = memory.state.withLock { $0.registryQueries.last }
        #expect(query?.filter.clauses.last?.acceptsMissing == true)
        #expect(query?.filter.clauses.first?.acceptsMissing == false)
        #expect(query?.order.map(\.field.key) == ["name", "creation_timestamp"])
    }

    @Test(
        "Answers what is wrong with the protocol's own code",
        arguments: [
            TrackingCall(
                "POST", "registered-models/create", #"{"name":"m"}"#, status: 400,
                trackingError(
                    "RESOURCE_ALREADY_EXISTS", #"registered model "m" exists already"#)),
            TrackingCall(
                "GET", "registered-models/alias?name=m&alias=zz", status: 400,
                trackingError("INVALID_PARAMETER_VALUE", "registered model alias zz not found")),
            TrackingCall(
                "GET", "registered-models/alias?name=m&alias=latest", status: 404,
                trackingError("RESOURCE_DOES_NOT_EXIST", #"alias "latest" not found"#)),
            TrackingCall(
                "GET", "registered-models/alias?name=no&alias=zz", status: 404,
                trackingError("RESOURCE_DOES_NOT_EXIST", #"registered model "no" not found"#)),
            TrackingCall(
                "POST", "registered-models/alias", #"{"name":"m","alias":"v1","version":"1"}"#,
                status: 400,
                trackingError(
                    "INVALID_PARAMETER_VALUE",
                    #"alias "v1" is not valid "#
                        + "(hint: use letters, digits, '_' and '-', but not 'latest' or 'v1')")),
            TrackingCall(
                "GET", "model-versions/get?name=m&version=77", status: 404,
                trackingError("RESOURCE_DOES_NOT_EXIST", #"version 77 of "m" not found"#)),
            TrackingCall(
                "GET", "model-versions/get?name=m&version=x", status: 400,
                trackingError(
                    "INVALID_PARAMETER_VALUE",
                    "invalid value 'x' for parameter 'version': "
                        + "expected the number of a model version")),
            TrackingCall(
                "POST", "model-versions/create", #"{"name":"no","source":"s3://b/x"}"#, status: 404,
                trackingError("RESOURCE_DOES_NOT_EXIST", #"registered model "no" not found"#)),
            TrackingCall(
                "GET", "model-versions/search?max_results=200001", status: 400,
                trackingError(
                    "INVALID_PARAMETER_VALUE",
                    "invalid value 200001 for parameter 'max_results': expected 1 to 200000")),
        ])
    func errors(call: TrackingCall) async throws {
        try await expect(create + [call])
    }

    @Test(
        "Takes only sources that lie in the run or model that is named with them",
        arguments: [
            (#""source":"s3://bucket/x""#, true),
            (#""source":"s3://bucket/../x""#, false),
            (#""source":"http://example.org/m""#, false),
            (#""source":"HTTPS://example.org/m","run_id":"RUN""#, false),
            (#""source":"ftp://example.org/m","model_id":"MODEL""#, false),
            (#""source":"hdfs://example.org/m""#, false),
            (#""source":"mlflow-artifacts://example.org/m","run_id":"RUN""#, false),
            (#""source":"wasbs://c@a.blob.core.windows.net/m""#, true),
            (#""source":"s3://bucket/%252e%252e/x""#, false),
            (#""source":"dbfs:/x\u0000""#, false),
            (#""source":"/etc/passwd""#, false),
            (#""source":"file:///etc""#, false),
            (#""source":"file:///etc","run_id":"RUN""#, false),
            (#""source":"mlflow-artifacts:/0/RUN/artifacts/m""#, false),
            (#""source":"mlflow-artifacts:/0/RUN/artifacts/m","run_id":"RUN""#, true),
            (#""source":"mlflow-artifacts:/0/RUN/artifacts","run_id":"RUN""#, true),
            (#""source":"mlflow-artifacts:/0/RUN/artifactsx/m","run_id":"RUN""#, false),
            (#""source":"mlflow-artifacts:/0/OTHER/artifacts/m","run_id":"RUN""#, false),
            (#""source":"mlflow-artifacts:/0/OTHER/artifacts/m","run_id":"OTHER""#, false),
            (#""source":"mlflow-artifacts://evil/0/RUN/artifacts/m","run_id":"RUN""#, false),
            (
                #""source":"http://h/api/2.0/mlflow-artifacts/artifacts/0/RUN/artifacts/m","#
                    + #""run_id":"RUN""#, false
            ),
            (#""source":"runs:/RUN/m","run_id":"RUN""#, true),
            (#""source":"runs:/RUN/m""#, false),
            (#""source":"runs:/OTHER/m","run_id":"RUN""#, false),
            (#""source":"models:/MODEL","model_id":"MODEL""#, true),
            (#""source":"models:/MODEL""#, false),
            (#""source":"models:/MODEL","run_id":"RUN""#, false),
            (#""source":"models:/GONE","model_id":"GONE""#, false),
            (#""source":"mlflow-artifacts:/0/models/MODEL/artifacts","model_id":"MODEL""#, true),
            (#""source":"mlflow-artifacts:/0/RUN/artifacts/m","model_id":"MODEL""#, false),
            (#""source":"runs:/RUN/m","run_id":"RUN","model_id":"MODEL""#, false),
            (
                #""source":"dummy-source","tags":[{"key":"mlflow.prompt.is_prompt","value":"true"}]"#,
                true
            ),
            (#""source":"/etc","tags":[{"key":"mlflow.prompt.is_prompt","value":"true"}]"#, false),
        ])
    func sources(fields: String, isTaken: Bool) async throws {
        let memory = MemoryTracking()
        let stores = memory.stores
        let runs = [stores.makeRunID(), stores.makeRunID()]
        _ = try await stores.runs.createRun(
            NewRun(
                id: runs[0], kind: .external, experiment: .standard, user: "u",
                startTime: testClock.now()))
        let model = LoggedModelID(digitsOf: runs[0])
        _ = try await stores.loggedModels.createLoggedModel(
            NewLoggedModel(id: model, experiment: .standard, sourceRun: runs[0]),
            at: testClock.now())
        _ = try await stores.registry.createModel(
            named: "m", description: "", tags: [], at: testClock.now())
        var body = #"{"name":"m","# + fields + "}"
        for (word, text) in [
            ("RUN", runs[0].text), ("OTHER", runs[1].text), ("MODEL", model.text),
            ("GONE", LoggedModelID(digitsOf: runs[1]).text),
        ] {
            body = body.split(separator: word, omittingEmptySubsequences: false).joined(
                separator: text)
        }
        let sent = Array(body.utf8)
        let reply = try await serving([], tracking: memory) {
            try await HTTPClient($0).send(
                "POST", "/api/2.0/mlflow/model-versions/create", body: sent)
        }
        #expect(reply.status == (isTaken ? 200 : 400), "\(reply.text)")
        if !isTaken { #expect(reply.text.contains("INVALID_PARAMETER_VALUE")) }
    }

    @Test("Pins the content, and sends clients to where the files are")
    func locations() async throws {
        let memory = MemoryTracking()
        let stores = memory.stores
        let run = try await stores.runs.createRun(
            NewRun(
                id: stores.makeRunID(), kind: .train, experiment: .standard, user: "u",
                startTime: testClock.now()))
        let place = try ArtifactPath("0/\(run.id.text)/artifacts/model/MLmodel")
        memory.state.withLock { $0.files[place] = [1] }
        _ = try await stores.registry.createModel(
            named: "m", description: "", tags: [], at: testClock.now())
        let digest = try #require(ContentDigest(hex: String(repeating: "d", count: 64)))
        // As 'bancada train' and 'bancada models register' make them.
        for source in ["runs:/\(run.id.text)/model", "/srv/model", "runs:/\(run.id.text)/gone"] {
            _ = try await stores.registry.createVersion(
                NewModelVersion(name: "m", source: source, digest: digest), at: testClock.now())
        }
        let contents = "mlflow-artifacts:/contents/\(digest.hex)"
        let folder = "mlflow-artifacts:/0/\(run.id.text)/artifacts/model"
        try await expect(
            [
                TrackingCall(
                    "POST", "model-versions/create", #"{"name":"m","source":"models:/m/2"}"#,
                    #"{"model_version":\#(version(4, source: "models:/m/2"))}"#)
            ]
                + [folder, contents, contents, contents].enumerated().map { index, place in
                    TrackingCall(
                        "GET", "model-versions/get-download-uri?name=m&version=\(index + 1)",
                        #"{"artifact_uri":"\#(place)"}"#)
                }, of: memory)
        let made = try await stores.registry.version(4, ofModel: "m")
        #expect(made.content?.digest == digest)
    }
}
