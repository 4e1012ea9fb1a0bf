import API
import Synchronization
import Testing

@Suite("The gate of heavy requests")
struct InferenceGateTests {
    /// Work that waits until it is let go.
    private final class Held: Sendable {
        private let stream: AsyncStream<Void>
        private let continuation: AsyncStream<Void>.Continuation

        init() {
            (stream, continuation) = AsyncStream.makeStream()
        }

        func wait() async {
            for await _ in stream { return }
        }

        func release() {
            continuation.yield()
        }
    }

    /// How many run, ran at most at once, and are done.
    private final class Counts: Sendable {
        private let state = Mutex((running: 0, most: 0, done: 0))

        var most: Int { state.withLock { $0.most } }
        var done: Int { state.withLock { $0.done } }

        func begin() {
            state.withLock {
                $0.running += 1
                $0.most = max($0.most, $0.running)
            }
        }

        func end() {
            state.withLock {
                $0.running -= 1
                $0.done += 1
            }
        }
    }

    @Test("Lets no more run at once than its width, and all of them in the end")
    func width() async throws {
        let gate = InferenceGate(width: 2, queueLimit: 100)
        let counts = Counts()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await gate.run {
                        counts.begin()
                        await Task.yield()
                        counts.end()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(counts.most <= 2)
        #expect(counts.done == 50)
    }

    @Test("Refuses what would wait beyond the queue, and forgets who is cancelled")
    func queue() async throws {
        let gate = InferenceGate(width: 1, queueLimit: 1)
        let held = Held()
        await withTaskGroup(of: Void.self) { group in
            let counts = Counts()
            group.addTask {
                try? await gate.run {
                    counts.begin()
                    await held.wait()
                }
            }
            try? await eventually { counts.most == 1 }
            let waiting = Task { try await gate.run { 7 } }
            try? await eventually { gate.waitingCount == 1 }
            let refusal = await #expect(throws: HTTPFailure.self) { try await gate.run { 0 } }
            #expect(refusal?.status == 503)
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            #expect(gate.waitingCount == 0)
            held.release()
        }
        #expect(try await gate.run { 8 } == 8)
    }

    @Test("Gives its place on when the work fails")
    func failure() async throws {
        struct Failure: Error {}
        let gate = InferenceGate(width: 1, queueLimit: 0)
        for _ in 0..<3 {
            await #expect(throws: Failure.self) { try await gate.run { throw Failure() } }
        }
        #expect(try await gate.run { 1 } == 1)
    }
}
