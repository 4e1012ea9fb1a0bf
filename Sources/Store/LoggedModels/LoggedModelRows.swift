import GRDB
import Workbench

/// What the rows of a logged model hold beside its params, tags and metrics.
struct LoggedModelHead: Sendable {
    let number: Int64
    let id: LoggedModelID
    let experiment: ExperimentID
    let name: String
    let type: String
    let sourceRun: RunID?
    let status: LoggedModelStatus
    let creationTime: Timestamp
    let lastUpdateTime: Timestamp

    /// The columns that `init(_:)` reads, in its order.
    static let columns = """
        m.number, m.id, m.experiment, m.name, m.type, runs.id, m.status, m.created_at, m.updated_at
        """
    /// How many they are.
    static let columnCount = 9
    /// The tables that they are from.
    static let source = "FROM logged_models AS m LEFT JOIN runs ON runs.number = m.run"

    init(_ row: Row) throws {
        number = try row.integer(0)
        guard let id = LoggedModelID(try row.text(1)) else {
            throw BancadaError(
                .corrupt, "the workspace's database is damaged: a logged model without an id",
                hint: corruptionHint)
        }
        self.id = id
        experiment = ExperimentID(try row.integer(2))
        name = try row.text(3)
        type = try row.text(4)
        sourceRun = try row.optionalRunID(5)
        status = try row.choice(6)
        creationTime = try row.timestamp(7)
        lastUpdateTime = try row.timestamp(8)
    }
}

extension SQLiteLoggedModelStore {
    /// The model in a row.
    static func model(_ number: Int64, in db: Database) throws -> LoggedModel {
        let head = try db.first(
            "SELECT \(LoggedModelHead.columns) \(LoggedModelHead.source) WHERE m.number = :model",
            ["model": number]
        ) { try LoggedModelHead($0) }
        guard let head, let model = try models([head], in: db).first else {
            throw BancadaError(.notFound, "logged model \(number) not found")
        }
        return model
    }

    /// Models with all that belongs to them, in a fixed number of statements.
    static func models(_ heads: [LoggedModelHead], in db: Database) throws -> [LoggedModel] {
        let list: StatementArguments = ["list": JSONList.text(heads.map(\.number))]
        let params = try grouped(
            """
            SELECT model, key, value FROM logged_model_params
            WHERE model IN (SELECT value FROM json_each(:list))
            ORDER BY model, key
            """, list, in: db
        ) { Param(key: try $0.text(1), value: try $0.text(2)) }
        let tags = try grouped(
            """
            SELECT model, key, value FROM logged_model_tags
            WHERE model IN (SELECT value FROM json_each(:list))
            ORDER BY model, key
            """, list, in: db
        ) { Tag(key: try $0.text(1), value: try $0.text(2)) }
        let ids = Dictionary(heads.map { ($0.number, $0.id) }) { $1 }
        let metrics = try grouped(
            """
            SELECT e.model, e.key, e.value, e.is_nan, e.timestamp, e.step, e.dataset_name,
                e.dataset_digest, runs.id
            FROM logged_model_metrics AS e JOIN runs ON runs.number = e.run
            WHERE e.model IN (SELECT value FROM json_each(:list))
            ORDER BY e.model, e.key, e.timestamp, e.step, e.run, e.dataset_name, e.dataset_digest,
                e.value, e.is_nan
            """, list, in: db
        ) { row in try metric(row, of: ids[try row.integer(0)]) }
        return heads.map { head in
            LoggedModel(
                id: head.id, experiment: head.experiment, name: head.name, type: head.type,
                sourceRun: head.sourceRun, status: head.status, creationTime: head.creationTime,
                lastUpdateTime: head.lastUpdateTime, params: params[head.number] ?? [],
                metrics: (metrics[head.number] ?? []).compactMap { $0 },
                tags: tags[head.number] ?? [])
        }
    }

    private static func metric(
        _ row: Row, of model: LoggedModelID?
    ) throws -> LoggedModelMetric? {
        guard let model else { return nil }
        let name = try row.text(6)
        let digest = try row.text(7)
        return LoggedModelMetric(
            metric: Metric(
                key: try row.text(1), value: try row.number(2, nanFlag: 3),
                timestamp: try row.timestamp(4), step: try row.integer(5),
                subject: MetricSubject(
                    model: model, datasetName: name.isEmpty ? nil : name,
                    datasetDigest: digest.isEmpty ? nil : digest)),
            run: try row.runID(8))
    }

    /// The values of rows by the number in their first column.
    private static func grouped<Value>(
        _ sql: String, _ arguments: StatementArguments, in db: Database,
        _ value: (Row) throws -> Value
    ) throws -> [Int64: [Value]] {
        var groups: [Int64: [Value]] = [:]
        for (owner, value) in try db.all(sql, arguments, { (try $0.integer(0), try value($0)) }) {
            groups[owner, default: []].append(value)
        }
        return groups
    }
}
