import GRDB
package import Workbench

/// `TraceStore` over the workspace's database.
package struct SQLiteTraceStore: TraceStore {
    let database: WorkspaceDatabase

    /// The tag that tells clients that the spans are here, and not in a file of theirs.
    static let spansAreHere = Tag(key: "mlflow.trace.spansLocation", value: "TRACKING_STORE")
    /// The metadata that says that a trace gave its own account of itself.
    static let finalized = Tag(key: "mlflow.trace.infoFinalized", value: "true")

    package func record(_ trace: Trace) async throws(BancadaError) -> Trace {
        let tags = try Self.checked(trace.tags, of: "trace tag")
        let metadata = try Self.checked(trace.metadata, of: "trace metadata") + [Self.finalized]
        for text in [trace.clientRequestID, trace.requestPreview, trace.responsePreview] {
            if let text { try TrackingRules.checkText(text, of: "trace") }
        }
        return try await database.write { db in
            try SQLiteExperimentStore.checkActive(trace.experiment, in: db)
            try db.run(
                """
                INSERT INTO traces (id, experiment, requested_at, execution_ms, state,
                    client_request_id, request_preview, response_preview)
                VALUES (:id, :experiment, :requested, :execution, :state, :client, :request,
                    :response)
                ON CONFLICT (id) DO UPDATE
                SET experiment = excluded.experiment, requested_at = excluded.requested_at,
                    execution_ms = excluded.execution_ms, state = excluded.state,
                    client_request_id = excluded.client_request_id,
                    request_preview = ifnull(excluded.request_preview, request_preview),
                    response_preview = ifnull(excluded.response_preview, response_preview)
                """,
                [
                    "id": trace.id.text, "experiment": trace.experiment.number,
                    "requested": trace.requestTime.milliseconds,
                    "execution": trace.executionMilliseconds, "state": trace.state.rawValue,
                    "client": trace.clientRequestID, "request": trace.requestPreview,
                    "response": trace.responsePreview,
                ])
            let number = try Self.existingNumber(of: trace.id, in: db)
            for tag in tags { try Self.set(tag, of: number, in: db) }
            for entry in metadata { try Self.record(entry, of: number, in: db) }
            return try Self.trace(trace.id, in: db)
        }
    }

    package func trace(_ id: TraceID) async throws(BancadaError) -> Trace {
        try await database.read { db in try Self.trace(id, in: db) }
    }

    package func traces(_ ids: [TraceID]) async throws(BancadaError) -> [Trace] {
        var seen: Set<TraceID> = []
        let ids = ids.filter { seen.insert($0).inserted }
        return try await database.read { db in
            var traces: [Trace] = []
            for id in ids {
                guard let number = try Self.number(of: id, in: db) else { continue }
                traces.append(try Self.trace(number: number, in: db))
            }
            return traces
        }
    }

    package func spans(of id: TraceID) async throws(BancadaError) -> [TraceSpan] {
        try await database.read { try Self.spans(of: id, in: $0) }
    }

    package func setTag(_ tag: Tag, of id: TraceID) async throws(BancadaError) {
        let tags = try Self.checked([tag], of: "trace tag")
        try await database.write { db in
            let number = try Self.existingNumber(of: id, in: db)
            for tag in tags { try Self.set(tag, of: number, in: db) }
        }
    }

    package func deleteTag(_ key: String, of id: TraceID) async throws(BancadaError) {
        try TrackingRules.checkText(key, of: "tag key")
        try await database.write { db in
            let number = try Self.existingNumber(of: id, in: db)
            try db.run(
                "DELETE FROM trace_tags WHERE trace = :trace AND key = :key",
                ["trace": number, "key": key])
            guard db.changesCount == 1 else {
                throw BancadaError(.notFound, "trace \"\(id.text)\" has no tag \"\(key)\"")
            }
        }
    }

    package func deleteTraces(
        _ selection: TraceSelection, of experiment: ExperimentID
    ) async throws(BancadaError) -> Int {
        try await database.write { db in
            switch selection {
            case .ids(let ids):
                var count = 0
                for id in Set(ids) {
                    try db.run(
                        "DELETE FROM traces WHERE id = :id AND experiment = :experiment",
                        ["id": id.text, "experiment": experiment.number])
                    count += db.changesCount
                }
                return count
            case .olderThan(let time, let most):
                try db.run(
                    """
                    DELETE FROM traces WHERE number IN (
                        SELECT number FROM traces
                        WHERE experiment = :experiment AND requested_at <= :time
                        ORDER BY requested_at, id
                        LIMIT :most)
                    """,
                    [
                        "experiment": experiment.number, "time": time.milliseconds,
                        "most": most ?? -1,
                    ])
                return db.changesCount
            }
        }
    }

    package func link(_ ids: [TraceID], to run: RunID) async throws(BancadaError) {
        try await database.write { db in
            let run = try SQLiteRunStore.existingNumber(of: run, in: db)
            for id in ids {
                guard let trace = try Self.number(of: id, in: db) else { continue }
                try db.run(
                    """
                    INSERT INTO trace_runs (trace, run) VALUES (:trace, :run)
                    ON CONFLICT DO NOTHING
                    """, ["trace": trace, "run": run])
            }
        }
    }
}

