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
        try add(batch.params, to: run, in: db)
        var recorder = try MetricRecorder(db)
        for metric in batch.metrics { try recorder.add(metric, to: run) }
        try recorder.flush()
        for tag in batch.tags { try set(tag, of: run, in: db) }
        try addToModels(batch.metrics, of: run, in: db)
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
            if key == RunTags.parentKey { try Self.setParent(nil, of: run, in: db) }
        }
    }

    private static func add(_ params: [Param], to run: Int64, in db: Database) throws {
        if params.isEmpty { return }
        let insertion = try FastStatement(
            """
            INSERT INTO params (run, key, value) VALUES (?, ?, ?)
            ON CONFLICT DO NOTHING
            """, in: db)
        for param in params {
            try insertion.bind(run, at: 1)
            try insertion.bind(param.key, at: 2)
            try insertion.bind(param.value, at: 3)
            try insertion.run()
            if insertion.changes == 0 { try checkStored(param, of: run, in: db) }
        }
    }

    private static func checkStored(_ param: Param, of run: Int64, in db: Database) throws {
        let stored = try db.first(
            "SELECT value FROM params WHERE run = :run AND key = :key",
            ["run": run, "key": param.key]
        ) { try $0.text(0) }
        guard let stored, !stored.utf8.elementsEqual(param.value.utf8) else { return }
        throw BancadaError(
            .invalidInput,
            "param \"\(param.key)\" is \"\(stored.prefix(80))\" already and cannot become "
                + "\"\(param.value.prefix(80))\"",
            hint: "log the new value under another key or in another run")
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
        var key: String?
        for metric in batch.metrics {
            try metric.check(knownKey: key)
            key = metric.key
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

extension Metric {
    /// - Parameter knownKey: a key that was checked already.
    /// - Throws: `invalidInput` for a bad key or time.
    func check(knownKey: String? = nil) throws(BancadaError) {
        if key != knownKey { try TrackingRules.checkKey(key, of: "metric") }
        guard timestamp.milliseconds >= 0 else {
            throw BancadaError(
                .invalidInput,
                "metric \"\(key)\" has the timestamp \(timestamp.milliseconds), "
                    + "expected milliseconds since 1970",
                hint: "send a timestamp of at least 0")
        }
    }
}
