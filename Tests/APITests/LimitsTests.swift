import API
import Inference
import Testing
import Workbench

@Suite("Limits of a server")
struct LimitsTests {
    private let infer = "/v2/models/shares/infer"

    private func limits(_ change: (inout ServingLimits) -> Void) -> ServingConfiguration {
        var limits = ServingLimits()
        change(&limits)
        return testConfiguration(limits)
    }

    @Test(
        "Refuses a large body by its length, and a chunked one once it is too long",
        arguments: ["/v2/models/shares/infer", "/v1/models/shares:predict"])
    func body(path: String) async throws {
        try await serving([SharesModel()], limits { $0.bodyBytes = 1_000 }) { address in
            let text = String(repeating: " ", count: 1_001)
            try await RawConnection.open(address) { connection in
                try await connection.write(post(path, text))
                let reply = try await connection.reply()
                #expect(reply?.status == 413)
                #expect(
                    reply?.body
                        == #"{"error":"the body is larger than the 1000 bytes that are allowed"}"#)
                #expect(try await connection.isClosed())
            }
            try await RawConnection.open(address) { connection in
                try await connection.write(
                    "POST \(path) HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                )
                for _ in 0..<3 {
                    try await connection.write("1f4\r\n\(text.prefix(500))\r\n")
                }
                let reply = try await connection.reply()
                #expect(reply?.status == 413)
                #expect(reply?.fields["connection"] == "close")
                try await connection.closeOutput()
                #expect(try await connection.isClosed())
            }
        }
    }

    @Test("Refuses more rows or elements than are allowed, on every route")
    func rows() async throws {
        let configuration = limits { $0.inference = InferenceLimits(rows: 2, elements: 8) }
        try await serving([SharesModel(), EchoModel()], configuration) { address in
            let client = HTTPClient(address)
            let two = sharesBody("1,2,3,4,5,6", rows: 2)
            #expect(try await client.post(infer, json: Array(two.utf8)).status == 200)
            let three = sharesBody("1,2,3,4,5,6,7,8,9", rows: 3)
            let reply = try await client.post(infer, json: Array(three.utf8))
            #expect(reply.status == 413)
            #expect(
                reply.text
                    == #"{"error":"the request has 3 rows, more than the 2 that are allowed "#
                    + #"(hint: send fewer rows at once)"}"#)
            let instances = #"{"instances":[[1,2,3],[1,2,3],[1,2,3]]}"#
            let predict = try await client.post(
                "/v1/models/shares:predict", json: Array(instances.utf8))
            #expect(predict.status == 413)
            let wide =
                #"{"inputs":[{"name":"x","shape":[1,9],"datatype":"INT8","#
                + #""data":[1,2,3,4,5,6,7,8,9]}]}"#
            let elements = try await client.post("/v2/models/echo/infer", json: Array(wide.utf8))
            #expect(elements.status == 413)
        }
    }

    @Test("Refuses a head that is too large, and a path that is too long")
    func head() async throws {
        try await serving([SharesModel()], limits { $0.headBytes = 4_096 }) { address in
            try await RawConnection.open(address) { connection in
                let field = "X: " + String(repeating: "x", count: 5_000)
                try await connection.write(get("/health", fields: [field]))
                #expect(try await connection.reply()?.status == 431)
            }
        }
        try await serving { address in
            try await RawConnection.open(address) { connection in
                try await connection.write(get("/" + String(repeating: "x", count: 9_000)))
                #expect(try await connection.reply()?.status == 414)
            }
        }
    }

    @Test("Names a content encoding it does not read")
    func encoding() async throws {
        let reply = try await serving { address in
            try await HTTPClient(address).post(
                infer, json: [1], fields: [("Content-Encoding", "gzip")])
        }
        #expect(reply.status == 415)
        #expect(reply.text.hasPrefix(#"{"error":"the content encoding \"gzip\" is not supported"#))
    }

    @Test("Closes a connection that says nothing")
    func silence() async throws {
        let configuration = limits { $0.idleTimeout = .milliseconds(150) }
        try await serving([SharesModel()], configuration) { address in
            try await RawConnection.open(address) { connection in
                let isClosed = try await connection.isClosed()
                #expect(isClosed)
            }
            try await RawConnection.open(address) { connection in
                try await connection.write("GET /health HTTP/1.1\r\nHost: loc")
                #expect(try await connection.isClosed())
            }
        }
    }

    @Test("Closes a connection whose body does not come")
    func slowness() async throws {
        let configuration = limits { $0.bodyTimeout = .milliseconds(150) }
        try await serving([SharesModel()], configuration) { address in
            try await RawConnection.open(address) { connection in
                try await connection.write(String(post(infer, sharesBody()).dropLast()))
                #expect(try await connection.reply()?.status == 408)
                #expect(try await connection.isClosed())
            }
            try await RawConnection.open(address) { connection in
                try await connection.write(
                    String(post("/v1/models/shares:predict", sharesBody()).dropLast()))
                #expect(try await connection.isClosed())
            }
        }
    }

    @Test("Lets further connections wait until one of those that are open closes")
    func connections() async throws {
        try await serving([SharesModel()], limits { $0.connections = 1 }) { address in
            try await withThrowingTaskGroup(of: RawReply?.self) { group in
                try await RawConnection.open(address) { first in
                    try await first.write(get("/health"))
                    #expect(try await first.reply()?.status == 200)
                    group.addTask {
                        try await RawConnection.open(address) { second in
                            try await second.write(get("/version"))
                            return try await second.reply()
                        }
                    }
                    // The first goes on being answered while the second waits.
                    for _ in 0..<20 {
                        try await first.write(get("/metrics"))
                        let page = try await first.reply()?.body ?? ""
                        #expect(page.contains(#"route="/health""#))
                        #expect(!page.contains(#"route="/version""#))
                    }
                }
                let reply = try await group.next() ?? nil
                #expect(reply?.body == "1.2.3")
            }
        }
    }

    @Test("Lets a bounded number of heavy requests run and wait, and refuses the rest with 503")
    func overload() async throws {
        let model = HeldModel()
        let configuration = limits {
            $0.heavyRequests = 1
            $0.heavyQueue = 1
        }
        try await serving([model, SharesModel()], configuration) { address in
            let client = HTTPClient(address)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        try await client.post(
                            "/v2/models/held/infer", json: Array(sharesBody().utf8)
                        ).status
                    }
                }
                // The first to end is the one that found the queue full; light models go on.
                #expect(try await group.next() == 503)
                try await eventually { model.startedCount == 1 }
                let light = try await client.post(infer, json: Array(sharesBody().utf8))
                #expect(light.status == 200)
                let refused = try await client.post(
                    "/v1/models/held:predict", json: Array(#"{"instances":[1]}"#.utf8))
                #expect(refused.status == 503)
                #expect(refused.field("Retry-After") == "1")
                model.release()
                model.release()
                #expect(try await group.next() == 200)
                #expect(try await group.next() == 200)
            }
        }
    }
}
