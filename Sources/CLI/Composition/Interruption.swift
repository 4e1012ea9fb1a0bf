import Dispatch
import Foundation
import Synchronization

/// Ctrl-C and SIGTERM for long commands: the first asks the work to stop, the second ends the
/// process.
enum Interruption {
    /// Runs `body` with a question that says whether the first signal has come.
    ///
    /// A flag, not a cancelled task: the work must still be able to write how it ended.
    static func asking<Result>(
        _ body: (_ isRequested: @escaping @Sendable () -> Bool) async throws -> Result
    ) async throws -> Result {
        let requested = Flag()
        let sources = listen { _ = requested.raise() }
        defer { sources.forEach { $0.cancel() } }
        return try await body { requested.isRaised }
    }

    /// Runs `body` while the first signal starts `drain`, which makes `body` end in good order.
    static func draining(
        _ drain: @escaping @Sendable () async -> Void, while body: () async throws -> Void
    ) async rethrows {
        let sources = listen { Task { await drain() } }
        defer { sources.forEach { $0.cancel() } }
        try await body()
    }

    /// The value of `body` while the first signal cancels `work`, which `body` waits for.
    static func cancelling<Work: Sendable, Result>(
        _ work: Task<Work, any Error>, while body: () async throws -> Result
    ) async throws -> Result {
        let sources = listen { work.cancel() }
        defer { sources.forEach { $0.cancel() } }
        return try await body()
    }

    private static func listen(
        _ first: @escaping @Sendable () -> Void
    ) -> [any DispatchSourceSignal] {
        let received = Flag()
        return [SIGINT, SIGTERM].map { number in
            // The signal must not end the process by itself: the source below hears it.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if received.raise() {
                    first()
                } else {
                    exit(ExitStatus.interrupted.rawValue)
                }
            }
            source.resume()
            return source
        }
    }

    /// Something that happens once.
    private final class Flag: Sendable {
        private let state = Mutex(false)

        var isRaised: Bool { state.withLock { $0 } }

        /// Raises the flag and says whether it was down.
        func raise() -> Bool {
            state.withLock { raised in
                defer { raised = true }
                return !raised
            }
        }
    }
}
