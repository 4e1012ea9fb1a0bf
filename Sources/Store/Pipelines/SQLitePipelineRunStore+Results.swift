import GRDB
package import Workbench

extension SQLitePipelineRunStore {
    package func cachedResult(
        _ key: ContentDigest
    ) async throws(BancadaError) -> CachedResult? {
        try await database.read { db in
            try db.first(
                """
                SELECT runs.id, task_results.outputs
                FROM task_results JOIN runs ON runs.number = task_results.run
                WHERE task_results.cache_key = :key AND runs.lifecycle = 'active'
                """, ["key": key.hex]
            ) { row in
                CachedResult(
                    run: try row.runID(0),
                    outputs: try row.text(1))
            }
        }
    }

    package func earlierTasks(
        _ path: String, pipeline: String, before run: RunID?, limit: Int
    ) async throws(BancadaError) -> [(run: RunID, task: TaskRecord)] {
        try TrackingRules.checkText(path, of: "task")
        return try await database.read { db in
            let number = try run.map { try SQLiteRunStore.existingNumber(of: $0, in: db) }
            return try db.all(
                """
                SELECT tasks.path, tasks.component, tasks.state, tasks.attempt, tasks.is_cached,
                    executed.id, tasks.cache_key, tasks.cache_inputs, tasks.outputs,
                    tasks.message, tasks.started_at, tasks.ended_at, tasks.user_seconds,
                    tasks.system_seconds, tasks.max_resident_bytes, owner.id
                FROM pipeline_runs
                    JOIN tasks ON tasks.pipeline_run = pipeline_runs.run AND tasks.path = :path
                    JOIN runs AS owner ON owner.number = pipeline_runs.run
                    LEFT JOIN runs AS executed ON executed.number = tasks.run
                WHERE pipeline_runs.pipeline = :pipeline AND pipeline_runs.run < :before
                    AND owner.lifecycle = 'active'
                ORDER BY pipeline_runs.run DESC
                LIMIT :limit
                """,
                [
                    "path": path, "pipeline": pipeline, "before": number ?? .max,
                    "limit": limit,
                ]
            ) { (try $0.runID(15), try Self.task($0)) }
        }
    }

    package func strayGroups(at time: Timestamp) async throws(BancadaError) -> [ProcessGroup] {
        let (recorded, leases) = try await database.read { db in
            (
                try SQLiteProcessGroupStore.all(in: db),
                try db.all(
                    SQLiteLeaseStore.selection + "WHERE released_at IS NULL"
                ) { try SQLiteLeaseStore.lease($0, startingAt: 0) }
            )
        }
        // A holder that is silent has lost its leases, though its process may still be there.
        var silent: Set<ProcessIdentity> = []
        for lease in leases where lease.isDead(at: time) { silent.insert(lease.holder) }
        var running: [ProcessIdentity: Bool] = [:]
        return recorded.filter { group, holder in
            if silent.contains(holder) { return true }
            let isRunning = running[holder] ?? holder.isRunning
            running[holder] = isRunning
            return !isRunning
        }.map(\.group)
    }
}