extension SQLiteTraceStore {
    /// The spans of a trace: those without a parent first, then as they began.
    static func spans(of id: TraceID, in db: Database) throws -> [TraceSpan] {
        try db.all(
            """
            SELECT spans.id, parent, name, type, status, started_ns, ended_ns, content
            FROM spans JOIN traces ON traces.number = spans.trace
            WHERE traces.id = :id
            ORDER BY parent IS NOT NULL, started_ns, spans.number
            """, ["id": id.text]
        ) {
            TraceSpan(
                id: try $0.text(0), parent: try $0.optionalText(1), name: try $0.text(2),
                type: try $0.text(3), status: try $0.text(4),
                startNanoseconds: try $0.integer(5), endNanoseconds: try $0.optionalInteger(6),
                content: try $0.text(7))
        }
    }

    /// The trace with this id.
    ///
    /// - Throws: `notFound`.
    static func trace(_ id: TraceID, in db: Database) throws -> Trace {
        try trace(number: try existingNumber(of: id, in: db), in: db)
    }

    /// The trace in the row with this number.
    static func trace(number: Int64, in db: Database) throws -> Trace {
        let trace: Trace? = try db.first(
            """
            SELECT id, experiment, requested_at, execution_ms, state, client_request_id,
                request_preview, response_preview
            FROM traces WHERE number = :number
            """, ["number": number]
        ) { row in
            guard let id = TraceID(try row.text(0)) else {
                throw BancadaError(
                    .corrupt, "the workspace's database is damaged: a trace without an id",
                    hint: corruptionHint)
            }
            return Trace(
                id: id, experiment: ExperimentID(try row.integer(1)),
                requestTime: try row.timestamp(2),
                executionMilliseconds: try row.optionalInteger(3), state: try row.choice(4),
                clientRequestID: try row.optionalText(5),
                requestPreview: try row.optionalText(6), responsePreview: try row.optionalText(7),
                metadata: try entries(
                    "SELECT key, value FROM trace_metadata WHERE trace = :trace ORDER BY key",
                    number, db),
                tags: try entries(
                    "SELECT key, value FROM trace_tags WHERE trace = :trace ORDER BY key",
                    number, db))
        }
        guard let trace else {
            throw BancadaError(.internal, "the trace with the number \(number) is gone")
        }
        return trace
    }

    private static func entries(_ sql: String, _ trace: Int64, _ db: Database) throws -> [Tag] {
        try db.all(sql, ["trace": trace]) { Tag(key: try $0.text(0), value: try $0.text(1)) }
    }

    /// The number of a trace's row; nil where there is none.
    static func number(of id: TraceID, in db: Database) throws -> Int64? {
        try db.first("SELECT number FROM traces WHERE id = :id", ["id": id.text]) {
            try $0.integer(0)
        }
    }

    /// The number of a trace's row.
    ///
    /// - Throws: `notFound`.
    static func existingNumber(of id: TraceID, in db: Database) throws -> Int64 {
        guard let number = try number(of: id, in: db) else {
            throw BancadaError(.notFound, "trace \"\(id.text)\" not found")
        }
        return number
    }

    /// Sets a tag.
    static func set(_ tag: Tag, of trace: Int64, in db: Database) throws {
        try db.run(
            """
            INSERT INTO trace_tags (trace, key, value) VALUES (:trace, :key, :value)
            ON CONFLICT DO UPDATE SET value = excluded.value
            """, ["trace": trace, "key": tag.key, "value": tag.value])
    }

    private static func record(_ entry: Tag, of trace: Int64, in db: Database) throws {
        try db.run(
            """
            INSERT INTO trace_metadata (trace, key, value) VALUES (:trace, :key, :value)
            ON CONFLICT DO UPDATE SET value = excluded.value
            """, ["trace": trace, "key": entry.key, "value": entry.value])
    }

    /// Keys and values within the limits, values cut to theirs.
    static func checked(_ entries: [Tag], of what: String) throws(BancadaError) -> [Tag] {
        var checked: [Tag] = []
        for entry in entries {
            let length = entry.key.unicodeScalars.count
            guard (1...TrackingRules.keyLength).contains(length) else {
                throw BancadaError(
                    .invalidInput,
                    "\(what) key of \(length) characters, expected 1 to \(TrackingRules.keyLength)")
            }
            try TrackingRules.checkText(entry.key, of: "\(what) key")
            try TrackingRules.checkText(entry.value, of: "value of \(what) \"\(entry.key)\"")
            let value = TrackingRules.truncated(entry.value, to: TrackingRules.runTagValueLength)
            checked.append(Tag(key: entry.key, value: value))
        }
        return checked
    }
}
