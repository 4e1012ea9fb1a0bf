import Synchronization
package import Workbench

/// A child process that leads a process group and session of its own.
///
/// A thread of its own watches it; nothing here blocks a thread of Swift's concurrency. When the
/// leader has ended, whatever else is in its group is killed, and `wait` returns after that. What
/// leaves both group and session on purpose, as a daemon does, is not followed. A child that nobody
/// refers to any more is killed.
package final class ChildProcess: Sendable {
    /// The child's group; its leader is the child.
    package let group: ProcessGroup
    private let shared: Supervision
    private let recorder: any ProcessGroupRecorder
    private let isForgotten = Mutex(false)

    /// The variable by which `ProcessGroups.end` knows the members of a group: the run's id. It is
    /// set for every child.
    package static let runVariable = "BANCADA_RUN_ID"
    /// How long a child may take to end after it was asked to.
    package static let defaultGrace = Duration.seconds(5)

    init(group: ProcessGroup, shared: Supervision, recorder: any ProcessGroupRecorder) {
        self.group = group
        self.shared = shared
        self.recorder = recorder
    }

    deinit {
        shared.stop(.asked, grace: .zero)
    }

    /// The child's process id.
    package var processID: Int32 { group.leader.processID }

    /// Waits until the child and its group have ended.
    ///
    /// When `timeout` has passed since this call, when `cancellation` is requested, or when the
    /// calling task is cancelled, the group is sent SIGTERM, and SIGKILL after `grace`. All calls
    /// give the same outcome. The lines of a child must be read meanwhile, or it may wait for that.
    package func wait(
        timeout: Duration? = nil, cancellation: Cancellation? = nil,
        grace: Duration = ChildProcess.defaultGrace
    ) async -> ProcessOutcome {
        if let timeout {
            let deadline = ContinuousClock.now + timeout
            shared.change { $0.limit = (deadline, grace) }
        }
        let shared = shared
        let takeBack = cancellation?.onRequest { shared.stop(.cancelled, grace: grace) }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome = shared.state.withLock { state in
                    if state.outcome == nil { state.waiters.append(continuation) }
                    return state.outcome
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            shared.stop(.cancelled, grace: grace)
        }
        takeBack?()
        await forget()
        return outcome
    }

    /// Asks the group to end (SIGTERM) and kills what is left of it after `grace`. Returns at once.
    package func terminate(grace: Duration = ChildProcess.defaultGrace) {
        shared.stop(.asked, grace: grace)
    }

    /// Gives bytes to the child's input; returns once the child's pipe has taken them.
    ///
    /// Calls do not mix: their bytes follow each other in the order of the calls.
    /// - Throws: `unavailable` when the child has ended or closed its input, or it was started
    ///   without; `timeout` after `timeout` and `cancelled` when the task is: the input is closed
    ///   then, since it may have taken a part.
    package func write(_ bytes: [UInt8], timeout: Duration? = nil) async throws(BancadaError) {
        let deadline = timeout.map { ContinuousClock.now + $0 }
        let id = newID()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation {
                (continuation: CheckedContinuation<Result<Void, BancadaError>, Never>) in
                let accepted = shared.change { state in
                    guard !state.inputIsOver, state.outcome == nil else { return false }
                    state.pieces.append(
                        Supervision.Piece(
                            waiting: .init(
                                id: id, deadline: deadline, continuation: continuation),
                            bytes: bytes))
                    return true
                }
                if !accepted { continuation.resume(returning: .failure(Supervisor.inputIsClosed)) }
                if Task.isCancelled { stopWriting(id) }
            }
        } onCancel: {
            stopWriting(id)
        }
        try result.get()
    }

    /// Lets the child read the end of its input, after what was written.
    package func closeInput() {
        shared.change { $0.inputIsOver = true }
    }

    /// The next line of either stream; nil when both have ended. Lines of one stream keep their
    /// order.
    ///
    /// - Throws: `timeout` after `timeout`, `cancelled` when the task is; no line is lost.
    package func nextLine(timeout: Duration? = nil) async throws(BancadaError) -> ProcessLine? {
        let deadline = timeout.map { ContinuousClock.now + $0 }
        let id = newID()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation {
                (continuation: CheckedContinuation<Result<ProcessLine?, BancadaError>, Never>) in
                read(.init(id: id, deadline: deadline, continuation: continuation))
                if Task.isCancelled { stopReading(id) }
            }
        } onCancel: {
            stopReading(id)
        }
        return try result.get()
    }

    private func read(_ reader: Supervision.Waiting<Result<ProcessLine?, BancadaError>>) {
        let needsThread = shared.state.withLock { state in
            let wasFull = state.queuedBytes >= Supervision.queueLimit
            state.readers.append(reader)
            state.serveReaders()
            return wasFull || (!state.readers.isEmpty && reader.deadline != nil)
        }
        // Only a full queue or a new deadline concerns the thread.
        if needsThread { shared.change { _ in } }
    }

    private func stopReading(_ id: Int) {
        shared.state.withLock { state in
            state.readers.removeAll { reader in
                guard reader.id == id else { return false }
                reader.continuation.resume(
                    returning: .failure(BancadaError(.cancelled, "the work was cancelled")))
                return true
            }
        }
    }

    private func stopWriting(_ id: Int) {
        shared.change { state in
            guard state.pieces.contains(where: { $0.waiting.id == id }) else { return }
            state.refuseInput(BancadaError(.cancelled, "the work was cancelled"))
        }
    }

    private func newID() -> Int {
        shared.state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
    }

    private func forget() async {
        let isFirst = isForgotten.withLock { done in
            defer { done = true }
            return !done
        }
        guard isFirst else { return }
        // A record that stays does no harm: its group is gone.
        try? await recorder.forget(group)
    }
}
