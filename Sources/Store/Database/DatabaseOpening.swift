import GRDB

/// How connections are opened. Everything that every connection needs is set here.
struct DatabaseOpening: Sendable {
    /// How long a connection waits for another process.
    var patience: Duration = .seconds(10)
    /// The most pages that the database may grow to, where that is limited.
    var pageLimit: Int?

    /// The memory of the connection that writes, in KiB: indexes by value are written all over.
    private static let writerCache = 16_384

    /// The size to which the log is cut after a checkpoint, in bytes.
    private static let logLimit = 1 << 26

    /// The pool that the stores write with: one writer, some readers on snapshots.
    ///
    /// The waiting, the write-ahead log and the foreign keys come from the configuration.
    /// `DatabasePool` then sets `synchronous = NORMAL`, under which a power cut could take
    /// acknowledged commits back; so FULL is set last, on the writer.
    func pool(at path: String) throws -> DatabasePool {
        var configuration = configuration()
        configuration.journalMode = .wal
        configuration.maximumReaderCount = 4
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try db.execute(sql: "PRAGMA cache_size = -\(Self.writerCache)")
            _ = try Int.fetchOne(db, sql: "PRAGMA wal_autocheckpoint = 4000")
            _ = try Int.fetchOne(db, sql: "PRAGMA journal_size_limit = \(Self.logLimit)")
            if let pageLimit {
                _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pageLimit)")
            }
        }
        return pool
    }

    /// One connection, for reading and for what happens before the pool: checks, creation,
    /// migrations. It writes nothing by itself and leaves no file behind when it is closed.
    func connection(to path: String, readOnly: Bool = false) throws -> DatabaseQueue {
        var configuration = configuration()
        configuration.readonly = readOnly
        let connection = try DatabaseQueue(path: path, configuration: configuration)
        try connection.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
        }
        return connection
    }

    private func configuration() -> Configuration {
        var configuration = Configuration()
        // SQLite's own time-out waits up to a tenth of a second between two looks and loses the race
        // for the lock against a process that commits without a break; pauses of a millisecond win
        // it.
        let pauses = Int(patience / .milliseconds(1))
        configuration.busyMode = .callback { tries in
            guard tries < pauses else { return false }
            pause(microseconds: 1000)
            return true
        }
        configuration.foreignKeysEnabled = true
        configuration.label = "bancada"
        configuration.prepareDatabase { db in
            LikeFunction.add(to: db)
            #if os(macOS)
                // There a plain sync leaves the bytes in the disk's own cache.
                try db.execute(sql: "PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON")
            #endif
        }
        return configuration
    }
}
