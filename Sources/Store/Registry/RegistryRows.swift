import GRDB
import Workbench

/// What the row of a version holds beside its tags and aliases.
struct VersionHead: Sendable {
    let key: VersionKey
    let name: String
    let source: String
    let run: RunID?
    let content: StoredContent?
    let description: String
    let creationTime: Timestamp
    let lastUpdateTime: Timestamp
    let stage: ModelStage
    let loggedModel: LoggedModelID?
    let runLink: String

    /// The columns that `init(_:)` reads, in its order.
    static let columns = """
        v.model, v.version, m.name, v.source, runs.id, v.digest, contents.kind, contents.size,
            v.description, v.created_at, v.updated_at, v.stage, logged_models.id, v.run_link
        """
    /// How many they are.
    static let columnCount = 14
    /// The tables that they are from.
    static let source = """
        FROM model_versions AS v
            JOIN registered_models AS m ON m.id = v.model
            LEFT JOIN runs ON runs.number = v.run
            LEFT JOIN contents ON contents.digest = v.digest
            LEFT JOIN logged_models ON logged_models.number = v.logged_model
        """
    /// A statement without its conditions.
    static let selection = "SELECT \(columns)\n\(source)\n"

    init(_ row: Row) throws {
        key = VersionKey(model: try row.integer(0), version: try row.count(1))
        name = try row.text(2)
        source = try row.text(3)
        run = try row.optionalRunID(4)
        content = try row.optionalDigest(5).map { digest in
            StoredContent(digest: digest, kind: try row.choice(6), size: try row.integer(7))
        }
        description = try row.text(8)
        creationTime = try row.timestamp(9)
        lastUpdateTime = try row.timestamp(10)
        stage = try row.choice(11)
        loggedModel = try row.optionalText(12).flatMap(LoggedModelID.init)
        runLink = try row.text(13)
    }

    /// The version with what belongs to it.
    func version(tags: [Tag], aliases: [String]) -> ModelVersion {
        ModelVersion(
            name: name, version: key.version, source: source, run: run, content: content,
            description: description, creationTime: creationTime, lastUpdateTime: lastUpdateTime,
            tags: tags, aliases: aliases, stage: stage, loggedModel: loggedModel,
            runLink: runLink)
    }
}

/// What the row of an entry holds beside its tags, aliases and versions.
struct EntryHead: Sendable {
    let number: Int64
    let name: String
    let description: String
    let creationTime: Timestamp
    let lastUpdateTime: Timestamp

    /// The columns that `init(_:)` reads, in its order.
    static let columns = "m.id, m.name, m.description, m.created_at, m.updated_at"
    /// How many they are.
    static let columnCount = 5
    /// The table that they are from.
    static let source = "FROM registered_models AS m"

    init(_ row: Row) throws {
        number = try row.integer(0)
        name = try row.text(1)
        description = try row.text(2)
        creationTime = try row.timestamp(3)
        lastUpdateTime = try row.timestamp(4)
    }
}

extension SQLiteModelRegistry {
    /// The entry in a row.
    static func model(_ number: Int64, in db: Database) throws -> RegisteredModel {
        let head = try db.first(
            "SELECT \(EntryHead.columns) \(EntryHead.source) WHERE m.id = :model",
            ["model": number]
        ) { try EntryHead($0) }
        guard let head, let model = try models([head], in: db).first else {
            throw BancadaError(.notFound, "registered model \(number) not found")
        }
        return model
    }

