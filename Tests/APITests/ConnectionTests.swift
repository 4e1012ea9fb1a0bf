import API
import Testing
import Workbench

@Suite("Connections")
struct ConnectionTests {
    private let infer = "/v2/models/shares/infer"
    private let answer =
        #"{"model_name":"shares","model_version":"1","outputs":["#
        + #"{"name":"output-0","datatype":"BYTES","shape":[1],"data":["c"]},"#
        + #"{"name":"probabilities","datatype":"FP64","shape":[1,3],"data":[0.125,0.25,0.625]}]}"#

    @Test("Answers pipelined requests in their order, whoever answers each")
    func pipelining() async throws {
        try await serving { address in
            try await RawConnection.open(address) { connection in
                var requests = ""
                for number in 0..<50 {
                    let id = #","id":"\#(number)""#
                    // Every third goes through the router, for its nested data.
                    let cells = number % 3 == 0 ? "[1,2,5]" : "1,2,5"
                    requests += post(infer, sharesBody(cells, more: id))
                    if number % 5 == 0 { requests += get("/health") }
                }
                try await connection.write(requests)
                for number in 0..<50 {
                    let reply = try await connection.reply()
                    #expect(reply?.body.contains(#""id":"\#(number)""#) == true)
                    if number % 5 == 0 {
                        #expect(try await connection.reply()?.body == "OK")
                    }
                }
            }
        }
    }

    @Test("Takes a body in pieces and a chunked one")
    func pieces() async throws {
        try await serving { address in
            try await RawConnection.open(address) { connection in
                for character in post(infer, sharesBody("1,2,5")) {
                    try await connection.write(String(character))
                }
                #expect(try await connection.reply()?.body == answer)
                let body = sharesBody("1,2,5")
                let half = body.prefix(20)
                let rest = body.dropFirst(20)
                try await connection.write(
                    "POST \(infer) HTTP/1.1\r\nHost: localhost\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n"
                        + "\(String(half.utf8.count, radix: 16))\r\n\(half)\r\n"
                        + "\(String(rest.utf8.count, radix: 16))\r\n\(rest)\r\n0\r\n\r\n")
                #expect(try await connection.reply()?.body == answer)
            }
        }
    }

