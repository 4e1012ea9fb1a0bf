import Synchronization

/// A request to stop that is made once and may be asked for often, from any thread.
///
/// A value that is asked, not a cancelled task: the work must still be able to write how it ended.
/// Handlers run on the thread that cancels, once; a handler that is added afterwards runs at once.
package final class Cancellation: Sendable {
    private struct State {
        var isRequested = false
        var nextHandler = 0
        var handlers: [Int: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    /// A request that has not been made.
    package init() {}

    /// Whether the request was made.
    package var isRequested: Bool { state.withLock(\.isRequested) }

    /// Makes the request; making it again changes nothing.
    package func request() {
        let handlers = state.withLock { state in
            state.isRequested = true
            defer { state.handlers = [:] }
            return state.handlers.sorted { $0.key < $1.key }.map(\.value)
        }
        for handler in handlers { handler() }
    }

    /// Runs `handler` when the request is made; call the answer to take it back.
    package func onRequest(_ handler: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
        let number = state.withLock { state -> Int? in
            if state.isRequested { return nil }
            state.nextHandler += 1
            state.handlers[state.nextHandler] = handler
            return state.nextHandler
        }
        guard let number else {
            handler()
            return {}
        }
        return { [self] in state.withLock { $0.handlers[number] = nil } }
    }

    /// - Throws: `cancelled` once the request was made.
    package func check() throws(BancadaError) {
        if isRequested { throw BancadaError(.cancelled, "the work was cancelled") }
    }
}
