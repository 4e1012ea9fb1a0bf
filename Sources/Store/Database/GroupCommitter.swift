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
/// A write that waits is not cancelled any more: its outcome comes within one commit.
final class GroupCommitter: Sendable {
    /// The most writes in one transaction, so that other processes get their turn.
    static let batchLimit = 256
    /// The most writes that wait; more are refused.
    static let queueLimit = 16_384

    private struct Waiter: Sendable {
        /// Writes, and returns what tells the caller after the commit.
        let run: @Sendable (Database) throws -> (@Sendable () -> Void)
        let fail: @Sendable (BancadaError) -> Void
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
            enqueue(
                Waiter(
                    run: { database in
                        let value = try body(database)
                        return { waiting.resume(returning: .success(value)) }
                    },
                    fail: { waiting.resume(returning: .failure($0)) }))
            queued()
        }
        return try outcome.get()
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
    }

    private func commit(_ batch: [Waiter], in database: Database) {
        var batch = batch
        while !batch.isEmpty {
            switch attempt(batch, in: database) {
            case .settled(let outcomes):
                for tell in outcomes { tell() }
                return
            case .abandoned(let index, let error):
                state.withLock { $0.statistics.writes += 1 }
                batch.remove(at: index).fail(error)
            }
        }
    }

    private func attempt(_ batch: [Waiter], in database: Database) -> Attempt {
        do {
            try database.beginTransaction(.immediate)
            try checkVersion(database)
            var outcomes: [@Sendable () -> Void] = []
            for (index, waiter) in batch.enumerated() {
                do {
                    outcomes.append(try run(waiter, in: database))
                } catch {
                    let error = storeError(error, at: path)
                    guard database.isInsideTransaction else { return .abandoned(index, error) }
                    outcomes.append { waiter.fail(error) }
                }
            }
            try database.commit()
            state.withLock { state in
                state.statistics.transactions += 1
                state.statistics.writes += batch.count
            }
            return .settled(outcomes)
        } catch {
            let error = storeError(error, at: path)
            // SQLite has given the transaction up itself where this finds nothing to undo.
            try? database.rollback()
            state.withLock { $0.statistics.writes += batch.count }
            return .settled(batch.map { waiter in { waiter.fail(error) } })
        }
    }

    private func run(
        _ waiter: Waiter, in database: Database
    ) throws -> (@Sendable () -> Void) {
        var tell: (@Sendable () -> Void)?
        try database.inSavepoint {
            tell = try waiter.run(database)
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