    @Test(
        "Says that it goes on before the body when asked",
        arguments: ["/v2/models/shares/infer", "/v2/models/shares/versions/1/infer"])
    func expectation(path: String) async throws {
        try await serving { address in
            try await RawConnection.open(address) { connection in
                let body = sharesBody("1,2,5")
                try await connection.write(
                    "POST \(path) HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                        + "Content-Length: \(body.utf8.count)\r\n\r\n")
                #expect(try await connection.reply()?.status == 100)
                try await connection.write(body)
                #expect(try await connection.reply()?.body == answer)
            }
        }
    }

    @Test("Refuses a body that is too large before it is sent")
    func expectationRefused() async throws {
        try await serving { address in
            try await RawConnection.open(address) { connection in
                try await connection.write(
                    "POST \(infer) HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                        + "Content-Length: 99999999\r\n\r\n")
                #expect(try await connection.reply()?.status == 413)
                #expect(try await connection.isClosed())
            }
        }
    }

    @Test(
        "Closes after the answer when the client wants it, and keeps HTTP/1.0 open when asked",
        arguments: [
            ("1.1", ["Connection: close"], "close"), ("1.0", [], "close"),
            ("1.0", ["Connection: keep-alive"], "keep-alive"),
        ])
    func closing(version: String, fields: [String], connectionField: String) async throws {
        for cells in ["1,2,5", "[1,2,5]"] {
            try await serving { address in
                try await RawConnection.open(address) { connection in
                    let request = post(infer, sharesBody(cells), version: version, fields: fields)
                    try await connection.write(request)
                    let reply = try await connection.reply()
                    #expect(reply?.body == answer)
                    #expect(reply?.fields["connection"] == connectionField)
                    if connectionField == "close" {
                        #expect(try await connection.isClosed())
                    } else {
                        try await connection.write(request)
                        #expect(try await connection.reply()?.body == answer)
                    }
                }
            }
        }
    }

    @Test("Answers what was whole when the client has stopped sending")
    func halfClosed() async throws {
        try await serving { address in
            for cells in ["1,2,5", "[1,2,5]"] {
                try await RawConnection.open(address) { connection in
                    try await connection.write(post(infer, sharesBody(cells)) + get("/health"))
                    try await connection.closeOutput()
                    #expect(try await connection.reply()?.body == answer)
                    #expect(try await connection.reply()?.body == "OK")
                    #expect(try await connection.isClosed())
                }
            }
        }
    }

    @Test("Gives a large answer whole to a client that has stopped sending and reads late")
    func largeAnswer() async throws {
        try await serving([EchoModel()]) { address in
            try await RawConnection.open(address) { connection in
                let count = 3_000_000
                let data = [String](repeating: "7", count: count).joined(separator: ",")
                let body =
                    #"{"inputs":[{"name":"x","shape":[1,\#(count)],"datatype":"INT8","data":[\#(data)]}]}"#
                try await connection.write(
                    post("/v2/models/echo/infer", body, fields: ["Connection: close"]))
                try await connection.closeOutput()
                try await Task.sleep(for: .milliseconds(100))
                let reply = try await connection.reply()
                #expect(reply?.status == 200)
                #expect(reply?.body.hasSuffix("7,7,7]}]}") == true)
                #expect(try await connection.isClosed())
            }
        }
    }

    @Test("Forgets a request whose client goes away in the middle of it")
    func brokenOff() async throws {
        let model = HeldModel()
        try await serving([SharesModel(), model]) { address in
            for path in [infer, "/v2/models/held/infer", "/v1/models/shares:predict"] {
                let whole = Array(post(path, sharesBody("[1,2,5]") + "       ").utf8)
                for length in [20, 60, whole.count - 3] {
                    try await RawConnection.open(address) { connection in
                        try await connection.write(
                            String(decoding: whole.prefix(length), as: UTF8.self))
                    }
                }
            }
            let page = try await HTTPClient(address).get("/metrics").text
            #expect(page.contains("bancada_http_requests_in_flight "))
            #expect(model.startedCount == 0, "a part of a body is no body")
            #expect(try await HTTPClient(address).get("/health").status == 200)
        }
    }

    @Test(
        "Answers what is not HTTP with 400 and closes",
        arguments: [
            "nonsense\r\n\r\n", "GET / HTTP/3.0\r\n\r\n", "GET /\r\n\r\n",
            "POST /v2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
            "POST /v2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n",
        ])
    func malformed(request: String) async throws {
        try await serving { address in
            try await RawConnection.open(address) { connection in
                try await connection.write(request)
                #expect(try await connection.reply()?.status == 400)
                #expect(try await connection.isClosed())
            }
            // After a good request its answer comes first.
            for good in [get("/health"), post(infer, sharesBody("1,2,5"))] {
                try await RawConnection.open(address) { connection in
                    try await connection.write(good + request)
                    #expect(try await connection.reply()?.status == 200)
                    #expect(try await connection.reply()?.status == 400)
                    #expect(try await connection.isClosed())
                }
            }
        }
    }

    @Test("Survives any bytes, and blames the client for them", arguments: 1...4)
    func garbage(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let whole = [
            get("/health"), get("/v2/models/shares"), post(infer, sharesBody("1,2,5")),
            post("/v1/models/shares:predict", #"{"instances":[[1,2,5]]}"#),
            "POST \(infer) HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\n{\"inp\r\n0\r\n\r\n",
        ]
        try await serving { address in
            for _ in 0..<150 {
                var bytes: [UInt8] = []
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    bytes += whole[Int.random(in: 0..<whole.count, using: &generator)].utf8
                }
                for _ in 0..<Int.random(in: 0...3, using: &generator) {
                    let place = Int.random(in: 0..<bytes.count, using: &generator)
                    bytes[place] = UInt8.random(in: 0...255, using: &generator)
                }
                let text = String(decoding: bytes, as: UTF8.self)
                try await RawConnection.open(address) { connection in
                    try await connection.write(bytes)
                    try await connection.closeOutput()
                    while let reply = try await connection.reply() {
                        #expect((200..<500).contains(reply.status), "seed \(seed): \(text)")
                    }
                    let isClosed = try await connection.isClosed()
                    #expect(isClosed, "seed \(seed): \(text)")
                }
            }
        }
    }

    @Test("Answers a proposal of another protocol in HTTP/1.1, once")
    func upgrade() async throws {
        try await serving { address in
            try await RawConnection.open(address) { connection in
                try await connection.write(
                    get("/health", fields: ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c"]))
                let reply = try await connection.reply()
                #expect(reply?.body == "OK")
                #expect(reply?.fields["connection"] == "close")
                #expect(try await connection.isClosed())
            }
        }
    }

    @Test(
        "Refuses methods that are for proxies",
        arguments: ["CONNECT localhost:1 HTTP/1.1", "TRACE / HTTP/1.1"])
    func proxyMethods(line: String) async throws {
        try await serving { address in
            try await RawConnection.open(address) { connection in
                try await connection.write("\(line)\r\nHost: localhost\r\n\r\n")
                #expect(try await connection.reply()?.status == 405)
            }
        }
    }

    @Test("Answers sixteen clients at once, each its own")
    func concurrency() async throws {
        try await serving { address in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<16 {
                    group.addTask {
                        try await RawConnection.open(address) { connection in
                            for number in 0..<100 {
                                let id = "\(client)-\(number)"
                                let cells = number % 4 == 0 ? "[1,2,5]" : "1,2,5"
                                let more = #","id":"\#(id)""#
                                try await connection.write(
                                    post(infer, sharesBody(cells, more: more)))
                                let reply = try await connection.reply()
                                #expect(reply?.body.contains(#""id":"\#(id)""#) == true)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let page = try await HTTPClient(address).get("/metrics").text
            #expect(page.contains(#"bancada_rows_predicted_total{model="shares"} 1600"#))
            #expect(
                page.contains(
                    #"bancada_http_requests_total{route="/v2/models/{model}/infer","#
                        + #"model="shares",status="2xx"} 1600"#))
        }
    }
}
