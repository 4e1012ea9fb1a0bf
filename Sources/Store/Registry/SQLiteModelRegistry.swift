import GRDB
package import Workbench

/// `ModelRegistry` over the workspace's database: the entries. Versions are in
/// `SQLiteModelRegistry+Versions`, aliases and stages in files of their own, searches in
/// `SQLiteModelRegistry+Search`, and what is read of rows in `RegistryRows`.
package struct SQLiteModelRegistry: ModelRegistry {
    let database: WorkspaceDatabase

    package func createModel(
        named name: String, description: String, tags: [Tag], at time: Timestamp
    ) async throws(BancadaError) -> RegisteredModel {
        try TrackingRules.checkName(name, of: "model")
        try TrackingRules.checkText(description, of: "model description")
        for tag in tags { try Self.check(tag) }
        return try await database.write { db in
            if try Self.number(of: name, in: db) != nil { throw Self.taken(name) }
            let model = try Self.insert(name, description: description, at: time, in: db)
            for tag in tags { try Self.set(tag, of: model, in: db) }
            return try Self.model(model, in: db)
        }
    }

    package func model(named name: String) async throws(BancadaError) -> RegisteredModel {
        try TrackingRules.checkText(name, of: "model name")
        return try await database.read { db in
            try Self.model(try Self.existing(name, in: db), in: db)
        }
    }

    package func updateModel(
        named name: String, newName: String?, description: String?, at time: Timestamp
    ) async throws(BancadaError) -> RegisteredModel {
        try TrackingRules.checkText(name, of: "model name")
        if let newName { try TrackingRules.checkName(newName, of: "model") }
        if let description {
            try TrackingRules.checkText(description, of: "model description")
        }
        return try await database.write { db in
            let model = try Self.existing(name, in: db)
            if let newName, let owner = try Self.number(of: newName, in: db), owner != model {
                throw Self.taken(newName)
            }
            try db.run(
                """
                UPDATE registered_models
                SET name = coalesce(:name, name),
                    description = coalesce(:description, description), updated_at = :time
                WHERE id = :model
                """,
                [
                    "name": newName, "description": description, "time": time.milliseconds,
                    "model": model,
                ])
            if newName != nil {
                try db.run(
                    "UPDATE model_versions SET updated_at = :time WHERE model = :model",
                    ["time": time.milliseconds, "model": model])
            }
            return try Self.model(model, in: db)
        }
    }

    package func deleteModel(named name: String) async throws(BancadaError) {
        try TrackingRules.checkText(name, of: "model name")
        try await database.write { db in
            let model = try Self.existing(name, in: db)
            try db.run("DELETE FROM registered_models WHERE id = :model", ["model": model])
        }
    }

    package func setTag(_ tag: Tag, ofModel name: String) async throws(BancadaError) {
        try Self.check(tag)
        try TrackingRules.checkText(name, of: "model name")
        try await database.write { db in
            try Self.set(tag, of: try Self.existing(name, in: db), in: db)
        }
    }

    package func deleteTag(_ key: String, ofModel name: String) async throws(BancadaError) {
        try TrackingRules.checkText(name, of: "model name")
        try TrackingRules.checkText(key, of: "tag key")
        try await database.write { db in
            try db.run(
                "DELETE FROM registered_model_tags WHERE model = :model AND key = :key",
                ["model": try Self.existing(name, in: db), "key": key])
        }
    }
}

extension SQLiteModelRegistry {
    /// The number of an entry's row; nil when there is none of that name.
    static func number(of name: String, in db: Database) throws -> Int64? {
        try db.first("SELECT id FROM registered_models WHERE name = :name", ["name": name]) {
            try $0.integer(0)
        }
    }

    /// The number of an entry's row.
    ///
    /// - Throws: `notFound`.
    static func existing(_ name: String, in db: Database) throws -> Int64 {
        guard let model = try number(of: name, in: db) else {
            throw BancadaError(
                .notFound, "registered model \"\(name)\" not found",
                hint: "list models with 'bancada models list'")
        }
        return model
    }

    /// Adds an entry of a checked, free name.
    static func insert(
        _ name: String, description: String, at time: Timestamp, in db: Database
    ) throws -> Int64 {
        try db.run(
            """
            INSERT INTO registered_models (name, description, created_at, updated_at)
            VALUES (:name, :description, :time, :time)
            """, ["name": name, "description": description, "time": time.milliseconds])
        return db.lastInsertedRowID
    }

    /// Notes that an entry changed, or that a version came, went or changed its stage.
    static func touch(_ model: Int64, at time: Timestamp, in db: Database) throws {
        try db.run(
            "UPDATE registered_models SET updated_at = :time WHERE id = :model",
            ["time": time.milliseconds, "model": model])
    }

    /// Checks a tag of an entry or a version.
    static func check(_ tag: Tag) throws(BancadaError) {
        try TrackingRules.checkTag(
            tag, of: "model", valueLength: TrackingRules.registryTagValueLength)
    }

    private static func set(_ tag: Tag, of model: Int64, in db: Database) throws {
        try db.run(
            """
            INSERT INTO registered_model_tags (model, key, value) VALUES (:model, :key, :value)
            ON CONFLICT DO UPDATE SET value = excluded.value
            """, ["model": model, "key": tag.key, "value": tag.value])
    }

    private static func taken(_ name: String) -> BancadaError {
        BancadaError(
            .conflict, "registered model \"\(name)\" exists already",
            hint: "choose another name")
    }
}
