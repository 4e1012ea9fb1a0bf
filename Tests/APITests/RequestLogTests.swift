import API
import Synchronization
import Testing
import Workbench

@Suite("The log of requests")
struct RequestLogTests {
    /// Collects what a server tells.
    private final class Lines: Sendable {
        private let lines = Mutex<[AnsweredRequest]>([])

        var all: [AnsweredRequest] { lines.withLock { $0 } }

        func add(_ line: AnsweredRequest) { lines.withLock { $0.append(line) } }
    }

    private func logging(
        _ body: (ServerAddress) async throws -> Void
    ) async throws -> [AnsweredRequest] {
        let lines = Lines()
        var configuration = testConfiguration()
        configuration.requestLog = { lines.add($0) }
        try await serving([SharesModel()], configuration, body)
        return lines.all
    }

    @Test("Tells of every request once, in whatever way it is answered")
    func everyWay() async throws {
        let lines = try await logging { address in
            let client = HTTPClient(address)
            let body = Array(sharesBody().utf8)
            _ = try await client.get("/health?secret=1")
            _ = try await client.get("/nothing")
            _ = try await client.post("/v2/models/shares/infer", json: body)
            _ = try await client.post("/v2/models/%73hares/infer", json: body)
        }
        #expect(lines.map(\.status) == [200, 404, 200, 200])
        #expect(
            lines.map(\.path) == [
                "/health", "/nothing", "/v2/models/shares/infer", "/v2/models/%73hares/infer",
            ])
        #expect(lines.map(\.method) == ["GET", "GET", "POST", "POST"])
        // The same answer by either way.
        #expect(lines[2].bytes == lines[3].bytes && lines[2].bytes > 0)
        #expect(lines.allSatisfy { $0.time == testClock.now() && $0.milliseconds >= 0 })
    }

    @Test("Tells of what is refused at the door, and of what is no request")
    func refused() async throws {
        let lines = try await logging { address in
            for text in [get("/health", host: "elsewhere.example"), "nonsense\r\n\r\n"] {
                try await RawConnection.open(address) { connection in
                    try await connection.write(text)
                    _ = try await connection.reply()
                }
            }
        }
        #expect(lines.map(\.status) == [403, 400])
        #expect(lines.map(\.path) == ["/health", ""])
    }
}
