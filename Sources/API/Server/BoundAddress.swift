import Synchronization
import Workbench

/// Where a server listens.
package struct ServerAddress: Sendable, Equatable {
    /// The host as it was asked for.
    package let host: String
    /// The port, also when a free one was asked for.
    package let port: Int

    /// The place at `host` and `port`.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// The URL of the root, without a slash at the end.
    package var url: String {
        host.contains(":") && !host.hasPrefix("[")
            ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
    }
}

/// An address that is known once, and those who wait for it.
final class BoundAddress: Sendable {
    private typealias Outcome = Result<ServerAddress, BancadaError>

    private struct State {
        var outcome: Result<ServerAddress, BancadaError>?
        var waiting: [Int: CheckedContinuation<Result<ServerAddress, BancadaError>, Never>] = [:]
        var nextNumber = 0
    }

    private let state = Mutex(State())

    /// Tells everybody; only the first outcome counts.
    func resolve(_ outcome: Result<ServerAddress, BancadaError>) {
        let waiting = state.withLock { state in
            if state.outcome == nil { state.outcome = outcome }
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume(returning: outcome) }
    }

    /// The address, once it is known.
    func address() async throws(BancadaError) -> ServerAddress {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known = state.withLock { state -> Result<ServerAddress, BancadaError>? in
                    if let outcome = state.outcome { return outcome }
                    if Task.isCancelled { return Self.cancelled }
                    state.waiting[number] = continuation
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiting.removeValue(forKey: number) }
            waiter?.resume(returning: Self.cancelled)
        }
        return try outcome.get()
    }

    private static let cancelled = Result<ServerAddress, BancadaError>.failure(
        BancadaError(.cancelled, "waiting for the server was cancelled"))
}
