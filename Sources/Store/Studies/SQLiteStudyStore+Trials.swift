import GRDB
package import Workbench

extension SQLiteStudyStore {
    package func trials(of study: String) async throws(BancadaError) -> [Trial] {
        try await database.read { db in
            guard let row = try Self.row(named: study, in: db) else {
                throw BancadaError(
                    .notFound, "study \"\(study)\" not found",
                    hint: "list studies with 'bancada studies list'")
            }
            return try Self.trials(of: row.id, in: db)
        }
    }

    package func update(
        _ trials: [Trial], of study: String, holder: ProcessIdentity
    ) async throws(BancadaError) {
        let prepared = try trials.map { trial throws(BancadaError) in
            try PreparedTrial(trial, study: study, holder: holder, database)
        }
        try await database.write { db in
            let row = try Self.heldRow(named: study, holder: holder, in: db)
            for trial in prepared { try trial.write(of: row, in: db) }
        }
    }

    package func discardRunningTrials(
        of study: String, holder: ProcessIdentity, at time: Timestamp
    ) async throws(BancadaError) {
        try await database.write { db in
            let row = try Self.heldRow(named: study, holder: holder, in: db)
            let runs = try db.all(
                "SELECT run FROM trials WHERE study = :study AND state = 'RUNNING'",
                ["study": row.id]
            ) { try $0.optionalInteger(0) }
            for run in runs.compactMap(\.self) {
                try db.run(
                    """
                    UPDATE runs SET status = 'KILLED', ended_at = :time
                    WHERE number = :run AND status = 'RUNNING'
                    """, ["time": time.milliseconds, "run": run])
                if let id = try Self.runID(run, in: db) {
                    try SQLiteLeaseStore.release(id.leaseResource, at: time, in: db)
                }
            }
            try db.run(
                "DELETE FROM trials WHERE study = :study AND state = 'RUNNING'",
                ["study": row.id])
        }
    }

    private static func trials(of study: Int64, in db: Database) throws -> [Trial] {
        var parameters: [Int64: [JSON.Member]] = [:]
        for (trial, member) in try db.all(
            """
            SELECT trial, name, kind, value FROM trial_parameters
            WHERE study = :study
            ORDER BY trial, position
            """, ["study": study],
            { (try $0.integer(0), JSON.Member(try $0.text(1), try $0.scalar(2, value: 3))) })
        { parameters[trial, default: []].append(member) }
        var metrics: [Int64: [JSON.Member]] = [:]
        for (trial, member) in try db.all(
            """
            SELECT trial, name, value, is_nan FROM trial_metrics
            WHERE study = :study
            ORDER BY trial, name
            """, ["study": study],
            {
                (
                    try $0.integer(0),
                    JSON.Member(try $0.text(1), .number(try $0.number(2, nanFlag: 3)))
                )
            })
        { metrics[trial, default: []].append(member) }
        return try db.all(
            """
            SELECT trials.number, trials.state, trials.value, trials.message, runs.id,
                trials.started_at, trials.ended_at
            FROM trials LEFT JOIN runs ON runs.number = trials.run
            WHERE trials.study = :study
            ORDER BY trials.number
            """, ["study": study]
        ) { row in
            let number = try row.integer(0)
            let value: DatabaseValue = row[2]
            return Trial(
                number: Int(number), state: try row.choice(1),
                assignment: Assignment(parameters[number] ?? []),
                value: Double.fromDatabaseValue(value), metrics: metrics[number] ?? [],
                message: try row.optionalText(3), run: try row.optionalRunID(4),
                startTime: try row.timestamp(5),
                endTime: try row.optionalInteger(6).map(Timestamp.init(milliseconds:)))
        }
    }
}

/// A trial with what it writes to its run, checked before the transaction.
private struct PreparedTrial: Sendable {
    private let trial: Trial
    private let start: PreparedRun?
    private let batch: CheckedBatch
    private let end: (status: RunStatus, time: Timestamp)?

    init(
        _ trial: Trial, study: String, holder: ProcessIdentity, _ database: WorkspaceDatabase
    ) throws(BancadaError) {
        self.trial = trial
        start = try trial.run.map { run throws(BancadaError) in
            try SQLiteRunStore.prepare(
                NewRun(
                    id: run, kind: .trial, experiment: .standard,
                    name: "\(study)-\(trial.number)", user: "", startTime: trial.startTime,
                    holder: trial.state.isFinished ? nil : holder), database)
        }
        var tags: [Tag] = []
        if let message = trial.message {
            tags.append(Tag(key: "bancada.error", value: TaskTexts.storable(message)))
        }
        let time = trial.endTime ?? trial.startTime
        batch = try CheckedBatch(
            LogBatch(
                params: trial.assignment.values.map { Param(key: $0.name, value: $0.value.word) },
                metrics: trial.metrics.compactMap { member in
                    member.value.real.map { Metric(key: member.name, value: $0, timestamp: time) }
                }, tags: tags))
        switch trial.state {
        case .running: end = nil
        case .complete: end = (.finished, time)
        case .failed: end = (.failed, time)
        }
    }

