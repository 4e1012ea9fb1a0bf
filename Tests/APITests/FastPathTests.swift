import API
import Testing
import Workbench

@Suite("The fast path")
struct FastPathTests {
    /// The same model by a path that the fast path leaves to the router.
    private let fast = "/v2/models/shares/infer"
    private let ordinary = "/v2/models/%73hares/infer"

    @Test("Gives the same answer as the router to whatever is sent", arguments: 1...4)
    func fuzz(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        try await serving([SharesModel(), EchoModel()]) { address in
            for _ in 0..<400 {
                let model = Bool.random(using: &generator) ? "shares" : "echo"
                let body = FuzzedRequest.make(using: &generator)
                let client = HTTPClient(address)
                let escaped = model == "shares" ? "%73hares" : "%65cho"
                async let first = client.post("/v2/models/\(model)/infer", json: body)
                async let second = client.post("/v2/models/\(escaped)/infer", json: body)
                let (left, right) = try await (first, second)
                let comment: Comment = "seed \(seed): \(String(decoding: body, as: UTF8.self))"
                #expect(left.status == right.status, comment)
                #expect(left.text == right.text, comment)
                #expect(left.field("Content-Type") == right.field("Content-Type"), comment)
                #expect([200, 400].contains(left.status), comment)
            }
        }
    }

    @Test("Counts like the router", arguments: [true, false])
    func metrics(isFast: Bool) async throws {
        try await serving { address in
            let client = HTTPClient(address)
            let body = Array(sharesBody("1,2,3,4,5,6", rows: 2).utf8)
            let bad = Array(sharesBody("1,2", rows: 2).utf8)
            #expect(try await client.post(isFast ? fast : ordinary, json: body).status == 200)
            #expect(try await client.post(isFast ? fast : ordinary, json: bad).status == 400)
            let page = try await client.get("/metrics").text
            let labels = #"{route="/v2/models/{model}/infer",model="shares","#
            #expect(page.contains("bancada_http_requests_total\(labels)status=\"2xx\"} 1\n"))
            #expect(page.contains("bancada_http_requests_total\(labels)status=\"4xx\"} 1\n"))
            #expect(page.contains(#"bancada_rows_predicted_total{model="shares"} 2"# + "\n"))
            #expect(page.contains("bancada_http_requests_in_flight 1\n"))
        }
    }

    @Test("Leaves heavy models and unknown ones to the router")
    func heavy() async throws {
        let models = [SharesModel(name: "heavy", operationsPerRow: 1_000_000_000)]
        try await serving(models) { address in
            let client = HTTPClient(address)
            let body = Array(sharesBody("1,2,5").utf8)
            let statuses = [
                try await client.post("/v2/models/heavy/infer", json: body).status,
                try await client.post("/v2/models/none/infer", json: body).status,
                try await client.post("/v2/models/heavy/versions/2/infer", json: body).status,
            ]
            #expect(statuses == [200, 404, 404])
        }
    }
}
