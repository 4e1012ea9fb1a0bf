import Dispatch
import Synchronization
import Workbench

/// Says to work on another thread that nobody waits for it any more.
final class StopFlag: Sendable {
    private let raised = Atomic(false)

    func raise() { raised.store(true, ordering: .relaxed) }

    /// - Throws: `cancelled` once the flag is up.
    func check() throws(BancadaError) {
        if raised.load(ordering: .relaxed) {
            throw BancadaError(.cancelled, "the copying of files was cancelled")
        }
    }
}

/// Runs blocking work on files outside the cooperative pool, a few pieces at a time, so that disks
/// never stall the tasks that answer requests.
final class FileQueue: Sendable {
    /// The most pieces of work at a time: each holds a buffer of `FileQueue.chunk` bytes.
    static let width = 4
    /// How many bytes are read and written at once.
    static let chunk = 1 << 20

    private struct State {
        var running = 0
        var waiting: [@Sendable () -> Void] = []
    }

    private let queue = DispatchQueue(label: "bancada.files", attributes: .concurrent)
    private let state = Mutex(State())

    /// The value of `work`, which checks its flag from time to time.
    func run<Value: Sendable>(
        _ work: @escaping @Sendable (StopFlag) throws -> Value
    ) async throws -> Value {
        let stop = StopFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiting in
                submit {
                    waiting.resume(
                        with: Result {
                            try stop.check()
                            return try work(stop)
                        })
                }
            }
        } onCancel: {
            stop.raise()
        }
    }

    private func submit(_ piece: @escaping @Sendable () -> Void) {
        let starts = state.withLock { state in
            guard state.running < Self.width else {
                state.waiting.append(piece)
                return false
            }
            state.running += 1
            return true
        }
        if starts { start(piece) }
    }

    private func start(_ piece: @escaping @Sendable () -> Void) {
        queue.async {
            piece()
            self.finish()
        }
    }

    private func finish() {
        let next = state.withLock { state -> (@Sendable () -> Void)? in
            if state.waiting.isEmpty {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        if let next { start(next) }
    }
}
