import GRDB
package import Workbench

/// `ProcessGroupRecorder` over the workspace's database, for the groups of one process.
package struct SQLiteProcessGroupStore: ProcessGroupRecorder {
    let database: WorkspaceDatabase
    /// The process that starts the groups.
    let holder: ProcessIdentity

    package func record(_ group: ProcessGroup) async throws(BancadaError) {
        let holder = holder
        try await database.write { try Self.insert(group, holder: holder, in: $0) }
    }

    package func forget(_ group: ProcessGroup) async throws(BancadaError) {
        try await database.write { db in
            try db.run(
                """
                DELETE FROM process_groups
                WHERE boot_id = :boot AND process_id = :process AND start_ticks = :start
                """,
                [
                    "boot": group.leader.bootID, "process": group.leader.processID,
                    "start": Int64(bitPattern: group.leader.startTicks),
                ])
        }
    }

    static func insert(
        _ group: ProcessGroup, holder: ProcessIdentity, in db: Database
    ) throws {
        try db.run(
            """
            INSERT OR REPLACE INTO process_groups (
                boot_id, process_id, start_ticks, run, holder_boot_id, holder_process_id,
                holder_start_ticks)
            VALUES (
                :boot, :process, :start, :run, :holderBoot, :holderProcess, :holderStart)
            """,
            [
                "boot": group.leader.bootID, "process": group.leader.processID,
                "start": Int64(bitPattern: group.leader.startTicks), "run": group.run.text,
                "holderBoot": holder.bootID, "holderProcess": holder.processID,
                "holderStart": Int64(bitPattern: holder.startTicks),
            ])
    }

    static func all(
        in db: Database
    ) throws -> [(group: ProcessGroup, holder: ProcessIdentity)] {
        let rows = try db.all(
            """
            SELECT boot_id, process_id, start_ticks, run, holder_boot_id, holder_process_id,
                holder_start_ticks
            FROM process_groups
            """
        ) { row -> (ProcessGroup, ProcessIdentity)? in
            guard let run = RunID(try row.text(3)) else { return nil }
            return (
                ProcessGroup(run: run, leader: try identity(row, startingAt: 0)),
                try identity(row, startingAt: 4)
            )
        }
        return rows.compactMap(\.self)
    }

    private static func identity(_ row: Row, startingAt first: Int) throws -> ProcessIdentity {
        ProcessIdentity(
            bootID: try row.text(first),
            processID: Int32(truncatingIfNeeded: try row.integer(first + 1)),
            startTicks: UInt64(bitPattern: try row.integer(first + 2)))
    }
}
