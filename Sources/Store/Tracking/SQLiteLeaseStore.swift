import GRDB
package import Workbench

/// `LeaseStore` over the workspace's database. A row stays after its release, so that a run still
/// says who executed it.
package struct SQLiteLeaseStore: LeaseStore {
    let database: WorkspaceDatabase

    package func acquire(
        _ resource: String, for holder: ProcessIdentity, at time: Timestamp
    ) async throws(BancadaError) -> Lease {
        try TrackingRules.checkText(resource, of: "lease")
        guard !resource.isEmpty else {
            throw BancadaError(.invalidInput, "a lease without a resource")
        }
        return try await database.write { db in
            try Self.acquire(resource, for: holder, at: time, in: db)
        }
    }

    @discardableResult
    package func heartbeat(
        of holder: ProcessIdentity, at time: Timestamp
    ) async throws(BancadaError) -> [String] {
        try await database.write { db in
            // A clock that is set back must not make a live lease look older.
            try db.all(
                """
                UPDATE leases SET heartbeat_at = max(heartbeat_at, :time)
                WHERE boot_id = :boot AND process_id = :process AND start_ticks = :start
                    AND released_at IS NULL
                RETURNING resource
                """, holder.arguments + ["time": time.milliseconds]
            ) { try $0.text(0) }.sorted()
        }
    }

    package func release(
        _ resource: String, of holder: ProcessIdentity
    ) async throws(BancadaError) {
        try TrackingRules.checkText(resource, of: "lease")
        let time = database.clock.now()
        try await database.write { db in
            let held = try Self.held(resource, in: db)
            guard let held, held.holder == holder else {
                throw BancadaError(
                    .conflict, "process \(holder.processID) does not hold the lease \(resource)",
                    hint: "stop working on it")
            }
            try Self.release(resource, at: time, in: db)
        }
    }

    package func deadLeases(at time: Timestamp) async throws(BancadaError) -> [Lease] {
        let held = try await database.read { db in
            try db.all(
                Self.selection + """
                    WHERE released_at IS NULL
                    ORDER BY acquired_at, resource
                    """
            ) { try Self.lease($0, startingAt: 0) }
        }
        return held.filter { $0.isDead(at: time) }
    }
}

extension SQLiteLeaseStore {
    static let selection = """
        SELECT resource, boot_id, process_id, start_ticks, acquired_at, heartbeat_at FROM leases

        """

    /// The lease in six columns from `first` on.
    static func lease(_ row: Row, startingAt first: Int) throws -> Lease {
        let holder = ProcessIdentity(
            bootID: try row.text(first + 1),
            processID: Int32(truncatingIfNeeded: try row.integer(first + 2)),
            startTicks: UInt64(bitPattern: try row.integer(first + 3)))
        return Lease(
            resource: try row.text(first), holder: holder, acquired: try row.timestamp(first + 4),
            heartbeat: try row.timestamp(first + 5))
    }

    /// Takes a lease that is free, dead or the holder's own.
    ///
    /// - Throws: `conflict` when another live process has it.
    @discardableResult
    static func acquire(
        _ resource: String, for holder: ProcessIdentity, at time: Timestamp, in db: Database
    ) throws -> Lease {
        let held = try held(resource, in: db)
        if let held, held.holder != holder, !held.isDead(at: time) {
            throw BancadaError(
                .conflict, "\(resource) is held by process \(held.holder.processID)",
                hint: "wait for process \(held.holder.processID) to finish or stop it")
        }
        let acquired = held?.holder == holder ? held?.acquired ?? time : time
        try db.run(
            """
            INSERT INTO leases (
                resource, boot_id, process_id, start_ticks, acquired_at, heartbeat_at)
            VALUES (:resource, :boot, :process, :start, :acquired, :time)
            ON CONFLICT DO UPDATE
            SET boot_id = excluded.boot_id, process_id = excluded.process_id,
                start_ticks = excluded.start_ticks, acquired_at = excluded.acquired_at,
                heartbeat_at = excluded.heartbeat_at, released_at = NULL
            """,
            holder.arguments + [
                "resource": resource, "acquired": acquired.milliseconds,
                "time": time.milliseconds,
            ])
        return Lease(resource: resource, holder: holder, acquired: acquired, heartbeat: time)
    }

    /// Ends a lease, whoever holds it.
    static func release(_ resource: String, at time: Timestamp, in db: Database) throws {
        try db.run(
            """
            UPDATE leases SET released_at = :time
            WHERE resource = :resource AND released_at IS NULL
            """, ["resource": resource, "time": time.milliseconds])
    }

    /// Whether `holder` has a lease, dead or not: nobody else has taken it.
    static func isHeld(
        _ resource: String, by holder: ProcessIdentity, in db: Database
    ) throws -> Bool {
        try held(resource, in: db)?.holder == holder
    }

    private static func held(_ resource: String, in db: Database) throws -> Lease? {
        try db.first(
            selection + "WHERE resource = :resource AND released_at IS NULL",
            ["resource": resource]
        ) { try lease($0, startingAt: 0) }
    }
}

extension ProcessIdentity {
    fileprivate var arguments: StatementArguments {
        ["boot": bootID, "process": processID, "start": Int64(bitPattern: startTicks)]
    }
}
