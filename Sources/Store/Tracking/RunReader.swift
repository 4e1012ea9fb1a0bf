import GRDB
import Workbench

/// Reads whole runs. Its statements are compiled once and asked for one run after another, so that a
/// page costs little more than its rows.
struct RunReader {
    private let database: Database
    private let params: FastStatement
    private let metrics: FastStatement
    private let tags: FastStatement
    /// The keys of the run before: runs of one script have the same.
    private var paramKeys: [String] = []
    private var metricKeys: [String] = []
    private var tagKeys: [String] = []

    init(_ database: Database) throws {
        self.database = database
        params = try FastStatement(
            "SELECT key, value FROM params WHERE run = ? ORDER BY key", in: database)
        metrics = try FastStatement(
            """
            SELECT key, value, is_nan, timestamp, step FROM latest_metrics
            WHERE run = ?
            ORDER BY key
            """, in: database)
        tags = try FastStatement(
            "SELECT key, value FROM run_tags WHERE run = ? ORDER BY key", in: database)
    }

    /// The run whose row has this number.
    mutating func run(_ number: Int64) throws -> Run {
        let run = try database.first(
            Self.selection + "WHERE runs.number = :number", ["number": number]
        ) { try made(from: $0) }
        guard let run else { throw damagedColumn("number", "a run") }
        return run
    }

    /// The run with this id; nil when there is none.
    mutating func run(_ id: RunID) throws -> Run? {
        try database.first(
            Self.selection + "WHERE runs.id = :id", ["id": id.text]
        ) { try made(from: $0) }
    }

    private static let selection = """
        SELECT runs.number, runs.id, runs.kind, parents.id, runs.experiment, runs.name, runs.user,
            runs.status, runs.lifecycle, runs.started_at, runs.ended_at,
            leases.resource, leases.boot_id, leases.process_id, leases.start_ticks,
            leases.acquired_at, leases.heartbeat_at
        FROM runs
            LEFT JOIN runs AS parents ON parents.number = runs.parent
            LEFT JOIN leases ON leases.resource = 'run:'
                || CASE WHEN runs.kind = 'task' THEN parents.id ELSE runs.id END

        """

    private mutating func made(from row: Row) throws -> Run {
        let number = try row.integer(0)
        let links = try SQLiteRunStore.modelLinks(of: number, in: database)
        return Run(
            id: try row.runID(1), kind: try row.choice(2), parent: try row.optionalRunID(3),
            experiment: ExperimentID(try row.integer(4)), name: try row.text(5),
            user: try row.text(6), status: try row.choice(7), lifecycle: try row.choice(8),
            startTime: try row.timestamp(9),
            endTime: try row.optionalInteger(10).map(Timestamp.init(milliseconds:)),
            params: try Self.pairs(params, of: number, &paramKeys).map(Param.init),
            metrics: try latest(of: number),
            tags: try Self.pairs(tags, of: number, &tagKeys).map(Tag.init),
            lease: try row.optionalText(11) == nil
                ? nil : SQLiteLeaseStore.lease(row, startingAt: 11),
            datasets: try SQLiteRunStore.datasets(of: number, in: database),
            modelInputs: links.inputs, modelOutputs: links.outputs)
    }

    private static func pairs(
        _ rows: FastStatement, of run: Int64, _ keys: inout [String]
    ) throws -> [(key: String, value: String)] {
        try rows.bind(run, at: 1)
        defer { rows.reset() }
        var pairs: [(key: String, value: String)] = []
        while try rows.step() {
            pairs.append((try key(rows, pairs.count, &keys), try rows.text(1)))
        }
        return pairs
    }

    private mutating func latest(of run: Int64) throws -> [Metric] {
        try metrics.bind(run, at: 1)
        defer { metrics.reset() }
        var latest: [Metric] = []
        while try metrics.step() {
            latest.append(
                Metric(
                    key: try Self.key(metrics, latest.count, &metricKeys),
                    value: try metrics.number(1, nanFlag: 2),
                    timestamp: Timestamp(milliseconds: try metrics.integer(3)),
                    step: try metrics.integer(4)))
        }
        return latest
    }

    private static func key(
        _ rows: FastStatement, _ index: Int, _ keys: inout [String]
    ) throws -> String {
        guard index < keys.count else {
            keys.append(try rows.text(0))
            return keys[index]
        }
        keys[index] = try rows.text(0, known: keys[index])
        return keys[index]
    }
}

extension Row {
    /// The run id in a column.
    func runID(_ index: Int) throws -> RunID {
        guard let id = try optionalRunID(index) else {
            throw BancadaError(
                .corrupt, "the workspace's database is damaged: a run without an id",
                hint: corruptionHint)
        }
        return id
    }

    /// The run id in a column, nil for NULL.
    func optionalRunID(_ index: Int) throws -> RunID? {
        try optionalText(index).flatMap(RunID.init)
    }
}
