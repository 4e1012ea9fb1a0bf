import GRDB
package import Workbench

/// `LoggedModelStore` over the workspace's database. Searches are in
/// `SQLiteLoggedModelStore+Search`, what is read of models in `LoggedModelRows`.
package struct SQLiteLoggedModelStore: LoggedModelStore {
    let database: WorkspaceDatabase

    package func createLoggedModel(
        _ model: NewLoggedModel, at time: Timestamp
    ) async throws(BancadaError) -> LoggedModel {
        try LoggedModelRules.check(model.params)
        try LoggedModelRules.check(model.tags)
        try TrackingRules.checkText(model.type, of: "model type")
        try LoggedModelRules.checkLength(model.type, of: "model type")
        var name = model.name
        if name.isEmpty { name = database.withRandomNumbers { RunName.invented(using: &$0) } }
        try LoggedModelRules.checkName(name)
        return try await database.write { [name] db in
            try SQLiteExperimentStore.checkActive(model.experiment, in: db)
            if try Self.number(of: model.id, in: db) != nil {
                throw BancadaError(
                    .conflict, "logged model \(model.id.text) exists already",
                    hint: "make a new id")
            }
            try Self.insert(model, name: name, at: time, in: db)
            let number = db.lastInsertedRowID
            for param in model.params { try Self.add(param, to: number, in: db) }
            for tag in model.tags { try Self.set(tag, of: number, in: db) }
            return try Self.model(number, in: db)
        }
    }

    package func loggedModel(_ id: LoggedModelID) async throws(BancadaError) -> LoggedModel {
        try await database.read { try Self.model(Self.existing(id, in: $0), in: $0) }
    }

    package func finalize(
        _ id: LoggedModelID, _ status: LoggedModelStatus, at time: Timestamp
    ) async throws(BancadaError) -> LoggedModel {
        try await change(id, at: time) { model, db in
            try db.run(
                "UPDATE logged_models SET status = :status WHERE number = :model",
                ["status": status.rawValue, "model": model])
            return try Self.model(model, in: db)
        }
    }

    package func deleteLoggedModel(
        _ id: LoggedModelID, at time: Timestamp
    ) async throws(BancadaError) {
        try await change(id, at: time) { model, db in
            try db.run(
                "UPDATE logged_models SET lifecycle = 'deleted' WHERE number = :model",
                ["model": model])
        }
    }

    package func setTags(
        _ tags: [Tag], of id: LoggedModelID
    ) async throws(BancadaError) -> LoggedModel {
        try LoggedModelRules.check(tags)
        return try await database.write { db in
            let model = try Self.existing(id, in: db)
            for tag in tags { try Self.set(tag, of: model, in: db) }
            return try Self.model(model, in: db)
        }
    }

    package func deleteTag(_ key: String, of id: LoggedModelID) async throws(BancadaError) {
        try TrackingRules.checkText(key, of: "tag key")
        try await database.write { db in
            try db.run(
                "DELETE FROM logged_model_tags WHERE model = :model AND key = :key",
                ["model": try Self.existing(id, in: db), "key": key])
            if db.changesCount == 0 {
                throw BancadaError(.notFound, "logged model \(id.text) has no tag \"\(key)\"")
            }
        }
    }

    package func logParams(
        _ params: [Param], to id: LoggedModelID
    ) async throws(BancadaError) -> LoggedModel {
        try LoggedModelRules.check(params)
        return try await database.write { db in
            let model = try Self.existing(id, in: db)
            for param in params { try Self.add(param, to: model, in: db) }
            return try Self.model(model, in: db)
        }
    }

    /// Changes an active model and notes the time.
    private func change<Value: Sendable>(
        _ id: LoggedModelID, at time: Timestamp,
        _ body: @escaping @Sendable (Int64, Database) throws -> Value
    ) async throws(BancadaError) -> Value {
        try await database.write { db in
            let model = try Self.existing(id, in: db)
            try db.run(
                "UPDATE logged_models SET updated_at = :time WHERE number = :model",
                ["time": time.milliseconds, "model": model])
            return try body(model, db)
        }
    }
}

extension SQLiteLoggedModelStore {
    /// The number of a model's row, also of a deleted one; nil when there is none.
    static func number(of id: LoggedModelID, in db: Database) throws -> Int64? {
        try db.first("SELECT number FROM logged_models WHERE id = :id", ["id": id.text]) {
            try $0.integer(0)
        }
    }

    /// The number of an active model's row.
    ///
    /// - Throws: `notFound`.
    static func existing(_ id: LoggedModelID, in db: Database) throws -> Int64 {
        let number = try db.first(
            "SELECT number FROM logged_models WHERE id = :id AND lifecycle = 'active'",
            ["id": id.text]
        ) { try $0.integer(0) }
        guard let number else { throw missing(id) }
        return number
    }

    /// The error for a model that does not exist.
    static func missing(_ id: LoggedModelID) -> BancadaError {
        BancadaError(.notFound, "logged model \(id.text) not found")
    }

