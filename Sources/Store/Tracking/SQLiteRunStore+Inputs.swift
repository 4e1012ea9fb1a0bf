import GRDB
package import Workbench

extension SQLiteRunStore {
    package func logInputs(
        _ inputs: [DatasetInput], to id: RunID
    ) async throws(BancadaError) {
        for input in inputs { try Self.check(input) }
        try await database.write { db in
            let run = try Self.activeNumber(of: id, in: db)
            try Self.write(inputs, to: run, in: db)
        }
    }

    /// Records the datasets that a run's row reads.
    static func write(_ inputs: [DatasetInput], to run: Int64, in db: Database) throws {
        for input in inputs {
            let dataset = try Self.dataset(for: input, of: run, in: db)
            try db.run(
                """
                INSERT INTO run_datasets (run, dataset) VALUES (:run, :dataset)
                ON CONFLICT DO NOTHING
                """, ["run": run, "dataset": dataset])
            for tag in input.tags {
                try db.run(
                    """
                    INSERT INTO run_dataset_tags (run, dataset, key, value)
                    VALUES (:run, :dataset, :key, :value)
                    ON CONFLICT DO NOTHING
                    """,
                    ["run": run, "dataset": dataset, "key": tag.key, "value": tag.value])
            }
        }
    }

    package func datasetInputs(
        of id: RunID
    ) async throws(BancadaError) -> [DatasetInput] {
        try await database.read { db in
            try Self.datasets(of: try Self.existingNumber(of: id, in: db), in: db)
        }
    }

    /// The datasets that a run's row reads, ordered by name.
    static func datasets(of run: Int64, in db: Database) throws -> [DatasetInput] {
        try db.all(
            """
            SELECT d.id, d.name, d.digest, d.source_type, d.source, d.schema, d.profile
            FROM run_datasets JOIN logged_datasets AS d ON d.id = run_datasets.dataset
            WHERE run_datasets.run = :run
            ORDER BY d.name, d.digest
            """, ["run": run]
        ) { row in
            let tags = try db.all(
                """
                SELECT key, value FROM run_dataset_tags
                WHERE run = :run AND dataset = :dataset
                ORDER BY key
                """, ["run": run, "dataset": try row.integer(0)]
            ) { Tag(key: try $0.text(0), value: try $0.text(1)) }
            return DatasetInput(
                name: try row.text(1), digest: try row.text(2), sourceType: try row.text(3),
                source: try row.text(4), schema: try row.optionalText(5),
                profile: try row.optionalText(6), tags: tags)
        }
    }

    /// The row of the dataset in the run's experiment: one per name and digest, as it was first
    /// logged.
    private static func dataset(
        for input: DatasetInput, of run: Int64, in db: Database
    ) throws -> Int64 {
        let experiment = try db.first(
            "SELECT experiment FROM runs WHERE number = :run", ["run": run]
        ) { try $0.integer(0) }
        let key: StatementArguments = [
            "experiment": experiment, "name": input.name, "digest": input.digest,
        ]
        let stored = try db.first(
            """
            SELECT id FROM logged_datasets
            WHERE experiment = :experiment AND name = :name AND digest = :digest
            """, key
        ) { try $0.integer(0) }
        if let stored { return stored }
        try db.run(
            """
            INSERT INTO logged_datasets (
                experiment, name, digest, source_type, source, schema, profile)
            VALUES (:experiment, :name, :digest, :type, :source, :schema, :profile)
            """,
            key + [
                "type": input.sourceType, "source": input.source, "schema": input.schema,
                "profile": input.profile,
            ])
        return db.lastInsertedRowID
    }

    /// Checks a dataset's fields against their limits.
    ///
    /// - Throws: `invalidInput`.
    static func check(_ input: DatasetInput) throws(BancadaError) {
        let fields: [(String, String?, ClosedRange<Int>)] = [
            ("name", input.name, 1...TrackingRules.datasetNameLength),
            ("digest", input.digest, 1...TrackingRules.datasetDigestLength),
            ("source type", input.sourceType, 0...TrackingRules.datasetNameLength),
            ("source", input.source, 0...TrackingRules.datasetSourceLength),
            ("schema", input.schema, 0...TrackingRules.datasetSchemaLength),
            ("profile", input.profile, 0...TrackingRules.datasetProfileLength),
        ]
        for (name, value, lengths) in fields {
            guard let value else { continue }
            try TrackingRules.checkText(value, of: "dataset \(name)")
            let length = value.unicodeScalars.count
            guard lengths.contains(length) else {
                throw BancadaError(
                    .invalidInput,
                    "dataset \(name) of \(length) characters, expected "
                        + "\(lengths.lowerBound) to \(lengths.upperBound)",
                    hint: "shorten it")
            }
        }
        for tag in input.tags {
            try TrackingRules.checkTag(
                tag, of: "input", valueLength: TrackingRules.inputTagValueLength)
        }
    }
}
