import API
import Foundation
import Synchronization
import Testing
import Workbench

@Suite("The artifact proxy")
struct ArtifactRoutesTests {
    private let root = "/api/2.0/mlflow-artifacts/artifacts"

    /// A folder that is gone afterwards.
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "/bancada-api-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    @Test("Takes files, lists them, gives them back and deletes them")
    func files() async throws {
        try await withFolder { folder in
            try await serving([], tracking: MemoryTracking(folder: folder)) { address in
                let client = HTTPClient(address)
                let path = "\(root)/0/r/artifacts/a%20b%20%C3%BC.bin"
                #expect(try await client.get(path).status == 404)
                let put = try await client.send("PUT", path, body: Array(0...255))
                #expect(put.status == 200)
                #expect(put.text == "{}")
                let empty = try await client.send("PUT", "\(root)/0/r/artifacts/sub/empty.txt")
                #expect(empty.status == 200)

                let list = try await client.get("\(root)?path=0%2Fr%2Fartifacts")
                #expect(
                    list.text
                        == #"{"files":[{"path":"a b ü.bin","is_dir":false,"file_size":256},"#
                        + #"{"path":"sub","is_dir":true}]}"#)
                let file = try await client.get("\(root)?path=0/r/artifacts/sub/empty.txt")
                #expect(file.text == "{}")

                let reply = try await client.get(path)
                #expect(reply.status == 200)
                #expect(reply.body == Array(0...255))
                #expect(reply.field("content-length") == "256")
                #expect(reply.field("content-type") == "application/octet-stream")
                #expect(
                    reply.field("content-disposition")
                        == "attachment; filename*=UTF-8''a%20b%20%C3%BC.bin")
                #expect(reply.field("x-content-type-options") == "nosniff")
                let nothing = try await client.get("\(root)/0/r/artifacts/sub/empty.txt")
                #expect(nothing.status == 200)
                #expect(nothing.body.isEmpty)
                #expect(nothing.field("content-type") == "text/plain")

                let delete = try await client.send("DELETE", "\(root)/0/r/artifacts/sub")
                #expect(delete.text == "{}")
                #expect(
                    try await client.get("\(root)/0/r/artifacts/sub/empty.txt").status == 404)
            }
        }
    }

    @Test("Lists a run's files by their paths below the run")
    func runListing() async throws {
        let memory = MemoryTracking()
        let run = try await memory.stores.runs.createRun(
            NewRun(
                id: memory.stores.makeRunID(), kind: .external, experiment: .standard, user: "u",
                startTime: testClock.now()))
        let file = try ArtifactPath("0/\(run.id.text)/artifacts/plots/roc.svg")
        memory.state.withLock { $0.files[file] = [1] }
        try await expect(
            [
                TrackingCall(
                    "GET", "artifacts/list?run_id=\(run.id.text)&path=plots",
                    #"{"root_uri":"mlflow-artifacts:/0/\#(run.id.text)/artifacts","#
                        + #""files":[{"path":"plots/roc.svg","is_dir":false,"file_size":1}]}"#),
                TrackingCall(
                    "GET", "artifacts/list?run_id=\(run.id.text)&path=../x", status: 400,
                    trackingError(
                        "INVALID_PARAMETER_VALUE",
                        #"invalid path "../x" (hint: use a relative path without '.', '..' and "#
                            + "control characters)")),
            ], of: memory)
    }

    @Test(
        "Refuses paths that lead elsewhere",
        arguments: [
            ("GET", "/0/../../etc/passwd"), ("GET", "/..%2f..%2fetc"), ("PUT", "/0/%2e%2e/x"),
            ("PUT", "/%2Fetc%2Fpasswd"), ("PUT", "//etc/passwd"), ("DELETE", "/a%00b"),
            ("PUT", "/a/%zz"),
            ("GET", "?path=../.."), ("GET", "?path=%2Fetc"), ("GET", "?path=a%00b"),
            ("PUT", "/0/..%5C..%5Cx"),
        ])
    func paths(method: String, path: String) async throws {
        let memory = MemoryTracking()
        let reply = try await serving([], tracking: memory) {
            try await HTTPClient($0).send(method, root + path, body: method == "PUT" ? [1] : [])
        }
        #expect(reply.status == 400)
        #expect(
            reply.text.hasPrefix(
                #"{"error_code":"INVALID_PARAMETER_VALUE","message":"invalid path"#))
        #expect(memory.state.withLock { $0.files.isEmpty && $0.uploadsOpen == 0 })
    }

    @Test("Takes an upload in chunks, however large, without keeping to the limit of other bodies")
    func chunked() async throws {
        var limits = ServingLimits()
        limits.bodyBytes = 1_000
        let memory = MemoryTracking()
        try await serving([], testConfiguration(limits), tracking: memory) { address in
            try await RawConnection.open(address) { connection in
                try await connection.write(
                    "PUT \(root)/0/r/artifacts/big HTTP/1.1\r\nHost: localhost\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n")
                let chunk = String(repeating: "x", count: 4_096)
                for _ in 0..<600 { try await connection.write("1000\r\n\(chunk)\r\n") }
                try await connection.write("0\r\n\r\n")
                #expect(try await connection.reply()?.status == 200)
                // The connection goes on.
                try await connection.write(get("/health"))
                #expect(try await connection.reply()?.body == "OK")
            }
        }
        let file = try ArtifactPath("0/r/artifacts/big")
        #expect(memory.state.withLock { $0.files[file]?.count } == 600 * 4_096)
    }

    @Test("Leaves nothing of an upload that breaks off")
    func brokenOff() async throws {
        let memory = MemoryTracking()
        try await serving([], tracking: memory) { address in
            try await RawConnection.open(address) { connection in
                try await connection.write(
                    "PUT \(root)/0/r/artifacts/big HTTP/1.1\r\nHost: localhost\r\n"
                        + "Content-Length: 5000000\r\n\r\n")
                try await connection.write(String(repeating: "x", count: 2_000_000))
                try await eventually { memory.state.withLock { $0.uploadsOpen } == 1 }
            }
            try await eventually { memory.state.withLock { $0.uploadsCancelled } == 1 }
        }
        #expect(memory.state.withLock { $0.files.isEmpty && $0.uploadsOpen == 0 })
    }

    @Test("Refuses an upload beyond its limit, by its length and once it is too long")
    func limit() async throws {
        var limits = ServingLimits()
        limits.uploadBytes = 1_000
        let memory = MemoryTracking()
        let answer = trackingError(
            "BAD_REQUEST", "the body is larger than the 1000 bytes that are allowed")
        try await serving([], testConfiguration(limits), tracking: memory) { address in
            for field in ["Content-Length: 1001", "Transfer-Encoding: chunked"] {
                try await RawConnection.open(address) { connection in
                    try await connection.write(
                        "PUT \(root)/0/r/artifacts/big HTTP/1.1\r\nHost: localhost\r\n"
                            + "\(field)\r\n\r\n3e9\r\n" + String(repeating: "x", count: 1_001)
                            + "\r\n")
                    let reply = try await connection.reply()
                    #expect(reply?.status == 413)
                    #expect(reply?.body == answer)
                }
            }
        }
        #expect(memory.state.withLock { $0.files.isEmpty && $0.uploadsOpen == 0 })
    }

    @Test(
        "Gives back the range of a file that is asked for",
        arguments: [
            ("bytes=0-1", 206, "01", "bytes 0-1/10"), ("bytes=8-", 206, "89", "bytes 8-9/10"),
            ("bytes=-3", 206, "789", "bytes 7-9/10"), ("bytes=8-99", 206, "89", "bytes 8-9/10"),
            ("bytes=0-1,3-4", 200, "0123456789", nil), ("lines=1-2", 200, "0123456789", nil),
            ("bytes=5-2", 200, "0123456789", nil),
        ])
    func range(field: String, status: Int, body: String, range: String?) async throws {
        try await withFolder { folder in
            let memory = MemoryTracking(folder: folder)
            let file = try ArtifactPath("0/r/artifacts/x.txt")
            memory.state.withLock { $0.files[file] = Array("0123456789".utf8) }
            let reply = try await serving([], tracking: memory) {
                try await HTTPClient($0).send(
                    "GET", "\(root)/0/r/artifacts/x.txt", fields: [("Range", field)])
            }
            #expect(reply.status == status)
            #expect(reply.text == body)
            #expect(reply.field("content-range") == range)
        }
    }

    @Test("Says the size of a file that a range is behind, and answers HEAD without the bytes")
    func outside() async throws {
        try await withFolder { folder in
            let memory = MemoryTracking(folder: folder)
            let file = try ArtifactPath("0/r/artifacts/x.txt")
            memory.state.withLock { $0.files[file] = Array("0123456789".utf8) }
            try await serving([], tracking: memory) { address in
                let path = "\(root)/0/r/artifacts/x.txt"
                let reply = try await HTTPClient(address).send(
                    "GET", path, fields: [("Range", "bytes=10-")])
                #expect(reply.status == 416)
                #expect(reply.field("content-range") == "bytes */10")
                try await RawConnection.open(address) { connection in
                    try await connection.write("HEAD \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    let head = try await connection.reply(withoutBody: true)
                    #expect(head?.status == 200)
                    #expect(head?.fields["content-length"] == "10")
                }
            }
        }
    }
}
