import GRDB
package import Workbench

extension SQLiteRunStore {
    package func runs(
        idPrefix prefix: String, limit: Int
    ) async throws(BancadaError) -> [Run] {
        try Limits.check(limit, atMost: Limits.page)
        let isHexadecimal = prefix.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
        }
        guard isHexadecimal else { return [] }
        return try await database.read { db in
            try db.all(
                Self.selection + """
                    WHERE runs.id >= :prefix AND runs.id < :prefix || 'g'
                    ORDER BY runs.started_at DESC, runs.id
                    LIMIT :limit
                    """, ["prefix": prefix, "limit": limit]
            ) { try Self.run($0, in: db) }
        }
    }

    package func runs(
        _ query: RunQuery, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<Run> {
        try Limits.check(limit, atMost: Limits.page)
        let condition = RunCondition(query)
        var after: (start: Int64, id: String) = (.max, "")
        if let fields = try PageKey.fields(of: token, listing: .runs, query: condition.hash) {
            guard fields.count == 2, case .integer(let start) = fields[0],
                case .text(let id) = fields[1]
            else { throw PageKey.misread }
            after = (start, id)
        }
        return try await database.read { [after] db in
            var arguments = condition.arguments
            arguments += ["start": after.start, "id": after.id, "limit": limit + 1]
            let rows = try db.all(
                Self.selection + """
                    WHERE (runs.started_at < :start
                            OR (runs.started_at = :start AND runs.id > :id))
                        AND \(condition.sql)
                    ORDER BY runs.started_at DESC, runs.id
                    LIMIT :limit
                    """, arguments
            ) { try Self.run($0, in: db) }
            return Page(rows, limit: limit) { last in
                PageKey(
                    listing: .runs, query: condition.hash,
                    fields: [.integer(last.startTime.milliseconds), .text(last.id.text)])
            }
        }
    }

    /// The run with this id.
    ///
    /// - Throws: `notFound`.
    static func run(_ id: RunID, in db: Database) throws -> Run {
        guard
            let run = try db.first(
                selection + "WHERE runs.id = :id", ["id": id.text], { try run($0, in: db) })
        else { throw missing(id) }
        return run
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

    private static func run(_ row: Row, in db: Database) throws -> Run {
        let number = try row.integer(0)
        return Run(
            id: try row.runID(1), kind: try row.choice(2), parent: try row.optionalRunID(3),
            experiment: ExperimentID(try row.integer(4)), name: try row.text(5),
            user: try row.text(6), status: try row.choice(7), lifecycle: try row.choice(8),
            startTime: try row.timestamp(9),
            endTime: try row.optionalInteger(10).map(Timestamp.init(milliseconds:)),
            params: try params(of: number, in: db), metrics: try latest(of: number, in: db),
            tags: try tags(of: number, in: db),
            lease: try row.optionalText(11) == nil
                ? nil : SQLiteLeaseStore.lease(row, startingAt: 11))
    }

    private static func params(of run: Int64, in db: Database) throws -> [Param] {
        try db.all(
            "SELECT key, value FROM params WHERE run = :run ORDER BY key", ["run": run]
        ) { Param(key: try $0.text(0), value: try $0.text(1)) }
    }

    private static func tags(of run: Int64, in db: Database) throws -> [Tag] {
        try db.all(
            "SELECT key, value FROM run_tags WHERE run = :run ORDER BY key", ["run": run]
        ) { Tag(key: try $0.text(0), value: try $0.text(1)) }
    }

    private static func latest(of run: Int64, in db: Database) throws -> [Metric] {
        try db.all(
            """
            SELECT key, value, is_nan, timestamp, step FROM latest_metrics
            WHERE run = :run
            ORDER BY key
            """, ["run": run]
        ) {
            Metric(
                key: try $0.text(0), value: try $0.number(1, nanFlag: 2),
                timestamp: try $0.timestamp(3), step: try $0.integer(4))
        }
    }
}

/// The part of a listing's condition that comes from its query. Its text depends on which
/// restrictions there are, not on their values, so that few statements are compiled.
private struct RunCondition {
    /// The condition on `runs`.
    let sql: String
    /// The values of the condition's parameters, lists as JSON.
    let arguments: StatementArguments
    /// The same for equal queries, in every process.
    let hash: UInt64

    init(_ query: RunQuery) {
        let lists: [(column: String, values: [String])] = [
            ("experiment", query.experiments.map { String($0.number) }),
            ("kind", query.kinds.map { "\"\($0.rawValue)\"" }),
            ("status", query.statuses.map { "\"\($0.rawValue)\"" }),
            ("lifecycle", query.view.stages.map { "\"\($0.rawValue)\"" }),
        ]
        var hash = StableHash()
        var arguments: StatementArguments = [:]
        var parts: [String] = []
        for list in lists where !list.values.isEmpty {
            let json = "[" + Set(list.values).sorted().joined(separator: ",") + "]"
            hash.combine(list.column)
            hash.combine(json)
            arguments += [list.column: json]
            parts.append("runs.\(list.column) IN (SELECT value FROM json_each(:\(list.column)))")
        }
        self.sql = parts.joined(separator: " AND ")
        self.arguments = arguments
        self.hash = hash.value
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
