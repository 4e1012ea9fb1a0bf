import Documents
import Workbench

/// The checks that drive a plugin's program line by line.
struct WireChecks {
    let manifest: PluginManifest
    let settings: PluginSettings
    private(set) var checks: [ConformanceCheck] = []
    private var concurrency = 1

    init(_ manifest: PluginManifest, settings: PluginSettings) {
        self.manifest = manifest
        self.settings = settings
    }

    /// Runs the checks with one process; `work` is a request that takes a moment, for cancelling.
    ///
    /// - Returns: whether the plugin starts at all.
    mutating func run(cancelling work: (any PluginCall)?) async -> Bool {
        let transport: ProcessTransport
        do {
            transport = try await ProcessTransport.start(
                try await settings.command(manifest), of: manifest, settings: settings)
        } catch {
            add(
                "start", .failed, "it cannot be started: \((error as? BancadaError)?.message ?? "")"
            )
            return false
        }
        add("start", .ok, "started \(manifest.command.joined(separator: " "))")
        let start = WireProbe(transport, limit: settings.startLimit)
        let probe = WireProbe(transport, limit: settings.answerLimit)
        guard await initialize(start) else {
            transport.stop(grace: .zero)
            _ = await transport.ending(within: .zero)
            return false
        }
        let order: [(String, (WireProbe) async -> (Bool, String))] = [
            ("unknown method", unknownMethod), ("malformed line", malformedLine),
            ("over-long line", overlongLine), ("two requests", twoRequests),
            ("cancel of nothing", strayCancel),
        ]
        for (name, check) in order where !Task.isCancelled {
            let (isFine, detail) = await check(probe)
            add(name, isFine ? .ok : .failed, detail)
        }
        if let work {
            let (isFine, detail) = await cancel(probe, work)
            add("cancel", isFine ? .ok : .failed, detail)
        } else {
            add("cancel", .skipped, "it has no trainer and no component to cancel")
        }
        let (isFine, detail) = await shutdown(probe)
        add("shutdown", isFine ? .ok : .failed, detail)
        transport.stop(grace: .zero)
        _ = await transport.ending(within: .zero)
        return true
    }

    private mutating func add(
        _ name: String, _ outcome: ConformanceCheck.Outcome, _ detail: String
    ) {
        checks.append(ConformanceCheck(name, outcome, detail))
    }

    // MARK: - The checks

    private mutating func initialize(_ probe: WireProbe) async -> Bool {
        let call = InitializeCall(host: settings.host)
        guard await probe.send(call, id: 1) else {
            add("initialize", .failed, "it does not read its stdin")
            return false
        }
        let reply = await probe.reply()
        guard case .answer(id: 1, .result(let node)) = reply else {
            add("initialize", .failed, "expected a result with id 1, got \(Self.words(reply))")
            return false
        }
        do {
            let answer = try call.read(ObjectFields(node, document: "result"))
            if let lie = PluginHost.lie(answer, manifest) {
                add("initialize", .failed, lie)
                return false
            }
            concurrency = answer.concurrency
            add(
                "initialize", .ok,
                "protocol \(answer.version), \(answer.concurrency) requests at once")
            return true
        } catch {
            add("initialize", .failed, error.message)
            return false
        }
    }

    private func unknownMethod(_ probe: WireProbe) async -> (Bool, String) {
        _ = await probe.send(Self.unknown(2))
        let reply = await probe.reply()
        return (
            Self.isMethodNotFound(reply, 2),
            "expected error \(PluginProtocol.ErrorCode.methodNotFound) for id 2, got "
                + Self.words(reply)
        )
    }

