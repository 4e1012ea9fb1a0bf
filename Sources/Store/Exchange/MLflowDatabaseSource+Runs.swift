import GRDB
package import Workbench

extension MLflowDatabaseSource {
    package func run(_ key: String) async throws(BancadaError) -> ForeignRun {
        let params = try await pairs(
            "SELECT key, value FROM params WHERE run_uuid = ? ORDER BY key", of: "params", [key])
        let tags = try await pairs(
            "SELECT key, value FROM tags WHERE run_uuid = ? ORDER BY key", of: "tags", [key])
        let datasets = try await datasets(of: key)
        let inputs = try await links("RUN_INPUT", "MODEL_INPUT", of: key)
        let outputs = try await links("RUN_OUTPUT", "MODEL_OUTPUT", of: key)
        let list = database.list(
            [
                "run_uuid", "experiment_id", "name", "user_id", "status", "lifecycle_stage",
                "start_time", "end_time", "artifact_uri", "source_name", "source_version",
                "entry_point_name",
            ], of: "runs", as: "r")
        let found = try await database.rows(
            "SELECT \(list) FROM runs AS r WHERE run_uuid = ?", of: "runs", [key]
        ) { row in
            guard let id = RunID(row.text(0) ?? "") else {
                throw row.damaged(0, "a run's id of 32 hexadecimal digits")
            }
            guard let status = RunStatus(rawValue: row.text(4) ?? "RUNNING") else {
                throw row.damaged(4, "a status of MLflow's")
            }
            let all = OldRunFields.tags(
                tags, source: row.text(9), version: row.text(10), entryPoint: row.text(11))
            let run = Run(
                id: id, kind: .external, parent: nil,
                experiment: ExperimentID(try row.integer(1) ?? 0),
                name: tags.first { $0.key == RunTags.nameKey }?.value ?? row.text(2) ?? "",
                user: row.text(3) ?? "", status: status, lifecycle: try row.lifecycle(5),
                startTime: try row.time(6),
                endTime: try row.integer(7).map { Timestamp(milliseconds: $0) },
                params: params.map { Param(key: $0.key, value: $0.value) }, metrics: [],
                tags: all, lease: nil, datasets: datasets,
                modelInputs: inputs.map(\.model), modelOutputs: outputs)
            return ForeignRun(run: run, artifactURI: row.text(8))
        }
        guard let run = found.first else { throw missing("run \(key)") }
        return run
    }

    private func datasets(of run: String) async throws(BancadaError) -> [DatasetInput] {
        guard database.has("datasets") else { return [] }
        let found = try await database.rows(
            """
            SELECT i.input_uuid, d.name, d.digest, d.dataset_source_type, d.dataset_source,
                d.dataset_schema, d.dataset_profile
            FROM inputs AS i JOIN datasets AS d ON d.dataset_uuid = i.source_id
            WHERE i.destination_type = 'RUN' AND i.destination_id = ?
                AND i.source_type = 'DATASET'
            ORDER BY d.name, d.digest
            """, of: "inputs", [run]
        ) { row in
            (
                row.text(0) ?? "",
                DatasetInput(
                    name: row.text(1) ?? "", digest: row.text(2) ?? "",
                    sourceType: row.text(3) ?? "", source: row.text(4) ?? "",
                    schema: row.text(5), profile: row.text(6))
            )
        }
        var inputs: [DatasetInput] = []
        for (input, dataset) in found {
            let tags = try await pairs(
                "SELECT name, value FROM input_tags WHERE input_uuid = ? ORDER BY name",
                of: "input_tags", [input])
            inputs.append(
                DatasetInput(
                    name: dataset.name, digest: dataset.digest, sourceType: dataset.sourceType,
                    source: dataset.source, schema: dataset.schema, profile: dataset.profile,
                    tags: tags))
        }
        return inputs
    }

    private func links(
        _ source: String, _ destination: String, of run: String
    ) async throws(BancadaError) -> [ModelOutput] {
        let list = database.list(["step"], of: "inputs", as: "i")
        return try await database.rows(
            """
            SELECT destination_id, \(list) FROM inputs AS i
            WHERE source_type = ? AND source_id = ? AND destination_type = ?
            ORDER BY destination_id
            """, of: "inputs", [source, run, destination]
        ) { row in
            guard let model = LoggedModelID(row.text(0) ?? "") else {
                throw row.damaged(0, "the id of a logged model")
            }
            return ModelOutput(model: model, step: try row.integer(1) ?? 0)
        }
    }
}
