import GRDB
import Workbench

/// Writes points of metrics within one transaction. A run is looked up once, and the latest point of
/// each metric is updated once, by `flush`, however many points come; so is the note whether the
/// metric's points by step are in time.
///
/// Between `add` and `flush` nothing else may write runs or metrics on this connection.
struct MetricRecorder {
    private struct MetricName: Hashable {
        let run: Int64
        let key: String

        // By bytes, as the database compares keys.
        static func == (left: MetricName, right: MetricName) -> Bool {
            left.run == right.run && left.key.utf8.elementsEqual(right.key.utf8)
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(run)
            for byte in key.utf8 { hasher.combine(byte) }
        }
    }

    /// What was added to a metric.
    private struct Addition {
        /// The first point that came.
        let first: MetricPosition
        /// The greatest point.
        var latest: MetricPosition
        /// Whether each came at or after the one before, by step and by time alike.
        var isInTime = true

        mutating func add(_ position: MetricPosition) {
            if !position.follows(latest) { isInTime = false }
            if latest < position { latest = position }
        }
    }

    private let database: Database
    private let insertion: FastStatement
    private var runs: [RunID: Int64] = [:]
    private var additions: [MetricName: Addition] = [:]

    init(_ database: Database) throws {
        self.database = database
        insertion = try FastStatement(
            """
            INSERT INTO metrics (run, key, step, timestamp, value, is_nan)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """, in: database)
    }

    /// The number of an active run's row, which is looked up once per transaction.
    ///
    /// - Throws: `notFound`; `invalidInput` for a deleted run.
    mutating func activeNumber(of id: RunID) throws -> Int64 {
        if let number = runs[id] { return number }
        let number = try SQLiteRunStore.activeNumber(of: id, in: database)
        runs[id] = number
        return number
    }

    /// Writes a point unless it is there.
    mutating func add(_ metric: Metric, to run: Int64) throws {
        let position = MetricPosition(metric)
        try insertion.bind(run, at: 1)
        try insertion.bind(metric.key, at: 2)
        try insertion.bind(position, from: 3)
        try insertion.run()
        if insertion.changes == 0 { return }
        additions[
            MetricName(run: run, key: metric.key),
            default: Addition(first: position, latest: position)
        ].add(position)
    }

    /// Brings the latest points up to date and forgets what was looked up.
    mutating func flush() throws {
        runs.removeAll(keepingCapacity: true)
        if additions.isEmpty { return }
        // A history is in time while what comes has neither a smaller step nor an earlier time than
        // all before it.
        let update = try FastStatement(
            """
            INSERT INTO latest_metrics (run, key, step, timestamp, value, is_nan, in_time)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE
            SET step = excluded.step, timestamp = excluded.timestamp, value = excluded.value,
                is_nan = excluded.is_nan,
                in_time = in_time AND excluded.in_time AND ? >= step AND ? >= timestamp
            WHERE (excluded.step, excluded.timestamp, excluded.value, excluded.is_nan)
                > (step, timestamp, value, is_nan)
            """, in: database)
        for (name, addition) in additions {
            try update.bind(name.run, at: 1)
            try update.bind(name.key, at: 2)
            try update.bind(addition.latest, from: 3)
            try update.bind(Int64(addition.isInTime ? 1 : 0), at: 7)
            try update.bind(addition.first.step, at: 8)
            try update.bind(addition.first.timestamp, at: 9)
            try update.run()
            if update.changes == 0 { try noteDisorder(of: name) }
        }
        additions.removeAll(keepingCapacity: true)
    }

    /// Notes that points came before the latest one of their metric.
    private func noteDisorder(of name: MetricName) throws {
        let note = try FastStatement(
            "UPDATE latest_metrics SET in_time = 0 WHERE run = ? AND key = ?", in: database)
        try note.bind(name.run, at: 1)
        try note.bind(name.key, at: 2)
        try note.run()
    }
}

extension FastStatement {
    /// Gives four parameters the step, timestamp, value and NaN flag of a point.
    func bind(_ position: MetricPosition, from index: CInt) throws {
        try bind(position.step, at: index)
        try bind(position.timestamp, at: index + 1)
        try bind(position.value, at: index + 2)
        try bind(position.nan, at: index + 3)
    }
}

/// Where a point stands among the points of its metric, by step. NaN stands just after 0, as it is stored.
struct MetricPosition: Comparable {
    /// The point's step.
    let step: Int64
    /// The point's time, in milliseconds.
    let timestamp: Int64
    /// The point's value as it is stored: finite, 0 for NaN.
    let value: Double
    /// 1 for NaN.
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

    /// Whether it has neither a smaller step nor an earlier time than `other`.
    func follows(_ other: MetricPosition) -> Bool {
        step >= other.step && timestamp >= other.timestamp
    }

    static func < (left: MetricPosition, right: MetricPosition) -> Bool {
        if left.step != right.step { return left.step < right.step }
        if left.timestamp != right.timestamp { return left.timestamp < right.timestamp }
        return (left.value, left.nan) < (right.value, right.nan)
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

    /// The position as fields of a page token.
    var fields: [PageKey.Field] {
        [
            .integer(step), .integer(timestamp),
            .integer(Int64(bitPattern: value.bitPattern)), .integer(nan),
        ]
    }
}
