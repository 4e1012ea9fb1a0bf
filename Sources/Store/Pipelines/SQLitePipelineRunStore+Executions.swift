import GRDB
package import Workbench

extension SQLitePipelineRunStore {
    package func update(
        _ tasks: [TaskRecord], executions: [TaskExecutionUpdate], of run: RunID,
        holder: ProcessIdentity, queued: @Sendable () -> Void
    ) async throws(BancadaError) {
        let steps = try executions.map { update throws(BancadaError) in
            try PreparedExecution(update, holder: holder, database)
        }
        for task in tasks {
            try TrackingRules.checkText(task.path, of: "task")
            if let outputs = task.outputs { try TrackingRules.checkText(outputs, of: "outputs") }
        }
        let time = database.clock.now()
        try await database.write(queued: queued) { db in
            let number = try Self.heldNumber(of: run, holder: holder, in: db)
            for step in steps { try step.write(in: db, at: time) }
            for task in tasks { try Self.write(task, of: number, in: db) }
        }
    }

    package func tasks(of run: RunID) async throws(BancadaError) -> [TaskRecord] {
        try await database.read { db in
            let number = try SQLiteRunStore.existingNumber(of: run, in: db)
            return try db.all(
                Self.taskSelection + "WHERE tasks.pipeline_run = :run ORDER BY tasks.number",
                ["run": number]
            ) { try Self.task($0) }
        }
    }

    static let taskSelection = """
        SELECT tasks.path, tasks.component, tasks.state, tasks.attempt, tasks.is_cached,
            executed.id, tasks.cache_key, tasks.cache_inputs, tasks.outputs, tasks.message,
            tasks.started_at, tasks.ended_at, tasks.user_seconds, tasks.system_seconds,
            tasks.max_resident_bytes
        FROM tasks LEFT JOIN runs AS executed ON executed.number = tasks.run

        """

    /// The task in fifteen columns.
    static func task(_ row: Row) throws -> TaskRecord {
        var task = TaskRecord(path: try row.text(0), component: try row.text(1))
        task.state = try row.choice(2)
        task.attempt = try row.count(3)
        task.isCached = try row.integer(4) != 0
        task.run = try row.optionalRunID(5)
        task.cacheKey = try row.optionalDigest(6)
        task.cacheInputs = try row.optionalText(7)
        task.outputs = try row.optionalText(8)
        task.message = try row.optionalText(9)
        task.startTime = try row.optionalInteger(10).map(Timestamp.init(milliseconds:))
        task.endTime = try row.optionalInteger(11).map(Timestamp.init(milliseconds:))
        let user: DatabaseValue = row[12]
        let system: DatabaseValue = row[13]
        if let user = Double.fromDatabaseValue(user),
            let system = Double.fromDatabaseValue(system)
        {
            task.usage = ChildUsage(
                userSeconds: user, systemSeconds: system,
                maxResidentBytes: try row.optionalInteger(14).map(Int.init))
        }
        return task
    }

    private static func write(_ task: TaskRecord, of run: Int64, in db: Database) throws {
        let executed = try task.run.map { try SQLiteRunStore.existingNumber(of: $0, in: db) }
        try db.run(
            """
            INSERT INTO tasks (
                pipeline_run, path, component, state, attempt, is_cached, run, cache_key,
                cache_inputs, outputs, message, started_at, ended_at, user_seconds,
                system_seconds, max_resident_bytes)
            VALUES (
                :pipeline, :path, :component, :state, :attempt, :cached, :run, :key,
                :inputs, :outputs, :message, :start, :end, :user, :system, :memory)
            ON CONFLICT (pipeline_run, path) DO UPDATE
            SET component = excluded.component, state = excluded.state,
                attempt = max(tasks.attempt, excluded.attempt),
                is_cached = excluded.is_cached, run = coalesce(excluded.run, tasks.run),
                cache_key = excluded.cache_key, cache_inputs = excluded.cache_inputs,
                outputs = excluded.outputs, message = excluded.message,
                started_at = excluded.started_at, ended_at = excluded.ended_at,
                user_seconds = excluded.user_seconds, system_seconds = excluded.system_seconds,
                max_resident_bytes = excluded.max_resident_bytes
            """,
            [
                "pipeline": run, "path": task.path, "component": task.component,
                "state": task.state.rawValue, "attempt": task.attempt, "cached": task.isCached,
                "run": executed, "key": task.cacheKey?.hex, "inputs": task.cacheInputs,
                "outputs": task.outputs, "message": task.message.map(TaskTexts.storable),
                "start": task.startTime?.milliseconds, "end": task.endTime?.milliseconds,
                "user": task.usage?.userSeconds, "system": task.usage?.systemSeconds,
                "memory": task.usage?.maxResidentBytes,
            ])
    }
}