    /// Entries with all that belongs to them, in a fixed number of statements.
    static func models(_ heads: [EntryHead], in db: Database) throws -> [RegisteredModel] {
        let list: StatementArguments = ["list": JSONList.text(heads.map(\.number))]
        let tags = try grouped(
            """
            SELECT model, key, value FROM registered_model_tags
            WHERE model IN (SELECT value FROM json_each(:list))
            ORDER BY model, key
            """, list, in: db
        ) { (try $0.integer(0), Tag(key: try $0.text(1), value: try $0.text(2))) }
        let aliases = try grouped(
            """
            SELECT model, alias, version FROM model_aliases
            WHERE model IN (SELECT value FROM json_each(:list))
            ORDER BY model, alias
            """, list, in: db
        ) { (try $0.integer(0), ModelAlias(alias: try $0.text(1), version: try $0.count(2))) }
        let latest = try db.all(
            """
            SELECT \(VersionHead.columns)
            FROM (
                    SELECT model, max(version) AS version, min(version) AS first
                    FROM model_versions
                    WHERE model IN (SELECT value FROM json_each(:list))
                    GROUP BY model, stage) AS latest
                JOIN model_versions AS v ON v.model = latest.model AND v.version = latest.version
                JOIN registered_models AS m ON m.id = v.model
                LEFT JOIN runs ON runs.number = v.run
                LEFT JOIN contents ON contents.digest = v.digest
                LEFT JOIN logged_models ON logged_models.number = v.logged_model
            ORDER BY v.model, latest.first
            """, list
        ) { try VersionHead($0) }
        var versions: [Int64: [ModelVersion]] = [:]
        for (head, version) in zip(latest, try self.versions(latest, in: db)) {
            versions[head.key.model, default: []].append(version)
        }
        return heads.map { head in
            RegisteredModel(
                name: head.name, description: head.description, creationTime: head.creationTime,
                lastUpdateTime: head.lastUpdateTime, tags: tags[head.number] ?? [],
                aliases: aliases[head.number] ?? [],
                latestVersion: versions[head.number]?.map(\.version).max(),
                latestVersions: versions[head.number] ?? [])
        }
    }

    /// The version in a row.
    static func version(_ key: VersionKey, in db: Database) throws -> ModelVersion {
        let head = try db.first(
            VersionHead.selection + "WHERE v.model = :model AND v.version = :version",
            key.arguments
        ) { try VersionHead($0) }
        guard let head, let version = try versions([head], in: db).first else {
            throw BancadaError(.notFound, "model version \(key.version) not found")
        }
        return version
    }

    /// Versions with all that belongs to them, in a fixed number of statements.
    static func versions(_ heads: [VersionHead], in db: Database) throws -> [ModelVersion] {
        let keys = heads.map { "[\($0.key.model),\($0.key.version)]" }
        let list: StatementArguments = ["list": "[" + keys.joined(separator: ",") + "]"]
        let tags = try grouped(
            """
            SELECT model, version, key, value FROM model_version_tags
            WHERE (model, version) IN (
                SELECT value ->> 0, value ->> 1 FROM json_each(:list))
            ORDER BY model, version, key
            """, list, in: db
        ) { row in
            (try VersionKey(row), Tag(key: try row.text(2), value: try row.text(3)))
        }
        let aliases = try grouped(
            """
            SELECT model, version, alias FROM model_aliases
            WHERE (model, version) IN (
                SELECT value ->> 0, value ->> 1 FROM json_each(:list))
            ORDER BY model, version, alias
            """, list, in: db
        ) { (try VersionKey($0), try $0.text(2)) }
        return heads.map { head in
            head.version(tags: tags[head.key] ?? [], aliases: aliases[head.key] ?? [])
        }
    }

    private static func grouped<Owner: Hashable, Value>(
        _ sql: String, _ arguments: StatementArguments, in db: Database,
        _ pair: (Row) throws -> (Owner, Value)
    ) throws -> [Owner: [Value]] {
        var groups: [Owner: [Value]] = [:]
        for (owner, value) in try db.all(sql, arguments, pair) {
            groups[owner, default: []].append(value)
        }
        return groups
    }
}

extension VersionKey {
    /// The key in the first two columns.
    fileprivate init(_ row: Row) throws {
        self.init(model: try row.integer(0), version: try row.count(1))
    }
}
