import API
import Inference
import ServiceLifecycle
import Testing
import Workbench

@Suite("Start and stop of a server")
struct LifecycleTests {
    @Test("Answers the request that runs, refuses new connections, and ends")
    func drain() async throws {
        let model = HeldModel()
        let server = try BancadaServer(
            testConfiguration(), repository: repository([model]), logger: quietLogger)
        let services = ServiceGroup(services: [server], logger: quietLogger)
        try await withThrowingTaskGroup(of: HTTPReply?.self) { group in
            group.addTask {
                try await services.run()
                return nil
            }
            let client = HTTPClient(try await server.address())
            group.addTask {
                try await client.post("/v2/models/held/infer", json: Array(sharesBody().utf8))
            }
            try await eventually { model.startedCount == 1 }
            await services.triggerGracefulShutdown()
            try await eventually {
                do {
                    _ = try await client.get("/health")
                    return false
                } catch { return true }
            }
            model.release()
            let replies = try await [group.next(), group.next()].compactMap { $0 ?? nil }
            #expect(replies.map(\.status) == [200])
            #expect(replies.first?.field("Connection") == "close")
        }
    }

    @Test("Stops in one piece while connections come in", arguments: 1...20)
    func stopUnderLoad(_: Int) async throws {
        let server = try BancadaServer(
            testConfiguration(), repository: repository([SharesModel()]), logger: quietLogger)
        let services = ServiceGroup(services: [server], logger: quietLogger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            let client = HTTPClient(try await server.address(), timeout: .seconds(5))
            for _ in 0..<4 {
                group.addTask {
                    // Until the server is gone: then nothing answers, or the connection breaks.
                    while (try? await client.get("/health")) != nil {}
                }
            }
            try await eventually { (try? await client.get("/health")) != nil }
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }

    @Test("Closes idle connections at once when it stops")
    func idle() async throws {
        let server = try BancadaServer(
            testConfiguration(), repository: repository([]), logger: quietLogger)
        let services = ServiceGroup(services: [server], logger: quietLogger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            try await RawConnection.open(server.address()) { connection in
                try await connection.write(get("/health"))
                #expect(try await connection.reply()?.status == 200)
                await services.triggerGracefulShutdown()
                #expect(try await connection.isClosed())
            }
            try await group.waitForAll()
        }
    }

    @Test("Gives up what does not end in time when it stops")
    func drainTimeout() async throws {
        var limits = ServingLimits()
        limits.drainTimeout = .milliseconds(150)
        try await serving([SharesModel()], testConfiguration(limits)) { address in
            // The rest of the body never comes; leaving the server must not wait for it.
            let channel = try await OpenSocket(address)
            try await channel.write(String(post("/v2/models/shares/infer", "xxxx").dropLast(2)))
        }
    }

    @Test("Says that a port is in use")
    func portInUse() async throws {
        try await serving { address in
            var configuration = testConfiguration()
            configuration.port = address.port
            let server = try BancadaServer(
                configuration, repository: ModelRepository(), logger: quietLogger)
            let services = ServiceGroup(services: [server], logger: quietLogger)
            let message = "port \(address.port) on 127.0.0.1 is in use"
            let failure = await #expect(throws: BancadaError.self) { try await services.run() }
            #expect(failure?.code == .unavailable)
            #expect(failure?.message == message)
            #expect(failure?.hint == "stop the other program or choose another port with --port")
            let waiting = await #expect(throws: BancadaError.self) { try await server.address() }
            #expect(waiting?.message == message)
        }
    }

    @Test(
        "Says that a host is not this machine", arguments: ["203.0.113.7", "no.such.host.invalid"])
    func badHost(host: String) async throws {
        let failure = await #expect(throws: BancadaError.self) {
            try await serving([], testConfiguration(token: "x", host: host)) { _ in }
        }
        #expect(failure?.code == .invalidInput)
        #expect(failure?.message == "\"\(host)\" is not an address of this machine")
    }

    @Test("Passes on the error of what it serves, and its value")
    func values() async throws {
        struct Failure: Error {}
        await #expect(throws: Failure.self) {
            try await serving { _ in throw Failure() }
        }
        #expect(try await serving { $0.host } == "127.0.0.1")
        #expect(ServerAddress(host: "::1", port: 80).url == "http://[::1]:80")
        #expect(ServerAddress(host: "localhost", port: 8080).url == "http://localhost:8080")
    }

    @Test("Serves what is published while it runs, and no longer what is withdrawn")
    func swapping() async throws {
        let repository = ModelRepository()
        try await withServer(testConfiguration(), repository: repository, logger: quietLogger) {
            address in
            let client = HTTPClient(address)
            let body = Array(sharesBody("1,2,5").utf8)
            func ask(_ path: String = "/v2/models/shares/infer") async throws -> String {
                let text = try await client.post(path, json: body).text
                return String(text.prefix(46))
            }
            #expect(try await ask().hasPrefix(#"{"error":"model \"shares\" is not served"#))
            try repository.publish(SharesModel(version: "9"))
            try repository.publish(SharesModel(version: "10"))
            #expect(try await ask().contains(#""model_version":"10""#))
            try repository.prefer(version: "9", of: "shares")
            #expect(try await ask().contains(#""model_version":"9""#))
            repository.withdraw(name: "shares", version: "9")
            #expect(try await ask().contains(#""model_version":"10""#))
            repository.withdraw(name: "shares")
            #expect(try await ask().hasPrefix(#"{"error":"model \"shares\" is not served"#))
        }
    }
}