    func write(of study: SQLiteStudyStore.StudyRow, in db: Database) throws {
        let run = try trial.run.map { try number(of: $0, of: study, in: db) }
        try db.run(
            """
            INSERT INTO trials (study, number, state, value, message, run, started_at, ended_at)
            VALUES (:study, :number, :state, :value, :message, :run, :start, :end)
            ON CONFLICT DO UPDATE
            SET state = excluded.state, value = excluded.value, message = excluded.message,
                run = excluded.run, started_at = excluded.started_at,
                ended_at = excluded.ended_at
            """,
            [
                "study": study.id, "number": trial.number, "state": trial.state.rawValue,
                "value": trial.value, "message": trial.message.map(TaskTexts.storable),
                "run": run, "start": trial.startTime.milliseconds,
                "end": trial.endTime?.milliseconds,
            ])
        try writeParameters(of: study.id, in: db)
        try writeMetrics(of: study.id, in: db)
        if let run { try writeRun(run, in: db) }
    }

    /// The number of the trial's run, made where it is new, in the experiment of the study's run.
    private func number(
        of id: RunID, of study: SQLiteStudyStore.StudyRow, in db: Database
    ) throws -> Int64 {
        if let number = try SQLiteRunStore.number(of: id, in: db) { return number }
        guard let start else {
            throw BancadaError(.internal, "trial \(trial.number) has no run to start")
        }
        let parent: (experiment: Int64, user: String)? = try db.first(
            "SELECT experiment, user FROM runs WHERE number = :run", ["run": study.run]
        ) { (try $0.integer(0), try $0.text(1)) }
        let parentID = try SQLiteStudyStore.runID(study.run, in: db)
        var run = start.run
        run.experiment = ExperimentID(parent?.experiment ?? 0)
        run.user = parent?.user ?? ""
        run.parent = parentID
        let tags = parentID.map { [Tag(key: "mlflow.parentRunId", value: $0.text)] } ?? []
        return try SQLiteRunStore.insert(
            PreparedRun(run: run, name: start.name, tags: start.tags + tags), in: db)
    }

    private func writeParameters(of study: Int64, in db: Database) throws {
        try db.run(
            "DELETE FROM trial_parameters WHERE study = :study AND trial = :trial",
            ["study": study, "trial": trial.number])
        for (position, member) in trial.assignment.values.enumerated() {
            let (kind, value) = try member.value.scalar(member.name)
            try db.run(
                """
                INSERT INTO trial_parameters (study, trial, position, name, kind, value)
                VALUES (:study, :trial, :position, :name, :kind, :value)
                """,
                [
                    "study": study, "trial": trial.number, "position": position,
                    "name": member.name, "kind": kind, "value": value,
                ])
        }
    }

    private func writeMetrics(of study: Int64, in db: Database) throws {
        for member in trial.metrics {
            guard let value = member.value.real else { continue }
            try db.run(
                """
                INSERT INTO trial_metrics (study, trial, name, value, is_nan)
                VALUES (:study, :trial, :name, :value, :nan)
                ON CONFLICT DO UPDATE SET value = excluded.value, is_nan = excluded.is_nan
                """,
                [
                    "study": study, "trial": trial.number, "name": member.name,
                    "value": value.isNaN ? 0 : value, "nan": value.isNaN,
                ])
        }
    }

    private func writeRun(_ run: Int64, in db: Database) throws {
        try SQLiteRunStore.write(batch, to: run, in: db)
        guard let end, let id = trial.run else { return }
        try db.run(
            "UPDATE runs SET status = :status, ended_at = :time WHERE number = :run",
            ["status": end.status.rawValue, "time": end.time.milliseconds, "run": run])
        try SQLiteLeaseStore.release(id.leaseResource, at: end.time, in: db)
    }
}

extension JSON {
    /// The value as the text of a run's param.
    fileprivate var word: String {
        switch self {
        case .null: "null"
        case .bool(let value): String(value)
        case .integer(let value): String(value)
        case .number(let value): String(value)
        case .string(let value): value
        case .array, .object: ""
        }
    }

    /// The number; nil for anything else.
    fileprivate var real: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// Kind and value of a scalar, as trial_parameters keeps them.
    fileprivate func scalar(_ name: String) throws -> (String, (any DatabaseValueConvertible)?) {
        switch self {
        case .null: ("null", nil)
        case .bool(let value): ("bool", value)
        case .integer(let value): ("integer", value)
        case .number(let value): ("number", value)
        case .string(let value): ("string", value)
        case .array, .object:
            throw BancadaError(
                .invalidInput,
                "parameter \"\(name)\" is a list or an object, expected a text, a number or a "
                    + "boolean", hint: "let the choices be plain values")
        }
    }
}

extension Row {
    /// The scalar in two columns.
    fileprivate func scalar(_ kind: Int, value index: Int) throws -> JSON {
        let value: DatabaseValue = self[index]
        switch (try text(kind), value.storage) {
        case ("null", _): return .null
        case ("bool", .int64(let number)): return .bool(number != 0)
        case ("integer", .int64(let number)): return .integer(number)
        case ("number", .double(let number)): return .number(number)
        case ("number", .int64(let number)): return .number(Double(number))
        case ("string", .string(let text)): return .string(text)
        default:
            throw BancadaError(
                .corrupt, "the workspace's database is damaged: a parameter of another kind",
                hint: corruptionHint)
        }
    }
}
