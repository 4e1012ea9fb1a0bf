import API
import Testing
import Workbench

@Suite("The client")
struct HTTPClientTests {
    private let infer = "/v2/models/shares/infer"

    @Test("Sends and reads bodies, fields and a token")
    func exchange() async throws {
        let reply = try await serving([SharesModel()], testConfiguration(token: "abc")) { address in
            try await HTTPClient(address, token: "abc").post(
                infer, json: Array(sharesBody().utf8), fields: [("X-Test", "1")])
        }
        #expect(reply.status == 200)
        #expect(reply.field("content-type") == "application/json")
        #expect(reply.field("nothing") == nil)
        #expect(reply.text.hasPrefix(#"{"model_name":"shares""#))
    }

    @Test("Says that nothing answers")
    func refused() async throws {
        let port = try await serving { $0.port }
        let client = HTTPClient(ServerAddress(host: "127.0.0.1", port: port))
        let error = await #expect(throws: BancadaError.self) { try await client.get("/health") }
        #expect(error?.code == .unavailable)
        #expect(error?.message == "nothing answers at http://127.0.0.1:\(port)")
    }

    @Test("Gives up when the answer takes too long, is too large, or is not wanted any more")
    func limits() async throws {
        let model = HeldModel()
        try await serving([model]) { address in
            let body = Array(sharesBody().utf8)
            let hasty = HTTPClient(address, timeout: .milliseconds(100))
            let late = await #expect(throws: BancadaError.self) {
                try await hasty.post("/v2/models/held/infer", json: body)
            }
            #expect(late?.code == .timeout)
            let small = HTTPClient(address, maximumBody: 10)
            let large = await #expect(throws: BancadaError.self) { try await small.get("/v2") }
            #expect(
                large?.message == "the answer is larger than the 10 bytes that are allowed")
            let waiting = Task {
                try await HTTPClient(address).post("/v2/models/held/infer", json: body)
            }
            waiting.cancel()
            let cancelled = await #expect(throws: BancadaError.self) { try await waiting.value }
            #expect(cancelled?.code == .cancelled)
            for _ in 0..<2 { model.release() }
        }
    }

    @Test("Names IPv6 hosts in brackets")
    func versionSix() async throws {
        let reply = try await serving([], testConfiguration(host: "::1")) { address in
            try await HTTPClient(address).get("/health")
        }
        #expect(reply.text == "OK")
    }
}
