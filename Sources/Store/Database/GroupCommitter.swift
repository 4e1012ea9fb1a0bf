import GRDB
import Synchronization
import Workbench

/// How many writes shared how many commits; each commit is one sync of the write-ahead log.
package struct CommitStatistics: Sendable, Equatable {
    /// Writes that were asked for and had an outcome.
    package var writes = 0
    /// Transactions that were committed.
    package var transactions = 0
}

/// The one door of all writes: those that wait together share a transaction and its sync.
///
/// The first writer of a burst starts a drain on the database's own queue; the drain takes whoever
/// waits, up to `batchLimit`, gives each a savepoint in one immediate transaction, and tells them
/// after the commit. A write that fails undoes its savepoint alone. If the commit fails, everyone in
/// the batch gets that error. If SQLite gives the whole transaction up under one write (a full
/// disk), the others are run again without it, so a write may run more than once; it must have no
/// effect outside the database.
///
/// Points of metrics, the most frequent write, need no savepoint: one that is refused is refused
/// before it changes anything. If SQLite fails under one all the same, the batch is undone and run
/// again with a savepoint for each.
///
/// A write that waits is not cancelled any more: its outcome comes within one commit.
final class GroupCommitter: Sendable {
    /// The most writes in one transaction, so that other processes get their turn.
    static let batchLimit = 256
    /// The most writes that wait; more are refused.
    static let queueLimit = 16_384

    private enum Waiter: Sendable {
        /// Writes, and returns what tells the caller after the commit; or tells of a failure.
        case work(
            run: @Sendable (Database) throws -> (@Sendable () -> Void),
            fail: @Sendable (BancadaError) -> Void)
        case point(MetricPoint)

        func fail(_ error: BancadaError) {
            switch self {
            case .work(_, let fail): fail(error)
            case .point(let point): point.completion(.failure(error))
            }
        }
    }

    private struct State {
        var queue: [Waiter] = []
        var running = false
        var statistics = CommitStatistics()
    }

    private let writer: any DatabaseWriter
    private let path: String
    private let schemaVersion: Int
    private let state = Mutex(State())

    init(writer: any DatabaseWriter, path: String, schemaVersion: Int) {
        self.writer = writer
        self.path = path
        self.schemaVersion = schemaVersion
    }

    /// The counts so far.
    var statistics: CommitStatistics { state.withLock { $0.statistics } }

