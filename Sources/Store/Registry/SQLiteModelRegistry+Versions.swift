import GRDB
package import Workbench

extension SQLiteModelRegistry {
    package func createVersion(
        _ version: NewModelVersion, at time: Timestamp
    ) async throws(BancadaError) -> ModelVersion {
        try TrackingRules.checkName(version.name, of: "model")
        try TrackingRules.checkText(version.source, of: "model source")
        try TrackingRules.checkText(version.description, of: "version description")
        for tag in version.tags { try Self.check(tag) }
        for alias in version.aliases { try TrackingRules.checkAlias(alias) }
        return try await database.write { db in
            let model =
                try Self.number(of: version.name, in: db)
                ?? Self.insert(version.name, description: "", at: time, in: db)
            let number = try Self.takeNumber(of: model, at: time, in: db)
            try Self.insert(version, as: number, of: model, at: time, in: db)
            let key = VersionKey(model: model, version: number)
            for tag in version.tags { try Self.set(tag, of: key, in: db) }
            for alias in version.aliases { try Self.point(alias, at: key, in: db) }
            return try Self.version(key, in: db)
        }
    }

    package func version(
        _ version: Int, ofModel name: String
    ) async throws(BancadaError) -> ModelVersion {
        try TrackingRules.checkText(name, of: "model name")
        return try await database.read { db in
            try Self.version(try Self.key(version, of: name, in: db), in: db)
        }
    }

    package func versions(ofModel name: String) async throws(BancadaError) -> [ModelVersion] {
        try TrackingRules.checkText(name, of: "model name")
        return try await database.read { db in
            let model = try Self.existing(name, in: db)
            return try db.all(
                Self.selection + """
                    WHERE v.model = :model
                    ORDER BY v.version DESC
                    """, ["model": model]
            ) { try Self.version($0, in: db) }
        }
    }

    package func updateVersion(
        _ version: Int, ofModel name: String, description: String, at time: Timestamp
    ) async throws(BancadaError) -> ModelVersion {
        try TrackingRules.checkText(description, of: "version description")
        return try await change(version, of: name, at: time) { key, db in
            try db.run(
                """
                UPDATE model_versions SET description = :description
                WHERE model = :model AND version = :version
                """, key.arguments + ["description": description])
            return try Self.version(key, in: db)
        }
    }

    package func deleteVersion(
        _ version: Int, ofModel name: String, at time: Timestamp
    ) async throws(BancadaError) {
        try await change(version, of: name, at: time) { key, db in
            try db.run(
                "DELETE FROM model_versions WHERE model = :model AND version = :version",
                key.arguments)
        }
    }

    package func setTag(
        _ tag: Tag, ofVersion version: Int, model name: String, at time: Timestamp
    ) async throws(BancadaError) {
        try Self.check(tag)
        try await change(version, of: name, at: time) { try Self.set(tag, of: $0, in: $1) }
    }

    package func deleteTag(
        _ key: String, ofVersion version: Int, model name: String, at time: Timestamp
    ) async throws(BancadaError) {
        try TrackingRules.checkText(key, of: "tag key")
        try await change(version, of: name, at: time) { version, db in
            try db.run(
                """
                DELETE FROM model_version_tags
                WHERE model = :model AND version = :version AND key = :key
                """, version.arguments + ["key": key])
        }
    }

    /// Changes an existing version and notes the time on it and on its entry.
    func change<Value: Sendable>(
        _ version: Int, of name: String, at time: Timestamp,
        _ body: @escaping @Sendable (VersionKey, Database) throws -> Value
    ) async throws(BancadaError) -> Value {
        try TrackingRules.checkText(name, of: "model name")
        return try await database.write { db in
            let key = try Self.key(version, of: name, in: db)
            try db.run(
                """
                UPDATE model_versions SET updated_at = :time
                WHERE model = :model AND version = :version
                """, key.arguments + ["time": time.milliseconds])
            try Self.touch(key.model, at: time, in: db)
            return try body(key, db)
        }
    }
}

/// The key of a version's row.
struct VersionKey: Sendable {
    /// The entry's row.
    let model: Int64
    let version: Int

