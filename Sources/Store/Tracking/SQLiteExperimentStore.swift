import GRDB
package import Workbench

/// `ExperimentStore` over the workspace's database.
package struct SQLiteExperimentStore: ExperimentStore {
    let database: WorkspaceDatabase

    package func createExperiment(
        named name: String, artifactLocation: String?, tags: [Tag], at time: Timestamp
    ) async throws(BancadaError) -> ExperimentID {
        try TrackingRules.checkExperimentName(name)
        for tag in tags { try Self.check(tag) }
        // An empty place is none, as in MLflow.
        let location = artifactLocation.flatMap { $0.isEmpty ? nil : $0 }
        try TrackingRules.checkText(location ?? "", of: "artifact location")
        return try await database.write { db in
            try Self.checkFree(name, in: db)
            try db.run(
                """
                INSERT INTO experiments (
                    name, lifecycle, created_at, updated_at, artifact_location)
                VALUES (:name, 'active', :time, :time, :location)
                """, ["name": name, "time": time.milliseconds, "location": location])
            let id = ExperimentID(db.lastInsertedRowID)
            for tag in tags { try Self.set(tag, of: id, in: db) }
            return id
        }
    }

    package func experiment(_ id: ExperimentID) async throws(BancadaError) -> Experiment {
        try await database.read { db in
            guard
                let experiment = try db.first(
                    Self.selection + "WHERE e.id = :id", ["id": id.number],
                    { try Self.experiment($0, in: db) })
            else { throw Self.missing(id) }
            return experiment
        }
    }

    package func experiment(named name: String) async throws(BancadaError) -> Experiment {
        // The database ends a text at NUL, so such a name could find another experiment.
        try TrackingRules.checkText(name, of: "experiment name")
        return try await database.read { db in
            guard
                let experiment = try db.first(
                    Self.selection + "WHERE e.name = :name", ["name": name],
                    { try Self.experiment($0, in: db) })
            else {
                throw BancadaError(
                    .notFound, "experiment \"\(name)\" not found",
                    hint: "list experiments with 'bancada experiments list'")
            }
            return experiment
        }
    }

    package func experiments(
        _ query: ExperimentQuery, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<Experiment> {
        try Limits.check(limit, atMost: Limits.page)
        let search = try ExperimentSearch(query)
        let after = try PageKey.fields(of: token, listing: .experiments, query: search.hash)
            .map { (fields) throws(BancadaError) in try search.after(fields) }
        return try await database.read { db in
            let condition = SearchSQL.all([search.condition, after ?? .always])
            // Not kept: the text depends on what users ask for.
            let statement = try db.makeStatement(
                sql: Self.selection + """
                    WHERE \(condition.text)
                    ORDER BY \(search.order)
                    LIMIT \(limit + 1)
                    """)
            let found = try Row.fetchCursor(statement, arguments: condition.arguments)
            var rows: [Experiment] = []
            while let row = try found.next() { rows.append(try Self.experiment(row, in: db)) }
            return Page(rows, limit: limit, key: search.key(after:))
        }
    }

    package func renameExperiment(
        _ id: ExperimentID, to name: String, at time: Timestamp
    ) async throws(BancadaError) {
        try TrackingRules.checkExperimentName(name)
        try await database.write { db in
            try Self.checkActive(id, in: db)
            try Self.checkFree(name, in: db, except: id)
            try db.run(
                "UPDATE experiments SET name = :name, updated_at = :time WHERE id = :id",
                ["name": name, "time": time.milliseconds, "id": id.number])
        }
    }

    package func setLifecycle(
        _ stage: LifecycleStage, of id: ExperimentID, at time: Timestamp
    ) async throws(BancadaError) {
        guard id != .standard else {
            throw BancadaError(
                .invalidInput, "the experiment \"Default\" is always active",
                hint: "delete its runs instead")
        }
        try await database.write { db in
            guard let current = try Self.lifecycle(of: id, in: db) else { throw Self.missing(id) }
            guard current != stage else {
                throw BancadaError(
                    .notFound, "experiment \(id.number) is \(stage.rawValue) already",
                    hint: stage == .deleted
                        ? "restore it with 'bancada experiments restore \(id.number)'" : nil)
            }
            try db.run(
                "UPDATE experiments SET lifecycle = :stage, updated_at = :time WHERE id = :id",
                ["stage": stage.rawValue, "time": time.milliseconds, "id": id.number])
            // Runs that were deleted before their experiment stay deleted when it comes back.
            try db.run(
                stage == .deleted
                    ? """
                    UPDATE runs
                    SET lifecycle = 'deleted', deleted_with_experiment = 1, deleted_at = :time
                    WHERE experiment = :id AND lifecycle = 'active'
                    """
                    : """
                    UPDATE runs
                    SET lifecycle = 'active', deleted_with_experiment = 0, deleted_at = NULL
                    WHERE experiment = :id AND deleted_with_experiment = 1
                        AND :time IS NOT NULL
                    """, ["id": id.number, "time": time.milliseconds])
        }
    }

    package func setTag(_ tag: Tag, of id: ExperimentID) async throws(BancadaError) {
        try Self.check(tag)
        try await database.write { db in
            try Self.checkActive(id, in: db)
            try Self.set(tag, of: id, in: db)
        }
    }

    package func deleteTag(_ key: String, of id: ExperimentID) async throws(BancadaError) {
        try TrackingRules.checkText(key, of: "tag key")
        try await database.write { db in
            try Self.checkActive(id, in: db)
            try db.run(
                "DELETE FROM experiment_tags WHERE experiment = :id AND key = :key",
                ["id": id.number, "key": key])
            guard db.changesCount == 1 else {
                throw BancadaError(
                    .notFound, "experiment \(id.number) has no tag \"\(key)\"",
                    hint: "list the tags with 'bancada experiments show \(id.number)'")
            }
        }
    }
}

extension SQLiteExperimentStore {
    private static let selection = """
        SELECT e.id, e.name, e.lifecycle, e.created_at, e.updated_at, e.artifact_location
        FROM experiments AS e

        """

    private static func experiment(_ row: Row, in db: Database) throws -> Experiment {
        let id = ExperimentID(try row.integer(0))
        let tags = try db.all(
            "SELECT key, value FROM experiment_tags WHERE experiment = :id ORDER BY key",
            ["id": id.number]
        ) { Tag(key: try $0.text(0), value: try $0.text(1)) }
        return Experiment(
            id: id, name: try row.text(1), lifecycle: try row.choice(2),
            creationTime: try row.timestamp(3), lastUpdateTime: try row.timestamp(4), tags: tags,
            artifactLocation: try row.optionalText(5))
    }

    /// The lifecycle stage of an experiment; nil when there is none.
    static func lifecycle(of id: ExperimentID, in db: Database) throws -> LifecycleStage? {
        try db.first(
            "SELECT lifecycle FROM experiments WHERE id = :id", ["id": id.number]
        ) { try $0.choice(0) }
    }

    /// - Throws: `notFound`; `invalidInput` for a deleted experiment.
    static func checkActive(_ id: ExperimentID, in db: Database) throws {
        switch try lifecycle(of: id, in: db) {
        case .active: return
        case .deleted:
            throw BancadaError(
                .invalidInput, "experiment \(id.number) is deleted",
                hint: "restore it with 'bancada experiments restore \(id.number)'")
        case nil: throw missing(id)
        }
    }

    private static func checkFree(
        _ name: String, in db: Database, except id: ExperimentID? = nil
    ) throws {
        let taken: (id: Int64, lifecycle: LifecycleStage)? = try db.first(
            "SELECT id, lifecycle FROM experiments WHERE name = :name", ["name": name]
        ) { (try $0.integer(0), try $0.choice(1)) }
        guard let taken, taken.id != id?.number else { return }
        throw BancadaError(
            .conflict,
            taken.lifecycle == .active
                ? "experiment \"\(name)\" exists already, with id \(taken.id)"
                : "experiment \"\(name)\" exists already, deleted, with id \(taken.id)",
            hint: taken.lifecycle == .active
                ? "choose another name" : "restore it or choose another name")
    }

    private static func check(_ tag: Tag) throws(BancadaError) {
        try TrackingRules.checkTag(
            tag, of: "experiment", valueLength: TrackingRules.experimentTagValueLength)
    }

    private static func set(_ tag: Tag, of id: ExperimentID, in db: Database) throws {
        try db.run(
            """
            INSERT INTO experiment_tags (experiment, key, value) VALUES (:id, :key, :value)
            ON CONFLICT DO UPDATE SET value = excluded.value
            """, ["id": id.number, "key": tag.key, "value": tag.value])
    }

    private static func missing(_ id: ExperimentID) -> BancadaError {
        BancadaError(
            .notFound, "experiment \(id.number) not found",
            hint: "list experiments with 'bancada experiments list'")
    }
}
