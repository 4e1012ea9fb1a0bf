import GRDB
import Synchronization
import Workbench

/// The database of a workspace: reads from snapshots, writes through the group committer, and what
/// the stores share besides: the clock and random numbers.
final class WorkspaceDatabase: Sendable {
    /// The file as the user knows it, for messages.
    let path: String
    /// The present.
    let clock: WallClock
    private let connections: any DatabaseWriter
    private let committer: GroupCommitter
    private let generator: Mutex<any RandomNumberGenerator & Sendable>
    /// Why nothing can be written; nil where it can.
    private let refusal: BancadaError?

    init(
        path: String, connections: any DatabaseWriter, schemaVersion: Int, clock: WallClock,
        generator: any RandomNumberGenerator & Sendable, refusal: BancadaError?
    ) {
        self.path = path
        self.connections = connections
        self.clock = clock
        self.generator = Mutex(generator)
        self.refusal = refusal
        committer = GroupCommitter(
            writer: connections, path: path, schemaVersion: schemaVersion)
    }

    /// The value of `body` over one snapshot.
    func read<Value: Sendable>(
        _ body: @Sendable (Database) throws -> Value
    ) async throws(BancadaError) -> Value {
        do {
            return try await connections.read(body)
        } catch {
            throw storeError(error, at: path)
        }
    }

    /// The value of `body` over one snapshot, for threads that may wait.
    func readNow<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try connections.read(body)
    }

    /// The value of `body` on the connection that writes, between two transactions.
    func readOnWriter<Value: Sendable>(
        _ body: @Sendable (Database) throws -> Value
    ) async throws(BancadaError) -> Value {
        do {
            return try await connections.writeWithoutTransaction { db in
                try db.readOnly { try body(db) }
            }
        } catch {
            throw storeError(error, at: path)
        }
    }

    /// Runs `body` in a savepoint of a shared transaction and returns when it is durable. It may run
    /// more than once.
    func write<Value: Sendable>(
        queued: @Sendable () -> Void = {},
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(BancadaError) -> Value {
        try checkWritable()
        return try await committer.write(queued: queued, body)
    }

    /// Writes a point in a shared transaction and tells its waiter when it is durable.
    ///
    /// - Throws: `unavailable` when the workspace is open for reading alone.
    func enqueue(_ point: MetricPoint) throws(BancadaError) {
        try checkWritable()
        committer.enqueue(point)
    }

    /// Runs `body` as `write` does and calls `completion` when it is durable.
    ///
    /// - Throws: `unavailable` when the workspace is open for reading alone.
    func enqueue<Value: Sendable>(
        _ completion: @escaping @Sendable (Result<Value, BancadaError>) -> Void,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) throws(BancadaError) {
        try checkWritable()
        committer.enqueue(completion, body)
    }

    /// - Throws: `unavailable` when the workspace is open for reading alone.
    func checkWritable() throws(BancadaError) {
        if let refusal { throw refusal }
    }

    /// Draws from the random numbers that the workspace was opened with.
    func withRandomNumbers<Value>(
        _ body: (inout any RandomNumberGenerator & Sendable) -> Value
    ) -> Value {
        generator.withLock { body(&$0) }
    }

    /// Closes all connections after the writes that wait.
    func close() throws(BancadaError) {
        do {
            // The readers go first: the last connection removes the log, which a reader cannot.
            (connections as? DatabasePool)?.releaseMemory()
            try connections.close()
        } catch {
            throw storeError(error, at: path)
        }
    }

    /// How writes and commits went.
    var commitStatistics: CommitStatistics { committer.statistics }
}
