import GRDB
package import Workbench

extension SQLiteModelRegistry {
    package func createVersion(
        _ version: NewModelVersion, at time: Timestamp
    ) async throws(BancadaError) -> ModelVersion {
        try TrackingRules.checkName(version.name, of: "model")
        try TrackingRules.checkText(version.source, of: "model source")
        try TrackingRules.checkText(version.description, of: "version description")
        try TrackingRules.checkText(version.runLink, of: "run link")
        for tag in version.tags { try Self.check(tag) }
        for alias in version.aliases { try TrackingRules.checkAlias(alias) }
        return try await database.write { db in
            let model = try Self.entry(of: version, at: time, in: db)
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
            let heads = try db.all(
                VersionHead.selection + """
                    WHERE v.model = :model
                    ORDER BY v.version DESC
                    """, ["model": model]
            ) { try VersionHead($0) }
            return try Self.versions(heads, in: db)
        }
    }

    package func updateVersion(
        _ version: Int, ofModel name: String, description: String, at time: Timestamp
    ) async throws(BancadaError) -> ModelVersion {
        try TrackingRules.checkText(description, of: "version description")
        return try await change(version, of: name) { key, db in
            try db.run(
                """
                UPDATE model_versions SET description = :description, updated_at = :time
                WHERE model = :model AND version = :version
                """,
                key.arguments + ["description": description, "time": time.milliseconds])
            return try Self.version(key, in: db)
        }
    }

    package func deleteVersion(
        _ version: Int, ofModel name: String, at time: Timestamp
    ) async throws(BancadaError) {
        try await change(version, of: name) { key, db in
            try db.run(
                "DELETE FROM model_versions WHERE model = :model AND version = :version",
                key.arguments)
            try Self.touch(key.model, at: time, in: db)
        }
    }

    package func setTag(
        _ tag: Tag, ofVersion version: Int, model name: String
    ) async throws(BancadaError) {
        try Self.check(tag)
        try await change(version, of: name) { try Self.set(tag, of: $0, in: $1) }
    }

    package func deleteTag(
        _ key: String, ofVersion version: Int, model name: String
    ) async throws(BancadaError) {
        try TrackingRules.checkText(key, of: "tag key")
        try await change(version, of: name) { version, db in
            try db.run(
                """
                DELETE FROM model_version_tags
                WHERE model = :model AND version = :version AND key = :key
                """, version.arguments + ["key": key])
        }
    }

    /// Changes something of an existing version.
    func change<Value: Sendable>(
        _ version: Int, of name: String,
        _ body: @escaping @Sendable (VersionKey, Database) throws -> Value
    ) async throws(BancadaError) -> Value {
        try TrackingRules.checkText(name, of: "model name")
        return try await database.write { db in
            try body(try Self.key(version, of: name, in: db), db)
        }
    }
}

/// The key of a version's row.
struct VersionKey: Sendable, Hashable {
    /// The entry's row.
    let model: Int64
    let version: Int

    /// Parameters `model` and `version` of a statement.
    var arguments: StatementArguments { ["model": model, "version": version] }
}

extension SQLiteModelRegistry {
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

    /// The entry that a new version belongs to; it is made where the version says so.
    private static func entry(
        of version: NewModelVersion, at time: Timestamp, in db: Database
    ) throws -> Int64 {
        guard version.makesEntry else { return try existing(version.name, in: db) }
        return try number(of: version.name, in: db)
            ?? insert(version.name, description: "", at: time, in: db)
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
        let logged = try version.loggedModel.map {
            try SQLiteLoggedModelStore.existing($0, in: db)
        }
        let run = try version.run.map { try SQLiteRunStore.existingNumber(of: $0, in: db) }
        if let digest = version.digest { _ = try SQLiteArtifactStore.content(digest, in: db) }
        // The run of a logged model is that of its version, where no other is given.
        try db.run(
            """
            INSERT INTO model_versions (
                model, version, source, run, digest, description, created_at, updated_at,
                logged_model, run_link)
            VALUES (:model, :version, :source,
                coalesce(:run, (SELECT run FROM logged_models WHERE number = :logged)),
                :digest, :description, :time, :time, :logged, :link)
            """,
            [
                "model": model, "version": number, "source": version.source, "run": run,
                "digest": version.digest?.hex, "description": version.description,
                "time": time.milliseconds, "logged": logged, "link": version.runLink,
            ])
        if let logged {
            try SQLiteLoggedModelStore.note(
                version: number, of: version.name, on: logged, in: db)
        }
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
