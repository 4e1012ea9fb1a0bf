import API
import Inference
import Testing
import Workbench

@Suite("Routes of a running server")
struct RoutesTests {
    @Test(
        "Answers what its protocols say, byte for byte",
        arguments: [
            (
                "/v2", 200,
                #"{"name":"bancada","version":"1.2.3","extensions":["binary_tensor_data"]}"#
            ),
            (
                "/v2/", 200,
                #"{"name":"bancada","version":"1.2.3","extensions":["binary_tensor_data"]}"#
            ),
            ("/v2/health/live", 200, #"{"live":true}"#),
            ("/v2/health/ready", 503, #"{"ready":false}"#),
            ("/v2/models", 200, #"{"models":["a b/c","later","shares"]}"#),
            (
                "/v2/models/shares", 200,
                #"{"name":"shares","versions":["1","2"],"platform":"test","#
                    + #""inputs":[{"name":"input-0","datatype":"FP64","shape":[-1,3]}],"#
                    + #""outputs":[{"name":"output-0","datatype":"BYTES","shape":[-1]},"#
                    + #"{"name":"probabilities","datatype":"FP64","shape":[-1,3]}]}"#
            ),
            ("/v2/models/shares/ready", 200, #"{"name":"shares","ready":true}"#),
            ("/v2/models/shares/versions/1/ready", 200, #"{"name":"shares","ready":true}"#),
            ("/v2/models/a%20b%2Fc/ready", 200, #"{"name":"a b/c","ready":true}"#),
            ("/v2/models/later/ready", 503, #"{"name":"later","ready":false}"#),
            ("/v2/models/later", 503, #"{"error":"model \"later\" is still being loaded"}"#),
            (
                "/v2/models/sharse", 404,
                #"{"error":"model \"sharse\" is not served (hint: ask for \"shares\")"}"#
            ),
            (
                "/v2/models/shares/versions/7", 404,
                #"{"error":"version 7 of model \"shares\" is not served "#
                    + #"(hint: ask for one of its versions: 1, 2)"}"#
            ),
            (
                "/v2/models/%zz", 400,
                #"{"error":"the path has a wrong percent-encoding "#
                    + #"(hint: write each byte as % and two hexadecimal digits)"}"#
            ),
            ("/v2/nothing", 404, #"{"error":"nothing is at /v2/nothing"}"#),
            ("/v1/models", 200, #"{"models":["a b/c","later","shares"]}"#),
            ("/v1/models/shares", 200, #"{"name":"shares","ready":true}"#),
            ("/v1/models/later", 503, #"{"name":"later","ready":false}"#),
            ("/health", 200, "OK"),
            ("/healthz", 200, "OK"),
            ("/version", 200, "1.2.3"),
            (
                "/nothing", 404,
                #"{"error":{"code":"notFound","message":"nothing is at /nothing"}}"#
            ),
        ])
    func answers(path: String, status: Int, body: String) async throws {
        let repository = try repository([
            SharesModel(version: "1"), SharesModel(version: "2"), SharesModel(name: "a b/c"),
        ])
        try repository.announce(name: "later", version: "1")
        let reply = try await withServer(
            testConfiguration(), repository: repository, logger: quietLogger
        ) { try await HTTPClient($0).get(path) }
        #expect(reply.status == status)
        #expect(reply.text == body)
        #expect(reply.field("content-length") == String(body.utf8.count))
    }

    @Test("Tells a person who follows a client's link where to look")
    func welcome() async throws {
        let bare = try await serving([]) { try await HTTPClient($0).get("/") }
        #expect(bare.status == 200)
        #expect(bare.text.hasPrefix("bancada 1.2.3\n"))
        #expect(bare.text.contains("bancada models list"))
        #expect(!bare.text.contains("MLFLOW_TRACKING_URI"))
        let tracking = try await serving([], tracking: MemoryTracking()) {
            try await HTTPClient($0).get("/")
        }
        #expect(tracking.text.contains("bancada runs show RUN"))
        #expect(tracking.text.contains("MLFLOW_TRACKING_URI"))
    }

    @Test("Is ready when every model is, and when there is none")
    func ready() async throws {
        let reply = try await serving([]) { try await HTTPClient($0).get("/v2/health/ready") }
        #expect(reply.status == 200)
        #expect(reply.text == #"{"ready":true}"#)
    }

    @Test(
        "Names the methods of a path when asked with another",
        arguments: [
            ("PUT", "/v2", "GET, HEAD, OPTIONS"),
            ("DELETE", "/v2/models/shares", "GET, HEAD, OPTIONS"),
            ("GET", "/v2/models/shares/infer", "POST, OPTIONS"),
            ("GET", "/v1/models/shares:predict", "POST, OPTIONS"),
            ("POST", "/metrics", "GET, HEAD, OPTIONS"),
        ])
    func wrongMethod(method: String, path: String, allowed: String) async throws {
        let reply = try await serving { try await HTTPClient($0).send(method, path) }
        #expect(reply.status == 405)
        #expect(reply.field("Allow") == allowed)
        #expect(reply.text.hasPrefix(#"{"error":"#))
    }

    @Test("Answers HEAD like GET without the body, and OPTIONS with the methods")
    func headAndOptions() async throws {
        try await serving { address in
            try await RawConnection.open(address) { connection in
                try await connection.write(
                    "HEAD /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
                        + "OPTIONS /v2/models/shares/infer HTTP/1.1\r\nHost: localhost\r\n\r\n")
                let head = try await connection.reply(withoutBody: true)
                #expect(head?.status == 200)
                #expect(head?.fields["content-length"] == "2")
                let options = try await connection.reply(withoutBody: true)
                #expect(options?.status == 204)
                #expect(options?.fields["allow"] == "POST, OPTIONS")
            }
        }
    }

    @Test(
        "Answers HEAD without a body also where the answer is an error",
        arguments: [
            ("/v2/models/shares/infer", "Host: localhost", 405), ("/no", "Host: localhost", 404),
            ("/v2/models/no", "Host: localhost", 404), ("/v2", "Host: evil.example", 403),
        ])
    func headErrors(path: String, host: String, status: Int) async throws {
        try await serving { address in
            try await RawConnection.open(address) { connection in
                try await connection.write(
                    "HEAD \(path) HTTP/1.1\r\n\(host)\r\nConnection: close\r\n\r\n")
                #expect(try await connection.reply(withoutBody: true)?.status == status)
                #expect(try await connection.isClosed())
            }
        }
    }

    @Test(
        "Answers an error of a model by its code",
        arguments: [
            (BancadaError.Code.invalidInput, 400), (.notFound, 404), (.conflict, 409),
            (.unsupported, 400), (.failed, 422), (.unavailable, 503), (.timeout, 504),
        ])
    func errors(code: BancadaError.Code, status: Int) async throws {
        let model = FailingModel(error: BancadaError(code, "it is so", hint: "do that"))
        let reply = try await serving([model]) {
            try await HTTPClient($0).post(
                "/v2/models/failing/infer", json: Array(sharesBody().utf8))
        }
        #expect(reply.status == status)
        #expect(reply.text == #"{"error":"it is so (hint: do that)"}"#)
    }

    @Test(
        "Keeps the details of an internal error to the log",
        arguments: [BancadaError.Code.internal, .corrupt, .pluginFailed])
    func internalError(code: BancadaError.Code) async throws {
        let model = FailingModel(error: BancadaError(code, "secret", hint: "secret"))
        let reply = try await serving([model]) {
            try await HTTPClient($0).post(
                "/v2/models/failing/infer", json: Array(sharesBody().utf8))
        }
        #expect(reply.status == 500)
        #expect(reply.text == #"{"error":"internal error, log id e1"}"#)
    }
}
