import Documents
package import Workbench

/// A plugin that is started when it is first asked, and again after it failed. An actor: it owns the
/// plugin's process across the waits of several requests.
///
/// Calls may come from many tasks at once; as many are passed on as the plugin takes at once, the
/// rest wait in order. Every failure is one `pluginFailed` error that names the plugin, says what
/// happened and ends with the last lines of its log; its process group is gone by then.
package actor PluginHost {
    /// What the plugin is.
    package nonisolated let manifest: PluginManifest
    private let settings: PluginSettings
    private let scope: TaskScope
    private let gate = PluginGate()
    /// Held while a process starts or prepares, by one request at a time.
    private let preparation = PluginGate()
    private var session: PluginSession?
    private var failuresInARow = 0
    private var lastFailure: (error: BancadaError, time: ContinuousClock.Instant)?
    private var uses = 0
    private var loadedModels = 0
    private var isClosed = false
    private let clock = ContinuousClock()

    init(_ manifest: PluginManifest, settings: PluginSettings, scope: TaskScope) {
        self.manifest = manifest
        self.settings = settings
        self.scope = scope
    }

    /// What must have been done in the same process before a request, such as loading its model.
    struct Preparation: Sendable {
        /// What it is known by within a process.
        let key: String
        /// The request that does it.
        let call: ModelLoadCall
    }

    /// A number for a model that is about to be loaded, another one each time.
    func nextModelNumber() -> Int {
        loadedModels += 1
        return loadedModels
    }

    // MARK: - Requests

    /// Makes a request of the plugin, starting it when it does not run.
    ///
    /// - Throws: `pluginFailed`; `invalidInput` when the plugin says so of the parameters;
    ///   `cancelled`; `timeout` past the caller's own limit.
    package func answer<Call: PluginCall>(
        _ call: Call, _ context: PluginCallContext = PluginCallContext()
    ) async throws(BancadaError) -> Call.Answer {
        try await answer(call, context, after: nil)
    }

    /// As `answer`, once `preparation` has been done in the same process.
    func answer<Call: PluginCall>(
        _ call: Call, _ context: PluginCallContext, after prepared: Preparation?
    ) async throws(BancadaError) -> Call.Answer {
        try await gate.enter(context.cancellation)
        uses += 1
        defer {
            gate.leave()
            watchIdleness()
        }
        let session = try await ready(prepared, context)
        let answer = try await exchange(call, with: session, context)
        failuresInARow = 0
        return answer
    }

    private func exchange<Call: PluginCall>(
        _ call: Call, with session: PluginSession, _ context: PluginCallContext
    ) async throws(BancadaError) -> Call.Answer {
        let method = Call.method
        let limit = context.limit ?? limit(of: method)
        let ending: PluginSession.Ending
        do {
            ending = try await session.request(call, limit: limit, context: context)
        } catch {
            throw error.prefixed("plugin \"\(manifest.name)\": ")
        }
        switch ending {
        case .answer(.result(let node)):
            do {
                return try call.read(ObjectFields(node, document: "result"))
            } catch {
                throw failed(
                    "in \"\(method)\": its answer is of another shape: \(error.message)")
            }
        case .answer(.failure(let failure)): throw refused(failure, method: method)
        case .cancelled:
            throw BancadaError(
                .cancelled, "\"\(method)\" of plugin \"\(manifest.name)\" was cancelled")
        case .expired:
            throw BancadaError(
                .timeout,
                "\"\(method)\" of plugin \"\(manifest.name)\" took longer than \(limit.seconds)",
                hint: "allow more time")
        case .failed(let failure):
            throw note(failed("in \"\(method)\": \(failure.what)", log: failure.log))
        }
    }

    private func limit(of method: String) -> Duration {
        switch method {
        case InitializeCall.method: settings.startLimit
        case TrainerFitCall.method, ComponentRunCall.method, ObjectiveEvaluateCall.method,
            ReaderReadCall.method:
            settings.workLimit
        default: settings.answerLimit
        }
    }

    // MARK: - Errors

    private func refused(_ failure: PluginAnswer.Failure, method: String) -> BancadaError {
        switch failure.code {
        case PluginProtocol.ErrorCode.invalidParams:
            BancadaError(.invalidInput, "plugin \"\(manifest.name)\": \(failure.message)")
        case PluginProtocol.ErrorCode.cancelled:
            BancadaError(
                .cancelled, "\"\(method)\" of plugin \"\(manifest.name)\" was cancelled")
        case PluginProtocol.ErrorCode.methodNotFound:
            failed("in \"\(method)\": it does not know the method")
        default:
            failed("in \"\(method)\": \(failure.message) (code \(failure.code))")
        }
    }

    private func failed(_ what: String, log: String = "") -> BancadaError {
        let tail = log.isEmpty ? "" : "; its log ends with:\n" + log
        return BancadaError(
            .pluginFailed, "plugin \"\(manifest.name)\" failed \(what)\(tail)",
            hint: "check it with 'bancada plugins check \(manifest.folder)'")
    }

    /// Counts a failure of the process.
    private func note(_ error: BancadaError) -> BancadaError {
        failuresInARow += 1
        lastFailure = (error, clock.now)
        return error
    }

    // MARK: - Processes

    /// A process that runs and has done `prepared`.
    private func ready(
        _ prepared: Preparation?, _ context: PluginCallContext
    ) async throws(BancadaError) -> PluginSession {
        try await preparation.enter(context.cancellation)
        defer { preparation.leave() }
        let session = try await running(context)
        guard let prepared, await !session.isPrepared(prepared.key) else { return session }
        _ = try await exchange(prepared.call, with: session, context.withoutLimit)
        await session.notePrepared(prepared.key)
        return session
    }

    private func running(_ context: PluginCallContext) async throws(BancadaError) -> PluginSession {
        if isClosed {
            throw BancadaError(
                .unavailable, "plugin \"\(manifest.name)\" was asked after its end")
        }
        if let session {
            if await session.isUsable { return session }
            self.session = nil
            if let failure = await session.untoldFailure() {
                throw note(failed("between requests: \(failure.what)", log: failure.log))
            }
        }
        if failuresInARow >= settings.restartLimit, let last = lastFailure {
            guard clock.now - last.time >= settings.restartPause else {
                throw BancadaError(
                    .pluginFailed,
                    "plugin \"\(manifest.name)\" failed \(failuresInARow) times in a row and is "
                        + "not started again for \(settings.restartPause.seconds); "
                        + "the last time: \(last.error.message)",
                    hint: last.error.hint)
            }
        }
        return try await start(context)
    }

    private func start(_ context: PluginCallContext) async throws(BancadaError) -> PluginSession {
        let command = try await command()
        let transport: ProcessTransport
        do {
            transport = try await ProcessTransport.start(
                command, of: manifest, settings: settings)
        } catch {
            throw note(failed("to start: \(error.message)"))
        }
        let session = PluginSession(transport, scope: scope)
        await session.allow(cancelGrace: settings.cancelGrace)
        self.session = session
        scope.start { await session.run() }
        let hello: InitializeCall.Answer
        do throws(BancadaError) {
            hello = try await exchange(
                InitializeCall(host: settings.host), with: session,
                PluginCallContext(cancellation: context.cancellation))
            if let lie = Self.lie(hello, manifest) {
                throw note(failed("in \"initialize\": \(lie)"))
            }
        } catch {
            // Whoever comes next must not find a process that has not said who it is.
            self.session = nil
            _ = await session.stop(grace: .zero)
            throw error
        }
        gate.widen(to: hello.concurrency)
        return session
    }

    private func command() async throws(BancadaError) -> [String] {
        do {
            return try await settings.command(manifest)
        } catch {
            let reason = (error as? BancadaError)?.message ?? "\(error)"
            throw BancadaError(
                .pluginFailed,
                "plugin \"\(manifest.name)\" failed to start: \(reason)",
                hint: (error as? BancadaError)?.hint, cause: error)
        }
    }

    /// What the answer to `initialize` says against plugin.yaml.
    static func lie(_ hello: InitializeCall.Answer, _ manifest: PluginManifest) -> String? {
        if hello.version != PluginProtocol.version {
            return "it speaks protocol \(hello.version), its \(PluginManifest.file) says "
                + "\(PluginProtocol.version)"
        }
        if hello.name != manifest.name {
            return "it calls itself \"\(hello.name)\", its \(PluginManifest.file) says "
                + "\"\(manifest.name)\""
        }
        return nil
    }

    // MARK: - The end

    private func watchIdleness() {
        let seen = uses
        guard gate.running == 0, session != nil else { return }
        scope.start(after: settings.idleLimit) { await self.stopIfIdle(since: seen) }
    }

    private func stopIfIdle(since seen: Int) async {
        guard uses == seen, gate.running == 0, let session else { return }
        self.session = nil
        _ = await session.stop(grace: settings.stopGrace)
    }

    /// Whether a process of it runs.
    package var isRunning: Bool { session != nil }

    /// Ends the process; the next request starts another one.
    ///
    /// - Returns: whether it ended by itself when it was asked to; true when it did not run.
    @discardableResult
    package func stop() async -> Bool {
        guard let session else { return true }
        self.session = nil
        return await session.stop(grace: settings.stopGrace)
    }

    /// Ends the process for good.
    func close() async {
        isClosed = true
        await stop()
    }

    /// Forgets a preparation in the process that runs, after `call` has undone it.
    func undo(_ key: String, by call: ModelUnloadCall) async throws(BancadaError) {
        guard let session, await session.isUsable, await session.isPrepared(key) else { return }
        try await answer(call)
        await session.forgetPrepared(key)
    }
}

extension PluginCallContext {
    /// The same surroundings with the host's limit.
    var withoutLimit: PluginCallContext {
        PluginCallContext(cancellation: cancellation, observer: observer)
    }
}