    /// Runs `body` in a savepoint and returns its value once the commit is durable.
    ///
    /// - Parameter queued: called once the write waits: every write that is asked for afterwards
    ///   becomes durable with it or later, never before.
    func write<Value: Sendable>(
        queued: @Sendable () -> Void = {},
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(BancadaError) -> Value {
        if Task.isCancelled { throw BancadaError(.cancelled, "the write was cancelled") }
        let outcome: Result<Value, BancadaError> = await withCheckedContinuation { waiting in
            enqueue({ waiting.resume(returning: $0) }, body)
            queued()
        }
        return try outcome.get()
    }

    /// Runs `body` in a savepoint and calls `completion` once the commit is durable or it failed.
    func enqueue<Value: Sendable>(
        _ completion: @escaping @Sendable (Result<Value, BancadaError>) -> Void,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) {
        enqueue(
            .work(
                run: { database in
                    let value = try body(database)
                    return { completion(.success(value)) }
                },
                fail: { completion(.failure($0)) }))
    }

    /// Writes a point and tells it once the commit is durable or it failed.
    func enqueue(_ point: MetricPoint) {
        enqueue(.point(point))
    }

    private enum Admission {
        case refused, waits, drains
    }

    private func enqueue(_ waiter: Waiter) {
        let admission = state.withLock { state -> Admission in
            guard state.queue.count < Self.queueLimit else { return .refused }
            state.queue.append(waiter)
            if state.running { return .waits }
            state.running = true
            return .drains
        }
        switch admission {
        case .waits: break
        case .drains: writer.asyncWriteWithoutTransaction { self.drain($0) }
        case .refused:
            waiter.fail(
                BancadaError(
                    .unavailable, "more than \(Self.queueLimit) writes wait for \(path)",
                    hint: "send fewer writes at a time, or log them in batches"))
        }
    }

    private func drain(_ database: Database) {
        while let batch = nextBatch() { commit(batch, in: database) }
    }

    private func nextBatch() -> [Waiter]? {
        state.withLock { state in
            if state.queue.isEmpty {
                state.running = false
                return nil
            }
            let batch = Array(state.queue.prefix(Self.batchLimit))
            state.queue.removeFirst(batch.count)
            return batch
        }
    }

    /// What one try at a batch came to.
    private enum Attempt {
        /// Everyone is to be told.
        case settled([@Sendable () -> Void])
        /// SQLite gave the transaction up under the waiter at this index.
        case abandoned(Int, BancadaError)
        /// SQLite failed under points that shared the transaction; which is to blame shows when each
        /// has its savepoint.
        case unclear
    }

    private func commit(_ batch: [Waiter], in database: Database) {
        var batch = batch
        var sharing = true
        while !batch.isEmpty {
            switch attempt(batch, sharing: sharing, in: database) {
            case .settled(let outcomes):
                for tell in outcomes { tell() }
                return
            case .abandoned(let index, let error):
                state.withLock { $0.statistics.writes += 1 }
                batch.remove(at: index).fail(error)
            case .unclear: sharing = false
            }
        }
    }

    private func attempt(
        _ batch: [Waiter], sharing: Bool, in database: Database
    ) -> Attempt {
        do {
            try database.beginTransaction(.immediate)
            try checkVersion(database)
            var outcomes: [@Sendable () -> Void] = []
            outcomes.reserveCapacity(batch.count)
            do {
                var recorder = try MetricRecorder(database)
                for (index, waiter) in batch.enumerated() {
                    if sharing, case .point(let point) = waiter {
                        outcomes.append(try write(point, &recorder))
                        continue
                    }
                    try recorder.flush()
                    do {
                        outcomes.append(try run(waiter, in: database))
                    } catch {
                        let error = storeError(error, at: path)
                        guard database.isInsideTransaction else { return .abandoned(index, error) }
                        outcomes.append { waiter.fail(error) }
                    }
                }
                try recorder.flush()
            } catch  where sharing {
                undo(database)
                return .unclear
            }
            try database.commit()
            state.withLock { state in
                state.statistics.transactions += 1
                state.statistics.writes += batch.count
            }
            return .settled(outcomes)
        } catch {
            let error = storeError(error, at: path)
            undo(database)
            state.withLock { $0.statistics.writes += batch.count }
            return .settled(batch.map { waiter in { waiter.fail(error) } })
        }
    }

    private func undo(_ database: Database) {
        // SQLite has given the transaction up itself where this finds nothing to undo.
        try? database.rollback()
    }

    /// Writes a point without a savepoint.
    ///
    /// - Throws: what SQLite throws.
    private func write(
        _ point: MetricPoint, _ recorder: inout MetricRecorder
    ) throws -> (@Sendable () -> Void) {
        do {
            try point.write(&recorder)
            return { point.completion(.success(())) }
        } catch let error as BancadaError {
            return { point.completion(.failure(error)) }
        }
    }

    private func run(
        _ waiter: Waiter, in database: Database
    ) throws -> (@Sendable () -> Void) {
        var tell: (@Sendable () -> Void)?
        try database.inSavepoint {
            switch waiter {
            case .work(let run, _): tell = try run(database)
            case .point(let point):
                var recorder = try MetricRecorder(database)
                try point.write(&recorder)
                try recorder.flush()
                tell = { point.completion(.success(())) }
            }
            return .commit
        }
        guard let tell else { throw BancadaError(.internal, "a write came to no outcome") }
        return tell
    }

    /// Another process with a newer bancada may have migrated the workspace under this one.
    private func checkVersion(_ database: Database) throws {
        let version = try Int.fetchOne(database.cachedStatement(sql: "PRAGMA user_version"))
        guard version == schemaVersion else {
            throw BancadaError(
                .unavailable,
                "\(path) was changed to schema \(version ?? 0) while in use, this bancada "
                    + "writes schema \(schemaVersion)",
                hint: "restart this command with the newer bancada")
        }
    }
}
