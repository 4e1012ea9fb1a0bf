import Documents
import Workbench

/// One process of a plugin, from `initialize` to its end. An actor: it owns the process across the
/// waits of several requests.
///
/// `run` reads what the process says and must run beside the requests. Whatever goes wrong is a
/// failure of the session: the process and all that it started is ended, and every open request
/// hears the same reason.
actor PluginSession {
    /// How a request ended.
    enum Ending: Sendable {
        case answer(PluginAnswer)
        case cancelled
        /// It took longer than the caller's own limit; the process was ended.
        case expired
        /// The session failed.
        case failed(PluginFailure)
    }

    private struct Request {
        var continuation: CheckedContinuation<Ending, Never>?
        let context: PluginCallContext
        var isSent = false
        var isCancelled = false
    }

    private let transport: any PluginTransport
    private let scope: TaskScope
    private var connection = PluginConnection()
    private var requests: [Int: Request] = [:]
    /// Endings that nobody waits for yet.
    private var early: [Int: Ending] = [:]
    private var log = PluginLogTail()
    private var reason: String?
    private var expiredID: Int?
    private var isStopping = false
    private var hasEnded = false
    private var wasTold = false
    private var settling: [CheckedContinuation<Void, Never>] = []
    private var prepared: Set<String> = []
    /// Why it failed, once the process is gone.
    private(set) var failure: PluginFailure?

    init(_ transport: any PluginTransport, scope: TaskScope) {
        self.transport = transport
        self.scope = scope
    }

    /// Whether requests can still be made.
    var isUsable: Bool { reason == nil && !hasEnded && !isStopping }

    /// Why the process was ended, when no request has heard of it; waits until it is gone.
    func untoldFailure() async -> PluginFailure? {
        guard reason != nil else { return nil }
        if !hasEnded {
            await withCheckedContinuation { settling.append($0) }
        }
        return wasTold ? nil : failure
    }

    // MARK: - Reading

    /// Reads until the process has ended.
    func run() async {
        while let line = await transport.nextLine() {
            switch line {
            case .output(let text): await received(text)
            case .log(let text): await logged(text)
            case .overlong(isOutput: true):
                fail("it wrote a line of more than \(PluginProtocol.maximumLine) bytes to stdout")
            case .overlong(isOutput: false):
                await logged("[a line of more than \(PluginProtocol.maximumLine) bytes]")
            }
        }
        await finish()
    }

    private func received(_ line: String) async {
        // What comes after the failure changes nothing.
        guard reason == nil else { return }
        switch connection.receive(line) {
        case .answer(let id, let answer):
            resolve(id, .answer(answer))
        case .progress(let progress):
            await requests[progress.id]?.context.observer.progress(
                done: progress.done, total: progress.total)
        case .metric(let metric):
            await requests[metric.id]?.context.observer.metric(metric)
        case .log(let log):
            await requests[log.id]?.context.observer.log(log.level, log.message)
        case .violation(let text): fail(text)
        }
    }

    private func logged(_ line: String) async {
        log.append(line)
        for request in requests.values { await request.context.observer.log(nil, line) }
    }

    /// The process is gone: everybody who waits hears why.
    private func finish() async {
        // One that closes its output can say nothing any more: it ends soon or is ended.
        let ending = await transport.ending(within: .seconds(1))
        hasEnded = true
        let what = reason ?? "it " + ending.description
        failure = PluginFailure(what: what, log: log.text)
        wasTold = !requests.isEmpty
        for (id, request) in requests.sorted(by: { $0.key < $1.key }) {
            connection.abandon(id)
            if request.isCancelled {
                resolve(id, .cancelled)
            } else if id == expiredID, request.context.isCallersLimit {
                resolve(id, .expired)
            } else {
                resolve(id, .failed(PluginFailure(what: what, log: log.text)))
            }
        }
        for waiter in settling { waiter.resume() }
        settling = []
    }

    /// Ends a request: whoever waits for it, or will, hears how.
    private func resolve(_ id: Int, _ ending: Ending) {
        guard let request = requests.removeValue(forKey: id) else { return }
        if let continuation = request.continuation {
            continuation.resume(returning: ending)
        } else {
            early[id] = ending
        }
    }

    private func fail(_ reason: String) {
        guard self.reason == nil else { return }
        self.reason = reason
        transport.stop(grace: .zero)
    }

    // MARK: - Requests

    /// Makes a request and waits for its end.
    ///
    /// - Throws: `invalidInput` for a request that is too long.
    func request(
        _ call: some PluginCall, limit: Duration, context: PluginCallContext
    ) async throws(BancadaError) -> Ending {
        if context.cancellation?.isRequested == true { return .cancelled }
        if let failure { return .failed(failure) }
        let id = connection.begin(type(of: call).method)
        let line: [UInt8]
        do {
            line = try call.line(id: id)
        } catch {
            connection.abandon(id)
            throw error
        }
        requests[id] = Request(context: context)
        let cancel: @Sendable () -> Void = { [scope] in scope.start { await self.cancel(id) } }
        let revoke = context.cancellation?.onRequest(cancel)
        defer { revoke?() }
        return await withTaskCancellationHandler {
            scope.start { await self.transmit(id, line) }
            return await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    // The sleep ends early when the answer is there.
                    try? await Task.sleep(for: limit)
                    if !Task.isCancelled { await self.expire(id, after: limit) }
                }
                let ending = await wait(for: id)
                group.cancelAll()
                return ending
            }
        } onCancel: {
            cancel()
        }
    }

    private func wait(for id: Int) async -> Ending {
        await withCheckedContinuation { continuation in
            if let ending = early.removeValue(forKey: id) {
                continuation.resume(returning: ending)
            } else {
                requests[id]?.continuation = continuation
            }
        }
    }

    private func transmit(_ id: Int, _ line: [UInt8]) async {
        guard requests[id] != nil, requests[id]?.isCancelled == false else { return }
        requests[id]?.isSent = true
        do {
            try await transport.send(line)
        } catch {
            // The reader says why: it has ended, or it will be ended when its time is over.
        }
    }

    private func expire(_ id: Int, after limit: Duration) {
        guard requests[id] != nil else { return }
        expiredID = id
        let method = connection.method(of: id) ?? ""
        fail("it gave no answer to \"\(method)\" within \(limit.seconds)")
    }

    private func cancel(_ id: Int) async {
        guard let request = requests[id], !request.isCancelled else { return }
        requests[id]?.isCancelled = true
        guard request.isSent else {
            connection.abandon(id)
            resolve(id, .cancelled)
            return
        }
        scope.start(after: cancelGrace) { await self.giveUp(id) }
        do {
            try await transport.send(CancelNotification(id: id).line)
        } catch {
            // It reads no more: the grace ends it.
        }
    }

    /// How long a request that was cancelled may take to answer.
    var cancelGrace: Duration = .seconds(5)

    /// Sets `cancelGrace`.
    func allow(cancelGrace: Duration) {
        self.cancelGrace = cancelGrace
    }

    private func giveUp(_ id: Int) {
        guard requests[id] != nil else { return }
        fail("it did not answer a cancelled request within \(cancelGrace.seconds)")
    }

    // MARK: - Preparations

    /// Whether `key` was prepared in this process.
    func isPrepared(_ key: String) -> Bool { prepared.contains(key) }

    /// Notes that `key` is prepared in this process.
    func notePrepared(_ key: String) { prepared.insert(key) }

    /// Notes that `key` is prepared no more.
    func forgetPrepared(_ key: String) { prepared.remove(key) }

    // MARK: - The end

    /// Asks the process to end, gives it `grace`, and ends it with its group otherwise.
    ///
    /// - Returns: whether it answered and ended by itself.
    func stop(grace: Duration) async -> Bool {
        guard isUsable else {
            transport.stop(grace: .zero)
            return false
        }
        var isOrderly = false
        let context = PluginCallContext(limit: grace)
        // A request without parameters fits into a line.
        if case .answer(.result) = try? await request(
            ShutdownCall(), limit: grace, context: context)
        {
            isStopping = true
            await transport.closeInput()
            isOrderly = await transport.ending(within: grace).isClean
        }
        isStopping = true
        transport.stop(grace: .zero)
        _ = await transport.ending(within: .zero)
        return isOrderly
    }
}

/// Why a session failed.
struct PluginFailure: Sendable, Equatable {
    /// What happened: `it ended with exit code 3`.
    let what: String
    /// The last lines of its log; empty when there are none.
    let log: String
}

extension Duration {
    /// The duration in seconds, for messages.
    var seconds: String {
        let value = self / .seconds(1)
        return value == value.rounded() ? "\(Int(value)) s" : "\(value) s"
    }
}

/// The last lines of a plugin's stderr, bounded.
struct PluginLogTail {
    private static let lineLimit = 12
    private static let byteLimit = 400

    private var lines: [String] = []

    /// Appends a line; long ones are cut, empty ones left out.
    mutating func append(_ line: String) {
        let text = line.prefix(Self.byteLimit)
        if text.allSatisfy(\.isWhitespace) { return }
        if lines.count >= Self.lineLimit { lines.removeFirst() }
        lines.append(text.count < line.count ? text + "..." : String(text))
    }

    /// The lines, one below the other.
    var text: String { lines.joined(separator: "\n") }
}
