import GRDB
package import Workbench

/// `RunStore` over the workspace's database. What runs log is in `SQLiteRunStore+Logging`, listings
/// in `SQLiteRunStore+Listing`, datasets in `SQLiteRunStore+Inputs`.
package struct SQLiteRunStore: RunStore {
    let database: WorkspaceDatabase

    package func createRun(_ run: NewRun) async throws(BancadaError) -> Run {
        let prepared = try Self.prepare(run, database)
        return try await database.write { db in
            try Self.insert(prepared, in: db)
            return try Self.run(run.id, in: db)
        }
    }

    package func run(_ id: RunID) async throws(BancadaError) -> Run {
        try await database.read { try Self.run(id, in: $0) }
    }

    package func updateRun(
        _ id: RunID, _ update: RunUpdate
    ) async throws(BancadaError) -> Run {
        // An empty name leaves the name, as in MLflow.
        let name = try update.name.flatMap { $0.isEmpty ? nil : $0 }.map(RunTags.checkedName)
        let time = database.clock.now()
        return try await database.write { db in
            let number = try Self.activeNumber(of: id, in: db)
            try db.run(
                """
                UPDATE runs
                SET status = coalesce(:status, status), ended_at = coalesce(:end, ended_at)
                WHERE number = :number
                """,
                [
                    "status": update.status?.rawValue, "end": update.endTime?.milliseconds,
                    "number": number,
                ])
            if let name {
                try Self.set(Tag(key: RunTags.nameKey, value: name), of: number, in: db)
            }
            if update.status?.isTerminal == true {
                try SQLiteLeaseStore.release(id.leaseResource, at: time, in: db)
            }
            return try Self.run(id, in: db)
        }
    }

    package func setLifecycle(
        _ stage: LifecycleStage, of id: RunID
    ) async throws(BancadaError) {
        let time = database.clock.now()
        try await database.write { db in
            try db.run(
                """
                UPDATE runs
                SET lifecycle = :stage, deleted_with_experiment = 0,
                    deleted_at = CASE
                        WHEN :stage = 'active' THEN NULL
                        WHEN lifecycle = 'active' THEN :time
                        ELSE deleted_at
                    END
                WHERE id = :id
                """,
                ["stage": stage.rawValue, "id": id.text, "time": time.milliseconds])
            if db.changesCount == 0 { throw Self.missing(id) }
        }
    }
}

/// A run that is about to start, checked and named.
struct PreparedRun: Sendable {
    let run: NewRun
    let name: String
    let tags: [Tag]
}

extension SQLiteRunStore {
    /// Checks a run's texts and gives it its name.
    static func prepare(
        _ run: NewRun, _ database: WorkspaceDatabase
    ) throws(BancadaError) -> PreparedRun {
        var tags = try RunTags.checked(run.tags)
        let tagged = tags.last { $0.key == RunTags.nameKey }?.value
        let given = run.name.flatMap { $0.isEmpty ? nil : $0 }
        if let given, let tagged, given != tagged {
            throw BancadaError(
                .invalidInput,
                "run name \"\(given)\" differs from its tag \(RunTags.nameKey) \"\(tagged)\"",
                hint: "give one of them")
        }
        var name = given ?? tagged ?? ""
        if name.isEmpty { name = database.withRandomNumbers { RunName.invented(using: &$0) } }
        name = try RunTags.checkedName(name)
        tags.removeAll { $0.key == RunTags.nameKey }
        tags.append(Tag(key: RunTags.nameKey, value: name))
        if let parent = run.parent?.text {
            let tagged = tags.last { $0.key == RunTags.parentKey }?.value
            if let tagged, tagged != parent {
                throw BancadaError(
                    .invalidInput,
                    "parent \(parent) differs from the tag \(RunTags.parentKey) "
                        + "\"\(tagged.prefix(80))\"",
                    hint: "give one of them")
            }
            if tagged == nil { tags.append(Tag(key: RunTags.parentKey, value: parent)) }
        }
        try TrackingRules.checkText(run.user, of: "user")
        return PreparedRun(run: run, name: name, tags: tags)
    }

    /// Writes a run with its tags and takes its holder's lease; returns the row's number.
    @discardableResult
    static func insert(_ prepared: PreparedRun, in db: Database) throws -> Int64 {
        let run = prepared.run
        try insert(run, name: prepared.name, in: db)
        let number = db.lastInsertedRowID
        for tag in prepared.tags { try set(tag, of: number, in: db) }
        if let holder = run.holder {
            try SQLiteLeaseStore.acquire(
                run.id.leaseResource, for: holder, at: run.startTime, in: db)
        }
        return number
    }

