import GRDB
package import Workbench

/// `ExchangeStore` over the workspace's database: experiments and runs. Models are in
/// `SQLiteExchangeStore+Models`, the registry in `SQLiteExchangeStore+Registry`.
package struct SQLiteExchangeStore: ExchangeStore {
    let database: WorkspaceDatabase

    /// The greatest number that an experiment keeps; those that MLflow draws are far above it.
    private static let greatestNumber: Int64 = 1 << 31

    package func importExperiment(
        _ experiment: Experiment
    ) async throws(BancadaError) -> (id: ExperimentID, isNew: Bool) {
        try TrackingRules.checkExperimentName(experiment.name)
        for tag in experiment.tags {
            try TrackingRules.checkTag(
                tag, of: "experiment", valueLength: TrackingRules.experimentTagValueLength)
        }
        if let location = experiment.artifactLocation {
            try TrackingRules.checkText(location, of: "artifact location")
        }
        return try await database.write { db in
            let found: (id: Int64, lifecycle: LifecycleStage)? = try db.first(
                "SELECT id, lifecycle FROM experiments WHERE name = :name",
                ["name": experiment.name]
            ) { (try $0.integer(0), try $0.choice(1)) }
            if let found {
                try Self.merge(experiment, into: found.id, found.lifecycle, in: db)
                return (ExperimentID(found.id), false)
            }
            return (try Self.insert(experiment, in: db), true)
        }
    }

    private static func insert(_ experiment: Experiment, in db: Database) throws -> ExperimentID {
        let number = experiment.id.number
        let isFree = try !db.exists(
            "SELECT 1 FROM experiments WHERE id = :id", ["id": number])
        let keeps = isFree && number > 0 && number < greatestNumber
        try db.run(
            """
            INSERT INTO experiments (id, name, lifecycle, created_at, updated_at)
            VALUES (:id, :name, :lifecycle, :created, :updated)
            """,
            [
                "id": keeps ? number : nil, "name": experiment.name,
                "lifecycle": experiment.lifecycle.rawValue,
                "created": experiment.creationTime.milliseconds,
                "updated": experiment.lastUpdateTime.milliseconds,
            ])
        let id = db.lastInsertedRowID
        try setLocation(experiment.artifactLocation, of: id, in: db)
        for tag in experiment.tags { try set(tag, of: id, in: db) }
        return ExperimentID(id)
    }

    private static func merge(
        _ experiment: Experiment, into id: Int64, _ lifecycle: LifecycleStage, in db: Database
    ) throws {
        if lifecycle == .deleted, experiment.lifecycle == .active {
            throw BancadaError(
                .conflict, "experiment \"\(experiment.name)\" is deleted here, with id \(id)",
                hint: "restore it with 'bancada experiments restore \(id)', then import again")
        }
        let stored = try db.all(
            "SELECT key, value FROM experiment_tags WHERE experiment = :id", ["id": id]
        ) { Tag(key: try $0.text(0), value: try $0.text(1)) }
        for tag in experiment.tags {
            guard let old = stored.first(where: { $0.key.utf8.elementsEqual(tag.key.utf8) }) else {
                try set(tag, of: id, in: db)
                continue
            }
            guard old.value.utf8.elementsEqual(tag.value.utf8) else {
                throw BancadaError(
                    .conflict,
                    "experiment \"\(experiment.name)\" has the tag \"\(tag.key)\" with another "
                        + "value here",
                    hint: "give one of the two another name")
            }
        }
        if try db.exists("SELECT 1 FROM runs WHERE experiment = :id", ["id": id]) { return }
        try db.run(
            "UPDATE experiments SET created_at = :created, updated_at = :updated WHERE id = :id",
            [
                "created": experiment.creationTime.milliseconds,
                "updated": experiment.lastUpdateTime.milliseconds, "id": id,
            ])
    }

    private static func setLocation(
        _ location: String?, of id: Int64, in db: Database
    ) throws {
        guard let location else { return }
        try db.run(
            "UPDATE experiments SET artifact_location = :location WHERE id = :id",
            ["location": location, "id": id])
    }

    private static func set(_ tag: Tag, of id: Int64, in db: Database) throws {
        try db.run(
            "INSERT INTO experiment_tags (experiment, key, value) VALUES (:id, :key, :value)",
            ["id": id, "key": tag.key, "value": tag.value])
    }
}
