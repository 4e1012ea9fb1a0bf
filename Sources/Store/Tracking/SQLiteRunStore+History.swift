import GRDB
package import Workbench

/// A metric's points are stored by step. Read by time they mostly come in the same order, which
/// `latest_metrics.in_time` notes while they are written; only where they do not are they sorted,
/// page by page. A token is a point's place, and good for both ways.
extension SQLiteRunStore {
    package func history(
        of key: String, run id: RunID, order: HistoryOrder, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<Metric> {
        try Limits.check(limit, atMost: Limits.page)
        try TrackingRules.checkText(key, of: "metric key")
        var hash = StableHash()
        hash.combine(id.text)
        hash.combine(key)
        if order != .step { hash.combine(order.rawValue) }
        let query = hash.value
        let after: MetricPosition
        switch try PageKey.fields(of: token, listing: .history, query: query) {
        case nil: after = .start
        case .some(let fields):
            guard let position = MetricPosition(fields) else { throw PageKey.misread }
            after = position
        }
        return try await database.read { db in
            let run = try Self.existingNumber(of: id, in: db)
            let isSorted = try order == .time && !Self.isInTime(key, of: run, in: db)
            let rows = try FastStatement(isSorted ? Self.byTime : Self.byStep, in: db)
            defer { rows.reset() }
            try rows.bind(run, at: 1)
            try rows.bind(key, at: 2)
            try rows.bind(after, from: 3)
            try rows.bind(Int64(limit + 1), at: 7)
            var points: [Metric] = []
            while try rows.step() {
                points.append(
                    Metric(
                        key: key, value: try rows.number(0, nanFlag: 1),
                        timestamp: Timestamp(milliseconds: try rows.integer(2)),
                        step: try rows.integer(3)))
            }
            return Page(points, limit: limit) { last in
                PageKey(
                    listing: .history, query: query, fields: MetricPosition(last).fields)
            }
        }
    }

    /// Whether the points of a metric by step are in the order of their times too.
    private static func isInTime(_ key: String, of run: Int64, in db: Database) throws -> Bool {
        try db.exists(
            "SELECT 1 FROM latest_metrics WHERE run = :run AND key = :key AND in_time = 1",
            ["run": run, "key": key])
    }

    private static let byStep = """
        SELECT value, is_nan, timestamp, step FROM metrics
        WHERE run = ?1 AND key = ?2 AND (step, timestamp, value, is_nan) > (?3, ?4, ?5, ?6)
        ORDER BY step, timestamp, value, is_nan
        LIMIT ?7
        """

    /// The same parameters; no index has this order.
    private static let byTime = """
        SELECT value, is_nan, timestamp, step FROM metrics
        WHERE run = ?1 AND key = ?2 AND (timestamp, step, value, is_nan) > (?4, ?3, ?5, ?6)
        ORDER BY timestamp, step, value, is_nan
        LIMIT ?7
        """
}
