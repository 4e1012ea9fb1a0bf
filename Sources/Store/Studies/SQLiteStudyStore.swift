import GRDB
package import Workbench

/// `StudyStore` over the workspace's database. Trials are in `SQLiteStudyStore+Trials`.
package struct SQLiteStudyStore: StudyStore {
    let database: WorkspaceDatabase

    package func openStudy(
        _ study: NewStudy, holder: ProcessIdentity, at time: Timestamp
    ) async throws(BancadaError) -> Study {
        try TrackingRules.checkName(study.name, of: "study")
        try TrackingRules.checkText(study.specification, of: "study")
        try TrackingRules.checkKey(study.objective.metric, of: "metric")
        let run = try SQLiteRunStore.prepare(study.run, database)
        return try await database.write { db in
            let existing = try Self.row(named: study.name, in: db)
            try SQLiteLeaseStore.acquire(Self.resource(study.name), for: holder, at: time, in: db)
            if let existing {
                try Self.reopen(existing, as: study, in: db)
            } else {
                let number = try SQLiteRunStore.insert(run, in: db)
                try Self.insert(study, run: number, at: time, in: db)
            }
            return try Self.study(named: study.name, in: db)
        }
    }

    package func closeStudy(
        named name: String, state: StudyState, holder: ProcessIdentity, at time: Timestamp
    ) async throws(BancadaError) {
        try await database.write { db in
            let row = try Self.heldRow(named: name, holder: holder, in: db)
            try db.run(
                "UPDATE studies SET state = :state WHERE id = :id",
                ["state": state.rawValue, "id": row.id])
            let status: RunStatus =
                switch state {
                case .running: .running
                case .complete: .finished
                case .failed: .failed
                case .stopped: .killed
                }
            try db.run(
                "UPDATE runs SET status = :status, ended_at = :time WHERE number = :run",
                ["status": status.rawValue, "time": time.milliseconds, "run": row.run])
            try SQLiteLeaseStore.release(Self.resource(name), at: time, in: db)
            if let run = try Self.runID(row.run, in: db) {
                try SQLiteLeaseStore.release(run.leaseResource, at: time, in: db)
            }
        }
    }

    package func study(named name: String) async throws(BancadaError) -> Study {
        try await database.read { try Self.study(named: name, in: $0) }
    }

    package func studies() async throws(BancadaError) -> [Study] {
        try await database.read { db in
            try db.all(Self.selection + "GROUP BY studies.id ORDER BY studies.id DESC") {
                try Self.study($0)
            }
        }
    }
}

extension SQLiteStudyStore {
    /// The keys of a study's row.
    struct StudyRow {
        let id: Int64
        let run: Int64
        let specification: String
    }

    static func resource(_ name: String) -> String { "study:" + name }

    private static let selection = """
        SELECT studies.name, studies.specification, studies.metric, studies.goal, studies.target,
            studies.state, runs.id, studies.created_at,
            count(trials.number) FILTER (WHERE trials.state = 'COMPLETE'),
            count(trials.number) FILTER (WHERE trials.state = 'FAIL')
        FROM studies
            JOIN runs ON runs.number = studies.run
            LEFT JOIN trials ON trials.study = studies.id

        """

    private static func study(_ row: Row) throws -> Study {
        let target: DatabaseValue = row[4]
        return Study(
            name: try row.text(0), specification: try row.text(1),
            objective: StudyObjective(
                metric: try row.text(2), goal: try row.choice(3),
                target: Double.fromDatabaseValue(target)),
            state: try row.choice(5), run: try row.runID(6),
            creationTime: try row.timestamp(7), completed: try row.count(8),
            failed: try row.count(9))
    }

    static func study(named name: String, in db: Database) throws -> Study {
        let study = try db.first(
            selection + "WHERE studies.name = :name GROUP BY studies.id", ["name": name]
        ) { try Self.study($0) }
        guard let study else { throw missing(name) }
        return study
    }

    static func row(named name: String, in db: Database) throws -> StudyRow? {
        try db.first(
            "SELECT id, run, specification FROM studies WHERE name = :name", ["name": name]
        ) {
            StudyRow(
                id: try $0.integer(0), run: try $0.integer(1), specification: try $0.text(2))
        }
    }

    /// The row of a study, of which `holder` has the lease.
    ///
    /// - Throws: `notFound`; `conflict` when it has not, or no longer.
    static func heldRow(
        named name: String, holder: ProcessIdentity, in db: Database
    ) throws -> StudyRow {
        guard let row = try row(named: name, in: db) else { throw missing(name) }
        guard try SQLiteLeaseStore.isHeld(resource(name), by: holder, in: db) else {
            throw BancadaError(
                .conflict, "study \"\(name)\" is executed by another process now",
                hint: "see it with 'bancada studies show \(name)'")
        }
        return row
    }

    static func runID(_ number: Int64, in db: Database) throws -> RunID? {
        try db.first("SELECT id FROM runs WHERE number = :number", ["number": number]) {
            try $0.runID(0)
        }
    }

    private static func missing(_ name: String) -> BancadaError {
        BancadaError(
            .notFound, "study \"\(name)\" not found",
            hint: "list studies with 'bancada studies list'")
    }

    private static func reopen(_ row: StudyRow, as study: NewStudy, in db: Database) throws {
        guard row.specification == study.specification else {
            throw BancadaError(
                .conflict, "study \"\(study.name)\" exists with another specification",
                hint: "give the study another name, or the specification it had")
        }
        try db.run("UPDATE studies SET state = 'RUNNING' WHERE id = :id", ["id": row.id])
        try db.run(
            "UPDATE runs SET status = 'RUNNING', ended_at = NULL WHERE number = :run",
            ["run": row.run])
        if let run = try runID(row.run, in: db), let holder = study.run.holder {
            try SQLiteLeaseStore.acquire(
                run.leaseResource, for: holder, at: study.run.startTime, in: db)
        }
    }

    private static func insert(
        _ study: NewStudy, run: Int64, at time: Timestamp, in db: Database
    ) throws {
        try db.run(
            """
            INSERT INTO studies (
                name, specification, metric, goal, target, state, run, created_at)
            VALUES (
                :name, :specification, :metric, :goal, :target, 'RUNNING', :run, :time)
            """,
            [
                "name": study.name, "specification": study.specification,
                "metric": study.objective.metric, "goal": study.objective.goal.rawValue,
                "target": study.objective.target, "run": run, "time": time.milliseconds,
            ])
    }
}