    /// Notes a registered version in the tag `mlflow.modelVersions` of a model: a JSON list of
    /// `{"name", "version"}`.
    static func note(
        version: Int, of name: String, on model: Int64, in db: Database
    ) throws {
        // A client may have set anything; what is no list is replaced.
        try db.run(
            """
            INSERT INTO logged_model_tags (model, key, value)
            VALUES (:model, 'mlflow.modelVersions',
                json_array(json_object('name', :name, 'version', :version)))
            ON CONFLICT DO UPDATE
            SET value = CASE
                WHEN NOT json_valid(value) OR json_type(value) <> 'array' THEN excluded.value
                ELSE json_insert(value, '$[#]', json_object('name', :name, 'version', :version))
                END
            """, ["model": model, "name": name, "version": version])
    }

    private static func insert(
        _ model: NewLoggedModel, name: String, at time: Timestamp, in db: Database
    ) throws {
        let run = try model.sourceRun.map { try SQLiteRunStore.existingNumber(of: $0, in: db) }
        try db.run(
            """
            INSERT INTO logged_models (
                id, experiment, name, type, run, status, lifecycle, created_at, updated_at)
            VALUES (
                :id, :experiment, :name, :type, :run, :status, 'active', :time, :time)
            """,
            [
                "id": model.id.text, "experiment": model.experiment.number, "name": name,
                "type": model.type, "run": run, "status": LoggedModelStatus.pending.rawValue,
                "time": time.milliseconds,
            ])
    }

    private static func add(_ param: Param, to model: Int64, in db: Database) throws {
        try db.run(
            """
            INSERT INTO logged_model_params (model, key, value) VALUES (:model, :key, :value)
            ON CONFLICT DO NOTHING
            """, ["model": model, "key": param.key, "value": param.value])
        if db.changesCount > 0 { return }
        let isSame = try db.exists(
            """
            SELECT 1 FROM logged_model_params
            WHERE model = :model AND key = :key AND value = :value
            """, ["model": model, "key": param.key, "value": param.value])
        if !isSame {
            throw BancadaError(
                .invalidInput,
                "param \"\(param.key)\" of the logged model has another value already",
                hint: "log the new value under another key")
        }
    }

    private static func set(_ tag: Tag, of model: Int64, in db: Database) throws {
        try db.run(
            """
            INSERT INTO logged_model_tags (model, key, value) VALUES (:model, :key, :value)
            ON CONFLICT DO UPDATE SET value = excluded.value
            """, ["model": model, "key": tag.key, "value": tag.value])
    }
}

/// What logged models may be called and carry. MLflow's server checks the name alone and takes any
/// key, so keys are only kept within what the database can hold.
enum LoggedModelRules {
    private static let keyLength = 255
    private static let nameLength = 500

    /// - Throws: `invalidInput` for an empty or long name and for the characters that MLflow forbids.
    static func checkName(_ name: String) throws(BancadaError) {
        try TrackingRules.checkText(name, of: "logged model name")
        try checkLength(name, of: "logged model name")
        let forbidden = name.unicodeScalars.contains { "/:.%\"'".unicodeScalars.contains($0) }
        if forbidden {
            throw BancadaError(
                .invalidInput, "logged model name \"\(name)\" is not valid",
                hint: "leave out '/', ':', '.', '%' and quotes")
        }
    }

    /// - Throws: `invalidInput` for a text over the limit of names.
    static func checkLength(_ text: String, of what: String) throws(BancadaError) {
        if text.utf8.count > nameLength, text.unicodeScalars.count > nameLength {
            throw BancadaError(
                .invalidInput, "\(what) of more than \(nameLength) characters",
                hint: "shorten it")
        }
    }

    /// - Throws: `invalidInput` for bad keys and values.
    static func check(_ params: [Param]) throws(BancadaError) {
        for param in params { try check(param.key, param.value, of: "param") }
    }

    /// - Throws: `invalidInput` for bad keys and values.
    static func check(_ tags: [Tag]) throws(BancadaError) {
        for tag in tags { try check(tag.key, tag.value, of: "tag") }
    }

    private static func check(
        _ key: String, _ value: String, of what: String
    ) throws(BancadaError) {
        let name = "logged model \(what)"
        try TrackingRules.checkText(key, of: "\(name) key")
        try TrackingRules.checkText(value, of: "value of \(name) \"\(key)\"")
        let length = key.unicodeScalars.count
        guard (1...keyLength).contains(length) else {
            throw BancadaError(
                .invalidInput, "\(name) key of \(length) characters, expected 1 to \(keyLength)",
                hint: "use another key")
        }
        let most = TrackingRules.registryTagValueLength
        if value.utf8.count > most, value.unicodeScalars.count > most {
            throw BancadaError(
                .invalidInput, "value of \(name) \"\(key)\" has more than \(most) characters",
                hint: "shorten it")
        }
    }
}
