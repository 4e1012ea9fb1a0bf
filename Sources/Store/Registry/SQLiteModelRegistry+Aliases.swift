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
            let version = try db.first(
                "SELECT version FROM model_aliases WHERE model = :model AND alias = :alias",
                ["model": model, "alias": alias]
            ) { try $0.count(0) }
            guard let version else {
                throw BancadaError(
                    .notFound, "registered model \"\(name)\" has no alias \"\(alias)\"",
                    hint: "list its aliases with 'bancada models show \(name)'")
            }
            return try Self.version(VersionKey(model: model, version: version), in: db)
        }
    }

    package func setAlias(
        _ alias: String, version: Int, ofModel name: String, at time: Timestamp
    ) async throws(BancadaError) {
        try TrackingRules.checkAlias(alias)
        try await change(version, of: name, at: time) { try Self.point(alias, at: $0, in: $1) }
    }

    package func deleteAlias(
        _ alias: String, ofModel name: String, at time: Timestamp
    ) async throws(BancadaError) {
        try TrackingRules.checkText(name, of: "model name")
        try TrackingRules.checkText(alias, of: "alias")
        try await database.write { db in
            let model = try Self.existing(name, in: db)
            try db.run(
                "DELETE FROM model_aliases WHERE model = :model AND alias = :alias",
                ["model": model, "alias": alias])
            if db.changesCount > 0 { try Self.touch(model, at: time, in: db) }
        }
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
