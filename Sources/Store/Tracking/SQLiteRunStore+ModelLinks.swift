import GRDB
package import Workbench

extension SQLiteRunStore {
    package func logModelInputs(
        _ models: [LoggedModelID], to id: RunID
    ) async throws(BancadaError) {
        try await database.write { db in
            let run = try Self.activeNumber(of: id, in: db)
            for model in models { try Self.link(model, "input", step: 0, of: run, in: db) }
        }
    }

    package func logModelOutputs(
        _ models: [ModelOutput], to id: RunID
    ) async throws(BancadaError) {
        try await database.write { db in
            let run = try Self.activeNumber(of: id, in: db)
            for output in models {
                try Self.link(output.model, "output", step: output.step, of: run, in: db)
            }
        }
    }

    /// The logged models that a run reads and those that it made, in the order in which they were
    /// made; deleted ones included.
    static func modelLinks(
        of run: Int64, in db: Database
    ) throws -> (inputs: [LoggedModelID], outputs: [ModelOutput]) {
        var inputs: [LoggedModelID] = []
        var outputs: [ModelOutput] = []
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT run_models.role, logged_models.id, run_models.step
                    FROM run_models JOIN logged_models ON logged_models.number = run_models.model
                    WHERE run_models.run = :run
                    ORDER BY run_models.role, run_models.model
                    """), arguments: ["run": run])
        while let row = try rows.next() {
            guard let model = LoggedModelID(try row.text(1)) else {
                throw BancadaError(
                    .corrupt, "the workspace's database is damaged: a logged model without an id",
                    hint: corruptionHint)
            }
            if try row.text(0) == "input" {
                inputs.append(model)
            } else {
                outputs.append(ModelOutput(model: model, step: try row.integer(2)))
            }
        }
        return (inputs, outputs)
    }

    private static func link(
        _ model: LoggedModelID, _ role: String, step: Int64, of run: Int64, in db: Database
    ) throws {
        let number = try SQLiteLoggedModelStore.existing(model, in: db)
        try db.run(
            """
            INSERT INTO run_models (run, role, model, step) VALUES (:run, :role, :model, :step)
            ON CONFLICT DO NOTHING
            """, ["run": run, "role": role, "model": number, "step": step])
    }
}
