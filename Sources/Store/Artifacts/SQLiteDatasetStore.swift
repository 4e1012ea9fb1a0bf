import GRDB
package import Workbench

/// `DatasetStore` over the workspace's database.
package struct SQLiteDatasetStore: DatasetStore {
    let database: WorkspaceDatabase

    package func registerDataset(
        named name: String, artifact: ArtifactID, source: String, rows: Int, columns: Int,
        at time: Timestamp
    ) async throws(BancadaError) -> DatasetVersion {
        try TrackingRules.checkName(name, of: "dataset")
        try TrackingRules.checkText(source, of: "dataset source")
        guard rows >= 0, columns >= 0 else {
            throw BancadaError(
                .invalidInput, "a dataset of \(rows) rows and \(columns) columns")
        }
        return try await database.write { db in
            let content = try SQLiteArtifactStore.artifact(artifact, in: db).content
            let latest = try Self.version(of: name, nil, in: db)
            if let latest, latest.artifact.content.digest == content.digest { return latest }
            let version = (latest?.version ?? 0) + 1
            try db.run(
                """
                INSERT INTO datasets (
                    name, version, artifact, source, row_count, column_count, created_at)
                VALUES (:name, :version, :artifact, :source, :rows, :columns, :time)
                """,
                [
                    "name": name, "version": version, "artifact": artifact.number,
                    "source": source, "rows": rows, "columns": columns,
                    "time": time.milliseconds,
                ])
            return try Self.existing(name, version, in: db)
        }
    }

    package func dataset(
        named name: String, version: Int?
    ) async throws(BancadaError) -> DatasetVersion {
        try TrackingRules.checkText(name, of: "dataset name")
        return try await database.read { try Self.existing(name, version, in: $0) }
    }

    package func datasets() async throws(BancadaError) -> [DatasetVersion] {
        try await database.read { db in
            try db.all(
                Self.selection + """
                    WHERE version = (
                        SELECT max(version) FROM datasets AS d WHERE d.name = datasets.name)
                    ORDER BY name
                    """
            ) { try Self.dataset($0, in: db) }
        }
    }

    private static let selection = """
        SELECT name, version, artifact, source, row_count, column_count, created_at FROM datasets

        """

    private static func existing(
        _ name: String, _ version: Int?, in db: Database
    ) throws -> DatasetVersion {
        if let found = try Self.version(of: name, version, in: db) { return found }
        let hint = "list datasets with 'bancada data list'"
        guard let version, let latest = try Self.version(of: name, nil, in: db) else {
            throw BancadaError(.notFound, "dataset \"\(name)\" not found", hint: hint)
        }
        throw BancadaError(
            .notFound,
            "dataset \"\(name)\" has no version \(version), the latest is \(latest.version)",
            hint: hint)
    }

    private static func version(
        of name: String, _ version: Int?, in db: Database
    ) throws -> DatasetVersion? {
        try db.first(
            selection + """
                WHERE name = :name AND version = coalesce(:version, version)
                ORDER BY version DESC
                LIMIT 1
                """, ["name": name, "version": version]
        ) { try dataset($0, in: db) }
    }

    private static func dataset(_ row: Row, in db: Database) throws -> DatasetVersion {
        DatasetVersion(
            name: try row.text(0), version: try row.count(1),
            artifact: try SQLiteArtifactStore.artifact(ArtifactID(try row.integer(2)), in: db),
            source: try row.text(3), rows: try row.count(4), columns: try row.count(5),
            creationTime: try row.timestamp(6))
    }
}
