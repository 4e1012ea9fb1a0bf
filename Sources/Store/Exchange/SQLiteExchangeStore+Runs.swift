import GRDB
package import Workbench

extension SQLiteExchangeStore {
    package func importRun(
        _ run: Run, points: [Metric], isLast: Bool
    ) async throws(BancadaError) {
        let batches = try Self.batches(of: run, points)
        try TrackingRules.checkText(run.user, of: "user")
        try TrackingRules.checkText(run.name, of: "run name")
        for input in run.datasets { try SQLiteRunStore.check(input) }
        try await database.write { db in
            let number = try Self.begin(run, in: db)
            for batch in batches { try SQLiteRunStore.write(batch, to: number, in: db) }
            if isLast {
                try SQLiteRunStore.write(run.datasets, to: number, in: db)
                try Self.end(run, number, in: db)
            } else {
                let mark = Tag(key: ImportMark.key, value: ImportMark.value)
                try SQLiteRunStore.set(mark, of: number, in: db)
            }
        }
    }

    /// What a run logs, in pieces of the size that may be logged at once.
    private static func batches(
        of run: Run, _ points: [Metric]
    ) throws(BancadaError) -> [CheckedBatch] {
        var batches: [CheckedBatch] = []
        let step = TrackingRules.batchParamsOrTags
        for start in stride(from: 0, to: max(run.params.count, run.tags.count), by: step) {
            batches.append(
                try CheckedBatch(
                    LogBatch(
                        params: Array(run.params.dropFirst(start).prefix(step)),
                        tags: Array(run.tags.dropFirst(start).prefix(step)))))
        }
        for start in stride(from: 0, to: points.count, by: TrackingRules.batchMetrics) {
            batches.append(
                try CheckedBatch(
                    LogBatch(
                        metrics: Array(
                            points.dropFirst(start).prefix(TrackingRules.batchMetrics)))))
        }
        return batches
    }

    /// The row of the run, made where there is none.
    private static func begin(_ run: Run, in db: Database) throws -> Int64 {
        if let number = try SQLiteRunStore.number(of: run.id, in: db) {
            let isUnfinished = try db.exists(
                "SELECT 1 FROM run_tags WHERE run = :run AND key = :key AND value = :value",
                ["run": number, "key": ImportMark.key, "value": ImportMark.value])
            guard isUnfinished else {
                throw BancadaError(
                    .conflict, "run \(run.id.text) exists already",
                    hint: "delete one of the two")
            }
            return number
        }
        guard
            try SQLiteExperimentStore.lifecycle(of: run.experiment, in: db) != nil
        else {
            throw BancadaError(.notFound, "experiment \(run.experiment.number) not found")
        }
        let parent = try run.parent.map { try SQLiteRunStore.existingNumber(of: $0, in: db) }
        try db.run(
            """
            INSERT INTO runs (
                id, kind, parent, experiment, name, user, status, lifecycle, started_at)
            VALUES (
                :id, :kind, :parent, :experiment, :name, :user, 'RUNNING', 'active', :start)
            """,
            [
                "id": run.id.text, "kind": run.kind.rawValue, "parent": parent,
                "experiment": run.experiment.number, "name": run.name, "user": run.user,
                "start": run.startTime.milliseconds,
            ])
        return db.lastInsertedRowID
    }

    /// Gives the run its state. A run that was deleted with its experiment comes back with it.
    private static func end(_ run: Run, _ number: Int64, in db: Database) throws {
        try db.run(
            "DELETE FROM run_tags WHERE run = :run AND key = :key",
            ["run": number, "key": ImportMark.key])
        try db.run(
            """
            UPDATE runs
            SET status = :status, ended_at = :end, lifecycle = :lifecycle,
                deleted_with_experiment = :lifecycle = 'deleted' AND EXISTS (
                    SELECT 1 FROM experiments
                    WHERE id = runs.experiment AND lifecycle = 'deleted')
            WHERE number = :number
            """,
            [
                "status": run.status.rawValue, "end": run.endTime?.milliseconds,
                "lifecycle": run.lifecycle.rawValue, "number": number,
            ])
    }

    package func importLinks(
        of run: RunID, inputs: [LoggedModelID], outputs: [ModelOutput]
    ) async throws(BancadaError) -> Int {
        try await database.write { db in
            let number = try SQLiteRunStore.existingNumber(of: run, in: db)
            var new = 0
            for model in inputs {
                new += try Self.link(model, role: "input", step: 0, to: number, in: db)
            }
            for output in outputs {
                new += try Self.link(
                    output.model, role: "output", step: output.step, to: number, in: db)
            }
            return new
        }
    }

    /// Notes a model of a run; returns 1 where that is new, else 0.
    private static func link(
        _ model: LoggedModelID, role: String, step: Int64, to run: Int64, in db: Database
    ) throws -> Int {
        try db.run(
            """
            INSERT INTO run_models (run, role, model, step)
            SELECT :run, :role, number, :step FROM logged_models WHERE id = :model
            ON CONFLICT DO NOTHING
            """, ["run": run, "role": role, "step": step, "model": model.text])
        if db.changesCount > 0 { return 1 }
        if try db.exists("SELECT 1 FROM logged_models WHERE id = :id", ["id": model.text]) {
            return 0
        }
        throw BancadaError(.notFound, "logged model \(model.text) not found")
    }
}
