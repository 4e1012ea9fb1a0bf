import GRDB
package import Workbench

extension SQLiteRunStore {
    package func log(_ batch: LogBatch, to id: RunID) async throws(BancadaError) {
        let batch = try CheckedBatch(batch)
        try await database.write { db in
            try Self.write(batch, to: try Self.activeNumber(of: id, in: db), in: db)
        }
    }

    /// Writes a batch to a run's row.
    static func write(_ batch: CheckedBatch, to run: Int64, in db: Database) throws {
        for param in batch.params { try add(param, to: run, in: db) }
        for metric in batch.metrics { try add(metric, to: run, in: db) }
        for tag in batch.tags { try set(tag, of: run, in: db) }
    }

    package func history(
        of key: String, run id: RunID, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<Metric> {
        try Limits.check(limit, atMost: Limits.page)
        try TrackingRules.checkText(key, of: "metric key")
        var hash = StableHash()
        hash.combine(id.text)
        hash.combine(key)
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
            let points = try db.all(
                """
                SELECT value, is_nan, timestamp, step FROM metrics
                WHERE run = :run AND key = :key
                    AND (step, timestamp, value, is_nan) > (:step, :timestamp, :value, :nan)
                ORDER BY step, timestamp, value, is_nan
                LIMIT :limit
                """,
                [
                    "run": run, "key": key, "limit": limit + 1, "step": after.step,
                    "timestamp": after.timestamp, "value": after.value, "nan": after.nan,
                ]
            ) {
                Metric(
                    key: key, value: try $0.number(0, nanFlag: 1),
                    timestamp: try $0.timestamp(2), step: try $0.integer(3))
            }
            return Page(points, limit: limit) { last in
                PageKey(
                    listing: .history, query: query, fields: MetricPosition(last).fields)
            }
        }
    }

    package func deleteTag(_ key: String, of id: RunID) async throws(BancadaError) {
        try TrackingRules.checkText(key, of: "tag key")
        try await database.write { db in
            let run = try Self.activeNumber(of: id, in: db)
            try db.run(
                "DELETE FROM run_tags WHERE run = :run AND key = :key", ["run": run, "key": key])
            if db.changesCount == 0 {
                throw BancadaError(
                    .notFound, "run \(id.text) has no tag \"\(key)\"",
                    hint: "list the tags with 'bancada runs show \(id.text)'")
            }
        }
    }

    private static func add(_ param: Param, to run: Int64, in db: Database) throws {
        let stored = try db.first(
            "SELECT value FROM params WHERE run = :run AND key = :key",
            ["run": run, "key": param.key]
        ) { try $0.text(0) }
        guard let stored else {
            return try db.run(
                "INSERT INTO params (run, key, value) VALUES (:run, :key, :value)",
                ["run": run, "key": param.key, "value": param.value])
        }
        guard stored.utf8.elementsEqual(param.value.utf8) else {
            throw BancadaError(
                .invalidInput,
                "param \"\(param.key)\" is \"\(stored.prefix(80))\" already and cannot become "
                    + "\"\(param.value.prefix(80))\"",
                hint: "log the new value under another key or in another run")
        }
    }

    private static func add(_ metric: Metric, to run: Int64, in db: Database) throws {
        let position = MetricPosition(metric)
        let arguments: StatementArguments = [
            "run": run, "key": metric.key, "step": position.step,
            "timestamp": position.timestamp, "value": position.value, "nan": position.nan,
        ]
        try db.run(
            """
            INSERT INTO metrics (run, key, step, timestamp, value, is_nan)
            VALUES (:run, :key, :step, :timestamp, :value, :nan)
            ON CONFLICT DO NOTHING
            """, arguments)
        if db.changesCount == 0 { return }
        try db.run(
            """
            INSERT INTO latest_metrics (run, key, step, timestamp, value, is_nan)
            VALUES (:run, :key, :step, :timestamp, :value, :nan)
            ON CONFLICT DO UPDATE
            SET step = excluded.step, timestamp = excluded.timestamp, value = excluded.value,
                is_nan = excluded.is_nan
            WHERE (excluded.step, excluded.timestamp, excluded.value, excluded.is_nan)
                > (step, timestamp, value, is_nan)
            """, arguments)
    }
}

