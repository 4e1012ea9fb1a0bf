import GRDB
package import Workbench

extension SQLiteExchangeStore {
    package func importLoggedModel(
        _ model: LoggedModel, lifecycle: LifecycleStage
    ) async throws(BancadaError) {
        try TrackingRules.checkText(model.name, of: "model name")
        try TrackingRules.checkText(model.type, of: "model type")
        for param in model.params {
            try TrackingRules.checkKey(param.key, of: "param")
            try TrackingRules.checkText(param.value, of: "value of param \"\(param.key)\"")
        }
        for tag in model.tags {
            try TrackingRules.checkKey(tag.key, of: "tag")
            try TrackingRules.checkText(tag.value, of: "value of tag \"\(tag.key)\"")
        }
        for point in model.metrics {
            try TrackingRules.checkKey(point.metric.key, of: "metric")
        }
        try await database.write { db in
            if try db.exists("SELECT 1 FROM logged_models WHERE id = :id", ["id": model.id.text]) {
                throw BancadaError(
                    .conflict, "logged model \(model.id.text) exists already",
                    hint: "delete one of the two")
            }
            let number = try Self.insert(model, lifecycle, in: db)
            for param in model.params {
                try db.run(
                    """
                    INSERT INTO logged_model_params (model, key, value)
                    VALUES (:model, :key, :value)
                    """, ["model": number, "key": param.key, "value": param.value])
            }
            for tag in model.tags {
                try db.run(
                    """
                    INSERT INTO logged_model_tags (model, key, value)
                    VALUES (:model, :key, :value)
                    """, ["model": number, "key": tag.key, "value": tag.value])
            }
            for point in model.metrics {
                guard let run = try SQLiteRunStore.number(of: point.run, in: db) else { continue }
                try SQLiteLoggedModelStore.add(point.metric, to: number, of: run, in: db)
            }
        }
    }

    private static func insert(
        _ model: LoggedModel, _ lifecycle: LifecycleStage, in db: Database
    ) throws -> Int64 {
        guard try SQLiteExperimentStore.lifecycle(of: model.experiment, in: db) != nil else {
            throw BancadaError(.notFound, "experiment \(model.experiment.number) not found")
        }
        let run = try model.sourceRun.flatMap { try SQLiteRunStore.number(of: $0, in: db) }
        try db.run(
            """
            INSERT INTO logged_models (
                id, experiment, name, type, run, status, lifecycle, created_at, updated_at)
            VALUES (
                :id, :experiment, :name, :type, :run, :status, :lifecycle, :created, :updated)
            """,
            [
                "id": model.id.text, "experiment": model.experiment.number, "name": model.name,
                "type": model.type, "run": run, "status": model.status.rawValue,
                "lifecycle": lifecycle.rawValue,
                "created": model.creationTime.milliseconds,
                "updated": model.lastUpdateTime.milliseconds,
            ])
        return db.lastInsertedRowID
    }

    package func loggedModels(
        of experiment: ExperimentID
    ) async throws(BancadaError) -> [(model: LoggedModel, lifecycle: LifecycleStage)] {
        try await database.read { db in
            try db.all(
                Self.selection + """
                    WHERE m.experiment = :experiment
                    ORDER BY m.created_at, m.id
                    """, ["experiment": experiment.number]
            ) { (try Self.model($0, in: db), try $0.choice(6)) }
        }
    }

    package func loggedModel(
        _ id: LoggedModelID
    ) async throws(BancadaError) -> (model: LoggedModel, lifecycle: LifecycleStage)? {
        try await database.read { db in
            try db.first(Self.selection + "WHERE m.id = :id", ["id": id.text]) {
                (try Self.model($0, in: db), try $0.choice(6))
            }
        }
    }

    private static let selection = """
        SELECT m.number, m.id, m.name, m.type, runs.id, m.status, m.lifecycle,
            m.created_at, m.updated_at, m.experiment
        FROM logged_models AS m LEFT JOIN runs ON runs.number = m.run

        """

    private static func model(_ row: Row, in db: Database) throws -> LoggedModel {
        let number = try row.integer(0)
        guard let id = LoggedModelID(try row.text(1)) else {
            throw BancadaError(.corrupt, "a logged model's id is damaged", hint: corruptionHint)
        }
        let params = try db.all(
            "SELECT key, value FROM logged_model_params WHERE model = :model ORDER BY key",
            ["model": number]
        ) { Param(key: try $0.text(0), value: try $0.text(1)) }
        let tags = try db.all(
            "SELECT key, value FROM logged_model_tags WHERE model = :model ORDER BY key",
            ["model": number]
        ) { Tag(key: try $0.text(0), value: try $0.text(1)) }
        return LoggedModel(
            id: id, experiment: ExperimentID(try row.integer(9)), name: try row.text(2),
            type: try row.text(3),
            sourceRun: try row.optionalRunID(4), status: try row.choice(5),
            creationTime: try row.timestamp(7), lastUpdateTime: try row.timestamp(8),
            params: params, metrics: try points(of: number, id, in: db), tags: tags)
    }

    private static func points(
        of number: Int64, _ id: LoggedModelID, in db: Database
    ) throws -> [LoggedModelMetric] {
        try db.all(
            """
            SELECT p.key, p.value, p.is_nan, p.timestamp, p.step, p.dataset_name,
                p.dataset_digest, runs.id
            FROM logged_model_metrics AS p JOIN runs ON runs.number = p.run
            WHERE p.model = :model
            ORDER BY p.key, p.timestamp, p.step, runs.id, p.dataset_name, p.dataset_digest, p.value
            """, ["model": number]
        ) { row in
            guard let run = RunID(try row.text(7)) else {
                throw BancadaError(.corrupt, "a run's id is damaged", hint: corruptionHint)
            }
            let name = try row.text(5)
            let digest = try row.text(6)
            return LoggedModelMetric(
                metric: Metric(
                    key: try row.text(0), value: try row.number(1, nanFlag: 2),
                    timestamp: try row.timestamp(3), step: try row.integer(4),
                    subject: MetricSubject(
                        model: id, datasetName: name.isEmpty ? nil : name,
                        datasetDigest: digest.isEmpty ? nil : digest)),
                run: run)
        }
    }
}