    private static func insert(_ run: NewRun, name: String, in db: Database) throws {
        try SQLiteExperimentStore.checkActive(run.experiment, in: db)
        if try db.exists("SELECT 1 FROM runs WHERE id = :id", ["id": run.id.text]) {
            throw BancadaError(
                .conflict, "run \(run.id.text) exists already", hint: "make a new run id")
        }
        let parent = try run.parent.map { try existingNumber(of: $0, in: db) }
        try db.run(
            """
            INSERT INTO runs (
                id, kind, parent, experiment, name, user, status, lifecycle, started_at)
            VALUES (
                :id, :kind, :parent, :experiment, :name, :user, 'RUNNING', 'active', :start)
            """,
            [
                "id": run.id.text, "kind": run.kind.rawValue, "parent": parent,
                "experiment": run.experiment.number, "name": name, "user": run.user,
                "start": run.startTime.milliseconds,
            ])
    }

    /// The number of a run's row; nil when there is no such run.
    static func number(of id: RunID, in db: Database) throws -> Int64? {
        try db.first("SELECT number FROM runs WHERE id = :id", ["id": id.text]) {
            try $0.integer(0)
        }
    }

    /// The number of a run's row.
    ///
    /// - Throws: `notFound`.
    static func existingNumber(of id: RunID, in db: Database) throws -> Int64 {
        guard let number = try number(of: id, in: db) else { throw missing(id) }
        return number
    }

    /// The number of an active run's row.
    ///
    /// - Throws: `notFound`; `invalidInput` for a deleted run.
    static func activeNumber(of id: RunID, in db: Database) throws -> Int64 {
        let found: (number: Int64, lifecycle: LifecycleStage)? = try db.first(
            "SELECT number, lifecycle FROM runs WHERE id = :id", ["id": id.text]
        ) { (try $0.integer(0), try $0.choice(1)) }
        guard let found else { throw missing(id) }
        guard found.lifecycle == .active else {
            throw BancadaError(
                .invalidInput, "run \(id.text) is deleted and cannot be changed",
                hint: "restore it with 'bancada runs restore \(id.text)'")
        }
        return found.number
    }

    /// Sets a tag of a run's row; the tag of the name renames the run, that of the parent makes the
    /// run a part of another. An empty name leaves the name, as in MLflow.
    static func set(_ tag: Tag, of run: Int64, in db: Database) throws {
        if tag.key == RunTags.nameKey, tag.value.isEmpty { return }
        let statement = try FastStatement(
            """
            INSERT INTO run_tags (run, key, value) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET value = excluded.value
            """, in: db)
        try statement.bind(run, at: 1)
        try statement.bind(tag.key, at: 2)
        try statement.bind(tag.value, at: 3)
        try statement.run()
        switch tag.key {
        case RunTags.nameKey:
            try db.run(
                "UPDATE runs SET name = :name WHERE number = :run",
                ["name": tag.value, "run": run])
        case RunTags.parentKey: try setParent(tag.value, of: run, in: db)
        default: break
        }
    }

    /// Makes a run a part of the run with an id, or of none: where there is no such run, and where
    /// that one is itself the run or a part of it.
    static func setParent(_ id: String?, of run: Int64, in db: Database) throws {
        try db.run(
            """
            UPDATE runs
            SET parent = (
                SELECT number FROM runs AS parents
                WHERE id = :id AND NOT EXISTS (
                    WITH RECURSIVE above (number) AS (
                        SELECT parents.number
                        UNION
                        SELECT r.parent FROM above JOIN runs AS r ON r.number = above.number
                        WHERE r.parent IS NOT NULL)
                    SELECT 1 FROM above WHERE number = :run))
            WHERE number = :run
            """, ["id": id, "run": run])
    }

    /// The error for a run that does not exist.
    static func missing(_ id: RunID) -> BancadaError {
        BancadaError(
            .notFound, "run \(id.text) not found", hint: "list runs with 'bancada runs list'")
    }
}

extension RunID {
    /// The lease that the process executing the run holds.
    package var leaseResource: String { "run:" + text }
}

/// The rules of run tags, and of the one that is the run's name.
enum RunTags {
    /// The tag that is the same thing as the run's name.
    static let nameKey = "mlflow.runName"
    /// The tag that is the same thing as the run's parent.
    static let parentKey = "mlflow.parentRunId"

    /// Tags with checked keys and values cut to their limit.
    static func checked(_ tags: [Tag]) throws(BancadaError) -> [Tag] {
        var checked: [Tag] = []
        for tag in tags {
            try TrackingRules.checkKey(tag.key, of: "tag")
            try TrackingRules.checkText(tag.value, of: "value of tag \"\(tag.key)\"")
            let value = TrackingRules.truncated(tag.value, to: TrackingRules.runTagValueLength)
            checked.append(Tag(key: tag.key, value: value))
        }
        return checked
    }

    /// A run's name as it is stored: the value of a tag.
    static func checkedName(_ name: String) throws(BancadaError) -> String {
        try TrackingRules.checkText(name, of: "run name")
        return TrackingRules.truncated(name, to: TrackingRules.runTagValueLength)
    }
}
