import GRDB
package import Workbench

/// `PipelineRunStore` over the workspace's database. What executions write is in
/// `SQLitePipelineRunStore+Executions`, results in `SQLitePipelineRunStore+Results`.
package struct SQLitePipelineRunStore: PipelineRunStore {
    let database: WorkspaceDatabase

    package func createPipelineRun(
        _ run: NewRun, pipeline: String, specification: String
    ) async throws(BancadaError) {
        let prepared = try SQLiteRunStore.prepare(run, database)
        try TrackingRules.checkText(pipeline, of: "pipeline name")
        try TrackingRules.checkText(specification, of: "pipeline")
        try await database.write { db in
            let number = try SQLiteRunStore.insert(prepared, in: db)
            try db.run(
                """
                INSERT INTO pipeline_runs (run, pipeline, specification)
                VALUES (:run, :pipeline, :specification)
                """,
                ["run": number, "pipeline": pipeline, "specification": specification])
        }
    }

    package func pipelineRun(_ run: RunID) async throws(BancadaError) -> PipelineRunRecord {
        try await database.read { try Self.record(of: run, in: $0) }
    }

    package func takeOver(
        _ run: RunID, holder: ProcessIdentity, at time: Timestamp
    ) async throws(BancadaError) -> PipelineRunRecord {
        try await database.write { db in
            let number = try SQLiteRunStore.activeNumber(of: run, in: db)
            _ = try Self.record(of: run, in: db)
            try SQLiteLeaseStore.acquire(run.leaseResource, for: holder, at: time, in: db)
            try db.run(
                "UPDATE runs SET status = 'RUNNING', ended_at = NULL WHERE number = :run",
                ["run": number])
            // What was executed when the last holder died.
            try db.run(
                """
                UPDATE runs SET status = 'KILLED', ended_at = :time
                WHERE parent = :run AND kind = 'task' AND status = 'RUNNING'
                """, ["time": time.milliseconds, "run": number])
            try db.run(
                "UPDATE pipeline_runs SET cancel_requests = 0, outputs = NULL WHERE run = :run",
                ["run": number])
            try db.run(
                "DELETE FROM run_tags WHERE run = :run AND key = 'bancada.error'",
                ["run": number])
            return try Self.record(of: run, in: db)
        }
    }

    package func finish(
        _ run: RunID, status: RunStatus, outputs: String?, message: String?,
        holder: ProcessIdentity, at time: Timestamp
    ) async throws(BancadaError) {
        if let outputs { try TrackingRules.checkText(outputs, of: "outputs") }
        let message = message.map(TaskTexts.storable)
        try await database.write { db in
            let number = try Self.heldNumber(of: run, holder: holder, in: db)
            try db.run(
                "UPDATE runs SET status = :status, ended_at = :time WHERE number = :run",
                ["status": status.rawValue, "time": time.milliseconds, "run": number])
            try db.run(
                "UPDATE pipeline_runs SET outputs = :outputs WHERE run = :run",
                ["outputs": outputs, "run": number])
            if let message {
                try SQLiteRunStore.set(
                    Tag(key: "bancada.error", value: message), of: number, in: db)
            }
            try SQLiteLeaseStore.release(run.leaseResource, at: time, in: db)
        }
    }

    package func requestCancel(_ run: RunID) async throws(BancadaError) {
        try await database.write { db in
            let number = try SQLiteRunStore.activeNumber(of: run, in: db)
            _ = try Self.record(of: run, in: db)
            let status: RunStatus? = try db.first(
                "SELECT status FROM runs WHERE number = :run", ["run": number]
            ) { try $0.choice(0) }
            if let status, status.isTerminal {
                throw BancadaError(
                    .conflict, "run \(run.text) has ended: it is \(status.rawValue)",
                    hint: "see it with 'bancada runs show \(run.text.prefix(8))'")
            }
            try db.run(
                """
                UPDATE pipeline_runs SET cancel_requests = min(cancel_requests + 1, 2)
                WHERE run = :run
                """, ["run": number])
        }
    }
}

extension SQLitePipelineRunStore {
    static func record(of run: RunID, in db: Database) throws -> PipelineRunRecord {
        let number = try SQLiteRunStore.existingNumber(of: run, in: db)
        let record = try db.first(
            """
            SELECT pipeline, specification, cancel_requests, outputs
            FROM pipeline_runs
            WHERE run = :run
            """, ["run": number]
        ) { row in
            PipelineRunRecord(
                run: run, pipeline: try row.text(0), specification: try row.text(1),
                cancelRequests: try row.count(2), outputs: try row.optionalText(3))
        }
        guard let record else {
            throw BancadaError(
                .notFound, "run \(run.text) is not a pipeline run",
                hint: "list pipeline runs with 'bancada runs list --kind pipeline'")
        }
        return record
    }

    /// The number of a pipeline run's row, of which `holder` has the lease.
    ///
    /// - Throws: `conflict` when it has not, or no longer.
    static func heldNumber(
        of run: RunID, holder: ProcessIdentity, in db: Database
    ) throws -> Int64 {
        let number = try SQLiteRunStore.activeNumber(of: run, in: db)
        guard try SQLiteLeaseStore.isHeld(run.leaseResource, by: holder, in: db) else {
            throw BancadaError(
                .conflict, "run \(run.text) is executed by another process now",
                hint: "see it with 'bancada runs show \(run.text.prefix(8))'")
        }
        return number
    }
}

/// Texts that come from programs, made fit to be stored.
enum TaskTexts {
    /// What a task has logged, with such texts.
    static func storable(_ batch: LogBatch) -> LogBatch {
        func clean(_ text: String) -> String {
            text.utf8.contains(0) ? text.replacing("\0", with: "") : text
        }
        return LogBatch(
            params: batch.params.map { Param(key: $0.key, value: clean($0.value)) },
            metrics: batch.metrics,
            tags: batch.tags.map { Tag(key: $0.key, value: clean($0.value)) })
    }

    /// The text without the characters that the database cannot keep, cut to a sensible length.
    static func storable(_ text: String) -> String {
        TrackingRules.truncated(
            String(text.unicodeScalars.filter { $0 != "\0" }.map(Character.init)),
            to: TrackingRules.runTagValueLength)
    }
}
