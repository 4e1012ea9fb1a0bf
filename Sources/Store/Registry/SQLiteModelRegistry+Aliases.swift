import GRDB
package import Workbench

extension SQLiteModelRegistry {
    package func version(
        alias: String, ofModel name: String
    ) async throws(BancadaError) -> ModelVersion {
        try TrackingRules.checkText(name, of: "model name")
        try TrackingRules.checkText(alias, of: "alias")
        return try await database.read { db in
            let model = try Self.existing(name, in: db)
            guard let version = try Self.version(alias, of: model, in: db) else {
                throw BancadaError(
                    .notFound, "registered model \"\(name)\" has no alias \"\(alias)\"",
                    hint: "list its aliases with 'bancada models show \(name)'")
            }
            return try Self.version(VersionKey(model: model, version: version), in: db)
        }
    }

    package func setAlias(
        _ alias: String, version: Int, ofModel name: String
    ) async throws(BancadaError) {
        try TrackingRules.checkAlias(alias)
        try await change(version, of: name) { try Self.point(alias, at: $0, in: $1) }
    }

    package func deleteAlias(
        _ alias: String, ofModel name: String
    ) async throws(BancadaError) {
        try TrackingRules.checkText(name, of: "model name")
        try TrackingRules.checkText(alias, of: "alias")
        try await database.write { db in
            try db.run(
                "DELETE FROM model_aliases WHERE model = :model AND alias = :alias",
                ["model": try Self.existing(name, in: db), "alias": alias])
        }
    }

    /// The version that an alias points at. `latest`, which nobody can set, is the greatest one.
    private static func version(
        _ alias: String, of model: Int64, in db: Database
    ) throws -> Int? {
        if alias.lowercased() == TrackingRules.latestAlias {
            return try db.first(
                """
                SELECT version FROM model_versions WHERE model = :model
                ORDER BY version DESC
                LIMIT 1
                """, ["model": model]
            ) { try $0.count(0) }
        }
        return try db.first(
            "SELECT version FROM model_aliases WHERE model = :model AND alias = :alias",
            ["model": model, "alias": alias]
        ) { try $0.count(0) }
    }

    /// Points an alias at a version, from wherever it pointed.
    static func point(_ alias: String, at key: VersionKey, in db: Database) throws {
        try db.run(
            """
            INSERT INTO model_aliases (model, alias, version) VALUES (:model, :alias, :version)
            ON CONFLICT (model, alias) DO UPDATE SET version = excluded.version
            """, key.arguments + ["alias": alias])
    }
}