/// What an execution writes, checked before the transaction.
private enum PreparedExecution: Sendable {
    case started(PreparedRun)
    case ended(
        RunID, RunStatus, Timestamp, CheckedBatch, [NewArtifact],
        [(name: String, digest: ContentDigest)])
    case group(ProcessGroup, holder: ProcessIdentity)
    case cached(ContentDigest, CachedResult)

    init(
        _ update: TaskExecutionUpdate, holder: ProcessIdentity, _ database: WorkspaceDatabase
    ) throws(BancadaError) {
        switch update {
        case .started(let run): self = .started(try SQLiteRunStore.prepare(run, database))
        case .ended(let run, let status, let time, let batch, let artifacts, let inputs):
            for artifact in artifacts { try SQLiteArtifactStore.check(artifact) }
            self = .ended(
                run, status, time, try CheckedBatch(TaskTexts.storable(batch)), artifacts, inputs)
        case .group(let group): self = .group(group, holder: holder)
        case .cached(let key, let result):
            try TrackingRules.checkText(result.outputs, of: "outputs")
            self = .cached(key, result)
        }
    }

    func write(in db: Database, at now: Timestamp) throws {
        switch self {
        case .started(let run): try SQLiteRunStore.insert(run, in: db)
        case .ended(let run, let status, let time, let batch, let artifacts, let inputs):
            let number = try SQLiteRunStore.activeNumber(of: run, in: db)
            try SQLiteRunStore.write(batch, to: number, in: db)
            // Before its outputs: one of them may have the bytes of an input.
            for input in inputs { try Self.record(input, of: number, in: db) }
            for artifact in artifacts {
                _ = try SQLiteArtifactStore.insert(artifact, at: time, in: db)
            }
            try db.run(
                "UPDATE runs SET status = :status, ended_at = :time WHERE number = :run",
                ["status": status.rawValue, "time": time.milliseconds, "run": number])
            try db.run("DELETE FROM process_groups WHERE run = :run", ["run": run.text])
        case .group(let group, let holder):
            try SQLiteProcessGroupStore.insert(group, holder: holder, in: db)
        case .cached(let key, let result):
            try db.run(
                """
                INSERT INTO task_results (cache_key, run, outputs, created_at)
                VALUES (:key, :run, :outputs, :time)
                ON CONFLICT DO UPDATE
                SET run = excluded.run, outputs = excluded.outputs,
                    created_at = excluded.created_at
                """,
                [
                    "key": key.hex,
                    "run": try SQLiteRunStore.existingNumber(of: result.run, in: db),
                    "outputs": result.outputs, "time": now.milliseconds,
                ])
        }
    }

    /// What was read is the artifact that was last recorded over these bytes.
    private static func record(
        _ input: (name: String, digest: ContentDigest), of run: Int64, in db: Database
    ) throws {
        try db.run(
            """
            INSERT INTO run_inputs (run, name, artifact)
            SELECT :run, :name, max(id) FROM artifacts WHERE digest = :digest HAVING max(id) > 0
            ON CONFLICT DO NOTHING
            """, ["run": run, "name": input.name, "digest": input.digest.hex])
    }
}