/// Where a point stands among the points of its metric. NaN stands just after 0, as it is stored.
private struct MetricPosition {
    let step: Int64
    let timestamp: Int64
    let value: Double
    let nan: Int64

    /// Before every point: no time is negative.
    static let start = MetricPosition(step: .min, timestamp: -1, value: 0, nan: 0)

    init(_ metric: Metric) {
        let isNaN = metric.value.isNaN
        let greatest = Double.greatestFiniteMagnitude
        self.init(
            step: metric.step, timestamp: metric.timestamp.milliseconds,
            value: isNaN ? 0 : min(max(metric.value, -greatest), greatest), nan: isNaN ? 1 : 0)
    }

    private init(step: Int64, timestamp: Int64, value: Double, nan: Int64) {
        self.step = step
        self.timestamp = timestamp
        self.value = value
        self.nan = nan
    }

    /// The position in a page token; nil for fields of another shape.
    init?(_ fields: [PageKey.Field]) {
        guard fields.count == 4, case .integer(let step) = fields[0],
            case .integer(let timestamp) = fields[1], case .integer(let bits) = fields[2],
            case .integer(let nan) = fields[3]
        else { return nil }
        self.init(
            step: step, timestamp: timestamp,
            value: Double(bitPattern: UInt64(bitPattern: bits)), nan: nan)
    }

    var fields: [PageKey.Field] {
        [
            .integer(step), .integer(timestamp),
            .integer(Int64(bitPattern: value.bitPattern)), .integer(nan),
        ]
    }
}

/// A batch within the limits, its values cut to theirs.
struct CheckedBatch: Sendable {
    let params: [Param]
    let metrics: [Metric]
    let tags: [Tag]

    init(_ batch: LogBatch) throws(BancadaError) {
        try Self.checkCounts(batch)
        // By bytes, as the database compares keys.
        var seen: Set<[UInt8]> = []
        var params: [Param] = []
        for param in batch.params {
            try TrackingRules.checkKey(param.key, of: "param")
            try TrackingRules.checkText(param.value, of: "value of param \"\(param.key)\"")
            guard seen.insert(Array(param.key.utf8)).inserted else {
                throw BancadaError(
                    .invalidInput, "param \"\(param.key)\" comes twice in one batch",
                    hint: "log each param once")
            }
            let value = TrackingRules.truncated(param.value, to: TrackingRules.paramValueLength)
            params.append(Param(key: param.key, value: value))
        }
        for metric in batch.metrics {
            try TrackingRules.checkKey(metric.key, of: "metric")
            guard metric.timestamp.milliseconds >= 0 else {
                throw BancadaError(
                    .invalidInput,
                    "metric \"\(metric.key)\" has the timestamp \(metric.timestamp.milliseconds), "
                        + "expected milliseconds since 1970",
                    hint: "send a timestamp of at least 0")
            }
        }
        self.params = params
        metrics = batch.metrics
        tags = try RunTags.checked(batch.tags)
    }

    private static func checkCounts(_ batch: LogBatch) throws(BancadaError) {
        let total = batch.params.count + batch.metrics.count + batch.tags.count
        for (name, count, most) in [
            ("metrics", batch.metrics.count, TrackingRules.batchMetrics),
            ("params", batch.params.count, TrackingRules.batchParamsOrTags),
            ("tags", batch.tags.count, TrackingRules.batchParamsOrTags),
            ("items", total, TrackingRules.batchItems),
        ] where count > most {
            throw BancadaError(
                .invalidInput, "a batch of \(count) \(name), at most \(most) are allowed",
                hint: "split the batch")
        }
    }
}