    /// Parameters `model` and `version` of a statement.
    var arguments: StatementArguments { ["model": model, "version": version] }
}

extension SQLiteModelRegistry {
    private static let selection = """
        SELECT m.name, v.version, v.source, runs.id, v.digest, contents.kind, contents.size,
            v.description, v.created_at, v.updated_at, v.model
        FROM model_versions AS v
            JOIN registered_models AS m ON m.id = v.model
            LEFT JOIN runs ON runs.number = v.run
            LEFT JOIN contents ON contents.digest = v.digest

        """

    /// The key of an existing version.
    ///
    /// - Throws: `notFound` for the entry or the version.
    static func key(_ version: Int, of name: String, in db: Database) throws -> VersionKey {
        let key = VersionKey(model: try existing(name, in: db), version: version)
        let isThere = try db.exists(
            "SELECT 1 FROM model_versions WHERE model = :model AND version = :version",
            key.arguments)
        guard isThere else {
            throw BancadaError(
                .notFound, "registered model \"\(name)\" has no version \(version)",
                hint: "list its versions with 'bancada models show \(name)'")
        }
        return key
    }

    /// The version in a row.
    static func version(_ key: VersionKey, in db: Database) throws -> ModelVersion {
        let found = try db.first(
            selection + "WHERE v.model = :model AND v.version = :version", key.arguments
        ) { try Self.version($0, in: db) }
        guard let found else {
            throw BancadaError(.notFound, "model version \(key.version) not found")
        }
        return found
    }

    private static func version(_ row: Row, in db: Database) throws -> ModelVersion {
        let key = VersionKey(model: try row.integer(10), version: try row.count(1))
        var content: StoredContent?
        if let digest = try row.optionalDigest(4) {
            content = StoredContent(
                digest: digest, kind: try row.choice(5), size: try row.integer(6))
        }
        let tags = try db.all(
            """
            SELECT key, value FROM model_version_tags
            WHERE model = :model AND version = :version
            ORDER BY key
            """, key.arguments
        ) { Tag(key: try $0.text(0), value: try $0.text(1)) }
        let aliases = try db.all(
            """
            SELECT alias FROM model_aliases
            WHERE model = :model AND version = :version
            ORDER BY alias
            """, key.arguments
        ) { try $0.text(0) }
        return ModelVersion(
            name: try row.text(0), version: key.version, source: try row.text(2),
            run: try row.optionalRunID(3), content: content, description: try row.text(7),
            creationTime: try row.timestamp(8), lastUpdateTime: try row.timestamp(9), tags: tags,
            aliases: aliases)
    }

    /// Takes the next version number of an entry; the counter outlives the versions.
    private static func takeNumber(
        of model: Int64, at time: Timestamp, in db: Database
    ) throws -> Int {
        let number = try db.first(
            """
            UPDATE registered_models SET next_version = next_version + 1, updated_at = :time
            WHERE id = :model
            RETURNING next_version - 1
            """, ["model": model, "time": time.milliseconds]
        ) { try $0.count(0) }
        guard let number else { throw BancadaError(.notFound, "registered model not found") }
        return number
    }

    private static func insert(
        _ version: NewModelVersion, as number: Int, of model: Int64, at time: Timestamp,
        in db: Database
    ) throws {
        let run = try version.run.map { try SQLiteRunStore.existingNumber(of: $0, in: db) }
        if let digest = version.digest { _ = try SQLiteArtifactStore.content(digest, in: db) }
        try db.run(
            """
            INSERT INTO model_versions (
                model, version, source, run, digest, description, created_at, updated_at)
            VALUES (:model, :version, :source, :run, :digest, :description, :time, :time)
            """,
            [
                "model": model, "version": number, "source": version.source, "run": run,
                "digest": version.digest?.hex, "description": version.description,
                "time": time.milliseconds,
            ])
    }

    private static func set(_ tag: Tag, of key: VersionKey, in db: Database) throws {
        try db.run(
            """
            INSERT INTO model_version_tags (model, version, key, value)
            VALUES (:model, :version, :key, :value)
            ON CONFLICT DO UPDATE SET value = excluded.value
            """, key.arguments + ["key": tag.key, "value": tag.value])
    }
}