    private func malformedLine(_ probe: WireProbe) async -> (Bool, String) {
        _ = await probe.send("{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":")
        return await refusal(probe, next: 4, of: "a line that is no JSON")
    }

    private func overlongLine(_ probe: WireProbe) async -> (Bool, String) {
        let padding = String(repeating: "x", count: PluginProtocol.maximumLine)
        _ = await probe.send(
            "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"no.such.method\","
                + "\"params\":{\"padding\":\"\(padding)\"}}")
        return await refusal(probe, next: 6, of: "a line of more than 1 MiB")
    }

    /// An error must come, and the plugin must go on with its work.
    private func refusal(
        _ probe: WireProbe, next: Int, of what: String
    ) async -> (Bool, String) {
        let reply = await probe.reply()
        guard case .answer(_, .failure) = reply else {
            return (false, "expected an error for \(what), got \(Self.words(reply))")
        }
        _ = await probe.send(Self.unknown(next))
        let after = await probe.reply()
        return (
            Self.isMethodNotFound(after, next),
            "\(what): got \(Self.words(reply)), and then \(Self.words(after))"
        )
    }

    private func twoRequests(_ probe: WireProbe) async -> (Bool, String) {
        _ = await probe.send(Self.unknown(7))
        _ = await probe.send(Self.unknown(8))
        let first = await probe.reply()
        let second = await probe.reply()
        let inOrder = Self.isMethodNotFound(first, 7) && Self.isMethodNotFound(second, 8)
        let swapped =
            concurrency > 1 && Self.isMethodNotFound(first, 8)
            && Self.isMethodNotFound(second, 7)
        return (
            inOrder || swapped,
            "two requests at once: got \(Self.words(first)), then \(Self.words(second))"
        )
    }

    private func strayCancel(_ probe: WireProbe) async -> (Bool, String) {
        _ = await probe.send(
            String(decoding: CancelNotification(id: 999).line.dropLast(), as: UTF8.self))
        _ = await probe.send(Self.unknown(9))
        let reply = await probe.reply()
        return (
            Self.isMethodNotFound(reply, 9),
            "a notification is not answered: got \(Self.words(reply)) for the request after it"
        )
    }

    private func cancel(_ probe: WireProbe, _ work: some PluginCall) async -> (Bool, String) {
        _ = await probe.send(work, id: 10)
        _ = await probe.send(
            String(decoding: CancelNotification(id: 10).line.dropLast(), as: UTF8.self))
        let reply = await probe.reply()
        guard case .answer(id: 10, let answer) = reply else {
            return (false, "expected an answer to the cancelled request, got \(Self.words(reply))")
        }
        guard case .failure(let failure) = answer else {
            return (true, "the request was done before the cancellation was seen")
        }
        return (
            failure.code == PluginProtocol.ErrorCode.cancelled,
            "the cancelled request ended with error \(failure.code): \(failure.message)"
        )
    }

    private func shutdown(_ probe: WireProbe) async -> (Bool, String) {
        guard await probe.send(ShutdownCall(), id: 11) else {
            return (false, "it had ended before it was asked to")
        }
        let reply = await probe.reply()
        guard case .answer(id: 11, .result) = reply else {
            return (false, "expected a result with id 11, got \(Self.words(reply))")
        }
        let more = await probe.rest()
        if let first = more.first {
            return (false, "it said more after its last answer: \(Self.words(first))")
        }
        let ending = await probe.finish()
        return (ending.isClean, "after its answer it \(ending.description)")
    }

    // MARK: - Words

    private static func unknown(_ id: Int) -> String {
        "{\"jsonrpc\":\"2.0\",\"id\":\(id),\"method\":\"no.such.method\",\"params\":{}}"
    }

    private static func isMethodNotFound(_ reply: WireProbe.Reply, _ id: Int) -> Bool {
        guard case .answer(id, .failure(let failure)) = reply else { return false }
        return failure.code == PluginProtocol.ErrorCode.methodNotFound
    }

    static func words(_ reply: WireProbe.Reply) -> String {
        switch reply {
        case .answer(let id, .result): "a result for \(id.map { "id \($0)" } ?? "no id")"
        case .answer(let id, .failure(let failure)):
            "error \(failure.code) for \(id.map { "id \($0)" } ?? "no id")"
        case .noise(let text): "a line on stdout that is no message: \(text)"
        case .silence: "nothing in time"
        case .end: "the end of its output"
        }
    }
}
