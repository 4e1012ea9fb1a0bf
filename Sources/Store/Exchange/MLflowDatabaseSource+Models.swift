import GRDB
package import Workbench

extension MLflowDatabaseSource {
    package func loggedModels(of experiment: String) async throws(BancadaError) -> [String] {
        try await database.rows(
            """
            SELECT model_id FROM logged_models WHERE experiment_id = ?
            ORDER BY creation_timestamp_ms, model_id
            """, of: "logged_models", [experiment]
        ) { $0.text(0) ?? "" }
    }

    package func loggedModel(_ key: String) async throws(BancadaError) -> ForeignLoggedModel {
        let params = try await pairs(
            """
            SELECT param_key, param_value FROM logged_model_params WHERE model_id = ?
            ORDER BY param_key
            """, of: "logged_model_params", [key])
        let tags = try await pairs(
            "SELECT tag_key, tag_value FROM logged_model_tags WHERE model_id = ? ORDER BY tag_key",
            of: "logged_model_tags", [key])
        let points = try await points(ofModel: key)
        let found = try await database.rows(
            """
            SELECT model_id, experiment_id, name, artifact_location, creation_timestamp_ms,
                last_updated_timestamp_ms, status, lifecycle_stage, model_type, source_run_id
            FROM logged_models WHERE model_id = ?
            """, of: "logged_models", [key]
        ) { row in
            guard let id = LoggedModelID(row.text(0) ?? "") else {
                throw row.damaged(0, "the id of a logged model")
            }
            let model = LoggedModel(
                id: id, experiment: ExperimentID(try row.integer(1) ?? 0),
                name: row.text(2) ?? "", type: row.text(8) ?? "",
                sourceRun: row.text(9).flatMap { RunID($0) },
                status: LoggedModelStatus(number: try row.integer(6) ?? 0),
                creationTime: try row.time(4), lastUpdateTime: try row.time(5),
                params: params.map { Param(key: $0.key, value: $0.value) }, metrics: points,
                tags: tags)
            return ForeignLoggedModel(
                model: model, lifecycle: try row.lifecycle(7), folder: nil,
                artifactURI: row.text(3))
        }
        guard let model = found.first else { throw missing("logged model \(key)") }
        return model
    }

    private func points(ofModel key: String) async throws(BancadaError) -> [LoggedModelMetric] {
        guard let id = LoggedModelID(key) else { return [] }
        return try await database.rows(
            """
            SELECT metric_name, metric_value, metric_timestamp_ms, metric_step, run_id,
                dataset_name, dataset_digest
            FROM logged_model_metrics WHERE model_id = ?
            ORDER BY metric_name, metric_step, metric_timestamp_ms
            """, of: "logged_model_metrics", [key]
        ) { row in
            guard let run = RunID(row.text(4) ?? "") else { throw row.damaged(4, "a run's id") }
            return LoggedModelMetric(
                metric: Metric(
                    key: row.text(0) ?? "", value: try row.number(1),
                    timestamp: try row.time(2), step: try row.integer(3) ?? 0,
                    subject: MetricSubject(
                        model: id, datasetName: row.text(5), datasetDigest: row.text(6))),
                run: run)
        }
    }

    package func models() async throws(BancadaError) -> [String] {
        try await database.rows(
            """
            SELECT name FROM registered_models WHERE \(database.own("registered_models"))
            ORDER BY name
            """, of: "registered_models"
        ) { $0.text(0) ?? "" }
    }

    package func model(_ key: String) async throws(BancadaError) -> ForeignModel {
        let tags = try await pairs(
            """
            SELECT key, value FROM registered_model_tags
            WHERE name = ? AND \(database.own("registered_model_tags")) ORDER BY key
            """, of: "registered_model_tags", [key])
        // The rows of deleted versions stay, so that their numbers are not used again.
        let greatest = try await database.rows(
            """
            SELECT max(version) FROM model_versions
            WHERE name = ? AND \(database.own("model_versions"))
            """, of: "model_versions", [key]
        ) { Int(try $0.integer(0) ?? 0) }
        let list = database.list(
            ["name", "description", "creation_time", "last_updated_time"],
            of: "registered_models", as: "m")
        let found = try await database.rows(
            """
            SELECT \(list) FROM registered_models AS m
            WHERE name = ? AND \(database.own("registered_models"))
            """, of: "registered_models", [key]
        ) { row in
            RegisteredModel(
                name: row.text(0) ?? "", description: row.text(1) ?? "",
                creationTime: try row.time(2), lastUpdateTime: try row.time(3), tags: tags,
                aliases: [], latestVersion: nil)
        }
        guard let model = found.first else { throw missing("registered model \"\(key)\"") }
        return ForeignModel(model: model, nextVersion: (greatest.first ?? 0) + 1)
    }

    package func versions(of model: String) async throws(BancadaError) -> [String] {
        let list = database.list(["current_stage"], of: "model_versions", as: "v")
        return try await database.rows(
            """
            SELECT version FROM model_versions AS v
            WHERE name = ? AND \(database.own("model_versions"))
                AND coalesce(\(list), '') <> 'Deleted_Internal'
            ORDER BY version
            """, of: "model_versions", [model]
        ) { $0.text(0) ?? "" }
    }

    package func version(
        _ key: String, of model: String
    ) async throws(BancadaError) -> ForeignVersion {
        let tags = try await pairs(
            """
            SELECT key, value FROM model_version_tags
            WHERE name = ? AND version = ? AND \(database.own("model_version_tags"))
            ORDER BY key
            """, of: "model_version_tags", [model, key])
        let aliases = try await database.rows(
            """
            SELECT alias FROM registered_model_aliases
            WHERE name = ? AND version = ? AND \(database.own("registered_model_aliases"))
            ORDER BY alias
            """, of: "registered_model_aliases", [model, key]
        ) { $0.text(0) ?? "" }
        let list = database.list(
            [
                "version", "source", "run_id", "description", "creation_time",
                "last_updated_time", "current_stage", "run_link", "storage_location",
            ], of: "model_versions", as: "v")
        let found = try await database.rows(
            """
            SELECT \(list) FROM model_versions AS v
            WHERE name = ? AND version = ? AND \(database.own("model_versions"))
            """, of: "model_versions", [model, key]
        ) { row in
            let source = row.text(1) ?? ""
            let stage = row.text(6) ?? "None"
            let version = ModelVersion(
                name: model, version: Int(try row.integer(0) ?? 0), source: source,
                run: row.text(2).flatMap { RunID($0) }, content: nil,
                description: row.text(3) ?? "", creationTime: try row.time(4),
                lastUpdateTime: try row.time(5), tags: tags, aliases: aliases,
                stage: stage.isEmpty ? .none : try ModelStage(named: stage),
                loggedModel: LoggedModelID.ofSource(source), runLink: row.text(7) ?? "")
            return ForeignVersion(version: version, storage: row.text(8))
        }
        guard let version = found.first else { throw missing("version \(key) of \"\(model)\"") }
        return version
    }
}
