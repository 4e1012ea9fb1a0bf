import API
import Testing
import Workbench

@Suite("Who may ask the server")
struct AccessTests {
    private func ask(
        _ request: String, _ configuration: ServingConfiguration = testConfiguration()
    ) async throws -> RawReply {
        try await serving([SharesModel()], configuration) { address in
            let text = request.replacing("PORT", with: String(address.port))
            let local = ServerAddress(host: "127.0.0.1", port: address.port)
            return try await RawConnection.open(local) { connection in
                try await connection.write(text)
                return try #require(try await connection.reply())
            }
        }
    }

    @Test(
        "Takes the names of this machine with its port",
        arguments: [
            "localhost", "localhost:PORT", "127.0.0.1:PORT", "[::1]:PORT", "LOCALHOST:PORT",
            "proxy.example", "proxy.example:PORT", "other.example:99",
        ])
    func knownHosts(host: String) async throws {
        let configuration = testConfiguration(allowedHosts: ["Proxy.example", "other.example:99"])
        let reply = try await ask(get("/v2", host: host), configuration)
        #expect(reply.status == 200)
    }

    @Test(
        "Refuses a foreign name, as DNS rebinding sends it",
        arguments: [
            "evil.example", "evil.example:PORT", "localhost:1", "localhost.evil.example",
            "127.0.0.1.evil.example:PORT", "", "other.example:PORT",
        ])
    func foreignHosts(host: String) async throws {
        let configuration = testConfiguration(allowedHosts: ["other.example:99"])
        let reply = try await ask(get("/v2", host: host), configuration)
        #expect(reply.status == 403)
        #expect(reply.body.hasPrefix(#"{"error":"Host \""#))
        #expect(reply.fields["connection"] == "close")
    }

    @Test(
        "Refuses a request with no Host or with two",
        arguments: [
            "GET /v2 HTTP/1.1\r\n\r\n",
            "GET /v2 HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        ])
    func malformedHost(request: String) async throws {
        #expect(try await ask(request).status == 400)
    }

    @Test(
        "Refuses writes from another site",
        arguments: [
            "Origin: http://evil.example", "Origin: http://localhost:3000", "Origin: null",
            "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site",
        ])
    func foreignOrigin(field: String) async throws {
        for path in ["/v2/models/shares/infer", "/v1/models/shares:predict", "/nothing"] {
            let reply = try await ask(post(path, sharesBody(), fields: [field]))
            #expect(reply.status == 403, "\(path)")
            #expect(reply.fields["access-control-allow-origin"] == nil)
        }
        // Reading is harmless: the browser keeps the answer from the other site.
        #expect(try await ask(get("/v2", fields: [field])).status == 200)
    }

    @Test(
        "Takes writes from its own pages",
        arguments: ["Origin: http://localhost:PORT", "Sec-Fetch-Site: same-origin"])
    func ownOrigin(field: String) async throws {
        let request = post(
            "/v2/models/shares/infer", sharesBody(), host: "localhost:PORT", fields: [field])
        #expect(try await ask(request).status == 200)
    }

    @Test(
        "Asks for the token on every route but the liveness ones",
        arguments: [
            ("", 401), ("Authorization: Bearer wrong!", 401), ("Authorization: Bearer s3cre", 401),
            ("Authorization: Bearer s3cret!", 401), ("Authorization: Bearer ", 401),
            ("Authorization: Basic s3cret", 401), ("Authorization: Bearer s3cret", 200),
            ("authorization: bearer s3cret", 200),
        ])
    func token(field: String, status: Int) async throws {
        let configuration = testConfiguration(token: "s3cret")
        let fields = field.isEmpty ? [] : [field]
        for request in [
            get("/v2", fields: fields), get("/metrics", fields: fields),
            post("/v2/models/shares/infer", sharesBody(), fields: fields),
        ] {
            let reply = try await ask(request, configuration)
            #expect(reply.status == status)
            #expect(reply.fields["www-authenticate"] == (status == 401 ? "Bearer" : nil))
        }
        #expect(try await ask(get("/health", fields: fields), configuration).status == 200)
    }

    @Test("Takes any Host on the network, where the token protects")
    func network() async throws {
        let configuration = testConfiguration(token: "s3cret", host: "0.0.0.0")
        let fields = ["Authorization: Bearer s3cret"]
        let reply = try await ask(
            get("/v2", host: "laptop.local:1234", fields: fields), configuration)
        #expect(reply.status == 200)
        #expect(try await ask(get("/v2"), configuration).status == 401)
    }

    @Test(
        "Refuses to serve unsafely",
        arguments: [
            (
                testConfiguration(host: "0.0.0.0"),
                "serving on 0.0.0.0, which other machines can reach, needs a token "
                    + "(hint: set BANCADA_TOKEN or serve on 127.0.0.1)"
            ),
            (
                testConfiguration(token: "two words"),
                "the token is empty or has characters that no header can carry "
                    + "(hint: use letters, digits and punctuation without spaces)"
            ),
            (testConfiguration(host: ""), "the host to serve on is empty"),
        ])
    func unsafeConfigurations(configuration: ServingConfiguration, message: String) {
        let error = #expect(throws: BancadaError.self) { try configuration.validate() }
        #expect(error?.code == .invalidInput)
        #expect(error?.description == message)
    }

    @Test(
        "Knows the addresses of this machine alone",
        arguments: [
            ("127.0.0.1", true), ("127.9.9.9", true), ("localhost", true), ("::1", true),
            ("0.0.0.0", false), ("::", false), ("127.0.0.1.evil.example", false),
            ("127.example", false), ("192.168.0.2", false), ("laptop", false),
        ])
    func loopback(host: String, isLoopback: Bool) {
        #expect(testConfiguration(host: host).isLoopback == isLoopback)
    }
}
