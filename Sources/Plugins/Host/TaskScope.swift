/// Tasks that run beside the work of a scope and end with it: the readers of processes, and timers.
///
/// What an unstructured task would do, with an owner: nothing started here outlives `run`.
final class TaskScope: Sendable {
    private let jobs: AsyncStream<@Sendable () async -> Void>.Continuation

    private init(_ jobs: AsyncStream<@Sendable () async -> Void>.Continuation) {
        self.jobs = jobs
    }

    /// Runs `body` with a scope, then cancels what still runs in it and waits for its end.
    static func run<Result>(
        _ body: (TaskScope) async throws -> Result
    ) async throws -> Result {
        let (stream, continuation) = AsyncStream<@Sendable () async -> Void>.makeStream()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await withDiscardingTaskGroup { inner in
                    for await job in stream { inner.addTask { await job() } }
                    inner.cancelAll()
                }
            }
            defer {
                continuation.finish()
                group.cancelAll()
            }
            return try await body(TaskScope(continuation))
        }
    }

    /// Starts `job`; after the end of the scope it is not run.
    func start(_ job: @escaping @Sendable () async -> Void) {
        jobs.yield(job)
    }

    /// Runs `job` after a while, unless the scope ends before.
    func start(after delay: Duration, _ job: @escaping @Sendable () async -> Void) {
        start {
            // The sleep ends early when the scope does; then there is nothing left to do.
            try? await Task.sleep(for: delay)
            if !Task.isCancelled { await job() }
        }
    }
}
