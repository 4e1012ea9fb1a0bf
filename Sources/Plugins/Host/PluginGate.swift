import Synchronization
import Workbench

/// Lets a bounded number of requests work at once, in order of arrival, and a bounded number wait.
final class PluginGate: Sendable {
    private struct State {
        var width: Int
        var running = 0
        var nextNumber = 0
        var waiting: [(number: Int, continuation: CheckedContinuation<Entry, Never>)] = []

        /// Those whose turn has come.
        mutating func admit() -> [CheckedContinuation<Entry, Never>] {
            var admitted: [CheckedContinuation<Entry, Never>] = []
            while running < width, !waiting.isEmpty {
                running += 1
                admitted.append(waiting.removeFirst().continuation)
            }
            return admitted
        }
    }

    private enum Entry {
        case entered
        case full
        case cancelled
    }

    /// The most requests that may wait.
    static let queueLimit = 1_000

    private let state: Mutex<State>

    /// A gate for `width` requests at once.
    init(width: Int = 1) {
        state = Mutex(State(width: width))
    }

    /// How many work.
    var running: Int { state.withLock(\.running) }

    /// Lets more, or fewer, work at once from now on.
    func widen(to width: Int) {
        let admitted = state.withLock { state in
            state.width = width
            return state.admit()
        }
        for waiter in admitted { waiter.resume(returning: .entered) }
    }

    /// Waits for its turn; `leave` must follow.
    ///
    /// - Throws: `unavailable` when too many wait already; `cancelled`.
    func enter(_ cancellation: Cancellation?) async throws(BancadaError) {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        let revoke = cancellation?.onRequest { self.giveUp(number) }
        defer { revoke?() }
        let entry = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let entry = enter(number, continuation, cancellation)
                if let entry { continuation.resume(returning: entry) }
            }
        } onCancel: {
            self.giveUp(number)
        }
        switch entry {
        case .entered: return
        case .cancelled: throw BancadaError(.cancelled, "the work was cancelled")
        case .full:
            throw BancadaError(
                .unavailable, "\(Self.queueLimit) requests wait already", hint: "try again later")
        }
    }

    /// Gives the place to the next one.
    func leave() {
        let admitted = state.withLock { state in
            state.running -= 1
            return state.admit()
        }
        for waiter in admitted { waiter.resume(returning: .entered) }
    }

    private func enter(
        _ number: Int, _ continuation: CheckedContinuation<Entry, Never>,
        _ cancellation: Cancellation?
    ) -> Entry? {
        state.withLock { state in
            // Asked under the lock: who cancels later finds the number among the waiting.
            if Task.isCancelled || cancellation?.isRequested == true { return .cancelled }
            if state.running < state.width {
                state.running += 1
                return .entered
            }
            if state.waiting.count >= Self.queueLimit { return .full }
            state.waiting.append((number, continuation))
            return nil
        }
    }

    private func giveUp(_ number: Int) {
        let waiter = state.withLock { state -> CheckedContinuation<Entry, Never>? in
            guard let index = state.waiting.firstIndex(where: { $0.number == number })
            else { return nil }
            return state.waiting.remove(at: index).continuation
        }
        waiter?.resume(returning: .cancelled)
    }
}
