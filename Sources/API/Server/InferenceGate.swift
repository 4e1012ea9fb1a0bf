import Synchronization

/// Lets a bounded number of heavy requests run at once, in order of arrival, and a bounded number
/// wait.
package final class InferenceGate: Sendable {
    private struct State {
        var running = 0
        var waiting: [Waiter] = []
        var nextNumber = 0
    }

    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<Entry, Never>
    }

    private let width: Int
    private let queueLimit: Int
    private let state = Mutex(State())

    /// A gate for `width` requests at once and `queueLimit` waiting ones.
    package init(width: Int, queueLimit: Int) {
        self.width = max(1, width)
        self.queueLimit = queueLimit
    }

    /// How many wait.
    package var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Runs `work` when its turn comes.
    ///
    /// - Throws: `HTTPFailure` 503 when too many wait already; `CancellationError` when cancelled
    ///   while waiting; what `work` throws.
    package func run<Value: Sendable>(
        _ work: () async throws -> Value
    ) async throws -> Value {
        try await enter()
        defer { leave() }
        return try await work()
    }

    private enum Entry {
        case entered
        case full
        case cancelled
    }

    private func enter() async throws {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        let entry = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if let entry = enter(number, continuation) { continuation.resume(returning: entry) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let index = state.waiting.firstIndex(where: { $0.number == number })
                else { return nil }
                return state.waiting.remove(at: index)
            }
            waiter?.continuation.resume(returning: .cancelled)
        }
        switch entry {
        case .entered: return
        case .full: throw HTTPFailure.overloaded(waiting: queueLimit)
        case .cancelled: throw CancellationError()
        }
    }

    /// Takes a place at once, is refused at once, or waits (nil).
    private func enter(
        _ number: Int, _ continuation: CheckedContinuation<Entry, Never>
    ) -> Entry? {
        state.withLock { state in
            if state.running < width {
                state.running += 1
                return .entered
            }
            // Seen here or by the handler: the task is marked before its handler takes the lock.
            if Task.isCancelled { return .cancelled }
            if state.waiting.count >= queueLimit { return .full }
            state.waiting.append(Waiter(number: number, continuation: continuation))
            return nil
        }
    }

    private func leave() {
        // The place goes to the next waiter, or is given up.
        let next = state.withLock { state -> Waiter? in
            guard !state.waiting.isEmpty else {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.continuation.resume(returning: .entered)
    }
}
