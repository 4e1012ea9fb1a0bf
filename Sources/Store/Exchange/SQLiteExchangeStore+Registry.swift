import GRDB
package import Workbench

extension SQLiteExchangeStore {
    package func importModel(
        _ model: RegisteredModel, nextVersion: Int
    ) async throws(BancadaError) {
        try TrackingRules.checkName(model.name, of: "model")
        try TrackingRules.checkText(model.description, of: "model description")
        for tag in model.tags { try SQLiteModelRegistry.check(tag) }
        try await database.write { db in
            if try SQLiteModelRegistry.number(of: model.name, in: db) != nil {
                throw BancadaError(
                    .conflict, "registered model \"\(model.name)\" exists already",
                    hint: "delete or rename one of the two")
            }
            try db.run(
                """
                INSERT INTO registered_models (
                    name, description, next_version, created_at, updated_at)
                VALUES (:name, :description, :next, :created, :updated)
                """,
                [
                    "name": model.name, "description": model.description,
                    "next": max(1, nextVersion), "created": model.creationTime.milliseconds,
                    "updated": model.lastUpdateTime.milliseconds,
                ])
            let number = db.lastInsertedRowID
            for tag in model.tags {
                try db.run(
                    """
                    INSERT INTO registered_model_tags (model, key, value)
                    VALUES (:model, :key, :value)
                    """, ["model": number, "key": tag.key, "value": tag.value])
            }
        }
    }

    package func importVersion(_ version: ModelVersion) async throws(BancadaError) {
        try TrackingRules.checkText(version.source, of: "model source")
        try TrackingRules.checkText(version.description, of: "version description")
        try TrackingRules.checkText(version.runLink, of: "run link")
        for tag in version.tags { try SQLiteModelRegistry.check(tag) }
        for alias in version.aliases { try TrackingRules.checkAlias(alias) }
        guard version.version >= 1 else {
            throw BancadaError(
                .invalidInput,
                "version \(version.version) of \"\(version.name)\", expected 1 or more")
        }
        try await database.write { db in
            let model = try SQLiteModelRegistry.existing(version.name, in: db)
            let key = VersionKey(model: model, version: version.version)
            try Self.insert(version, key, in: db)
            for tag in version.tags {
                try db.run(
                    """
                    INSERT INTO model_version_tags (model, version, key, value)
                    VALUES (:model, :version, :key, :value)
                    """, key.arguments + ["key": tag.key, "value": tag.value])
            }
            for alias in version.aliases {
                try SQLiteModelRegistry.point(alias, at: key, in: db)
            }
        }
    }

    private static func insert(
        _ version: ModelVersion, _ key: VersionKey, in db: Database
    ) throws {
        let isHere = try db.exists(
            "SELECT 1 FROM model_versions WHERE model = :model AND version = :version",
            key.arguments)
        if isHere {
            throw BancadaError(
                .conflict, "model version \(version.uri) exists already",
                hint: "delete or rename one of the two models")
        }
        if let digest = version.content?.digest {
            _ = try SQLiteArtifactStore.content(digest, in: db)
        }
        let run = try version.run.flatMap { try SQLiteRunStore.number(of: $0, in: db) }
        try db.run(
            """
            INSERT INTO model_versions (
                model, version, source, run, digest, description, created_at, updated_at,
                stage, logged_model, run_link)
            VALUES (
                :model, :version, :source, :run, :digest, :description, :created, :updated,
                :stage, (SELECT number FROM logged_models WHERE id = :logged), :link)
            """,
            key.arguments + [
                "source": version.source, "run": run, "digest": version.content?.digest.hex,
                "description": version.description,
                "created": version.creationTime.milliseconds,
                "updated": version.lastUpdateTime.milliseconds, "stage": version.stage.rawValue,
                "logged": version.loggedModel?.text, "link": version.runLink,
            ])
        try db.run(
            """
            UPDATE registered_models SET next_version = max(next_version, :version + 1)
            WHERE id = :model
            """, key.arguments)
    }

    package func importContent(
        _ content: StoredContent, ofVersion version: Int, ofModel name: String
    ) async throws(BancadaError) {
        try await database.write { db in
            let model = try SQLiteModelRegistry.existing(name, in: db)
            let key = VersionKey(model: model, version: version)
            let isHere = try db.exists(
                "SELECT 1 FROM model_versions WHERE model = :model AND version = :version",
                key.arguments)
            guard isHere else {
                throw BancadaError(.notFound, "model version models:/\(name)/\(version) not found")
            }
            _ = try SQLiteArtifactStore.content(content.digest, in: db)
            try db.run(
                """
                UPDATE model_versions SET digest = :digest
                WHERE model = :model AND version = :version AND digest IS NULL
                """, key.arguments + ["digest": content.digest.hex])
        }
    }

    package func nextVersion(ofModel name: String) async throws(BancadaError) -> Int {
        try TrackingRules.checkText(name, of: "model name")
        return try await database.read { db in
            let model = try SQLiteModelRegistry.existing(name, in: db)
            return try db.first(
                "SELECT next_version FROM registered_models WHERE id = :model", ["model": model]
            ) { try $0.count(0) } ?? 1
        }
    }
}
