import GRDB
package import Workbench

extension SQLiteExchangeStore {
    package func importTrace(_ stored: StoredTrace) async throws(BancadaError) -> Bool {
        let checked = try Self.checked(stored)
        return try await database.write { db in
            let trace = checked.trace
            let isNew = try SQLiteTraceStore.number(of: trace.id, in: db) == nil
            if isNew {
                try Self.insert(checked, in: db)
            } else {
                let here = try Self.stored(SQLiteTraceStore.trace(trace.id, in: db), in: db)
                guard here.trace == trace, here.spans == checked.spans else {
                    throw BancadaError(
                        .conflict, "trace \(trace.id.text) is here already and differs",
                        hint: "delete one of the two")
                }
            }
            let number = try SQLiteTraceStore.existingNumber(of: trace.id, in: db)
            for run in checked.runs {
                guard let run = try SQLiteRunStore.number(of: run, in: db) else { continue }
                try db.run(
                    """
                    INSERT INTO trace_runs (trace, run) VALUES (:trace, :run)
                    ON CONFLICT DO NOTHING
                    """, ["trace": number, "run": run])
            }
            return isNew
        }
    }

    /// The trace within the rules.
    private static func checked(_ stored: StoredTrace) throws(BancadaError) -> StoredTrace {
        var trace = stored.trace
        trace.tags = try SQLiteTraceStore.checked(trace.tags, of: "trace tag")
        trace.metadata = try SQLiteTraceStore.checked(trace.metadata, of: "trace metadata")
        for text in [trace.clientRequestID, trace.requestPreview, trace.responsePreview] {
            if let text { try TrackingRules.checkText(text, of: "trace") }
        }
        guard Set(stored.spans.map(\.id)).count == stored.spans.count else {
            throw BancadaError(
                .invalidInput, "trace \(trace.id.text) has two spans of the same id")
        }
        for span in stored.spans {
            let title = "span \"\(span.id.prefix(40))\""
            for text in [span.id, span.parent ?? "", span.name, span.type, span.content] {
                try TrackingRules.checkText(text, of: title)
            }
            guard !span.id.isEmpty, ["UNSET", "OK", "ERROR"].contains(span.status) else {
                throw BancadaError(
                    .invalidInput,
                    "\(title) of trace \(trace.id.text) has the status \"\(span.status)\", "
                        + "expected UNSET, OK or ERROR")
            }
        }
        return StoredTrace(trace: trace, spans: stored.spans, runs: stored.runs)
    }

    private static func insert(_ stored: StoredTrace, in db: Database) throws {
        let trace = stored.trace
        guard try SQLiteExperimentStore.lifecycle(of: trace.experiment, in: db) != nil else {
            throw BancadaError(.notFound, "experiment \(trace.experiment.number) not found")
        }
        try db.run(
            """
            INSERT INTO traces (id, experiment, requested_at, execution_ms, state,
                client_request_id, request_preview, response_preview)
            VALUES (:id, :experiment, :requested, :execution, :state, :client, :request,
                :response)
            """,
            [
                "id": trace.id.text, "experiment": trace.experiment.number,
                "requested": trace.requestTime.milliseconds,
                "execution": trace.executionMilliseconds, "state": trace.state.rawValue,
                "client": trace.clientRequestID, "request": trace.requestPreview,
                "response": trace.responsePreview,
            ])
        let number = db.lastInsertedRowID
        for tag in trace.tags { try SQLiteTraceStore.set(tag, of: number, in: db) }
        for entry in trace.metadata {
            try db.run(
                "INSERT INTO trace_metadata (trace, key, value) VALUES (:trace, :key, :value)",
                ["trace": number, "key": entry.key, "value": entry.value])
        }
        for span in stored.spans {
            try db.run(
                """
                INSERT INTO spans (trace, id, parent, name, type, status, started_ns, ended_ns,
                    content)
                VALUES (:trace, :id, :parent, :name, :type, :status, :start, :end, :content)
                """,
                [
                    "trace": number, "id": span.id, "parent": span.parent, "name": span.name,
                    "type": span.type, "status": span.status, "start": span.startNanoseconds,
                    "end": span.endNanoseconds, "content": span.content,
                ])
        }
    }

    package func traces(
        of experiment: ExperimentID, after last: TraceID?, limit: Int
    ) async throws(BancadaError) -> [StoredTrace] {
        try await database.read { db in
            let numbers = try db.all(
                """
                SELECT number FROM traces
                WHERE experiment = :experiment AND id > :last
                ORDER BY id
                LIMIT :limit
                """,
                ["experiment": experiment.number, "last": last?.text ?? "", "limit": limit]
            ) { try $0.integer(0) }
            return try numbers.map { number in
                try Self.stored(SQLiteTraceStore.trace(number: number, in: db), in: db)
            }
        }
    }

    private static func stored(_ trace: Trace, in db: Database) throws -> StoredTrace {
        let runs = try db.all(
            """
            SELECT runs.id FROM trace_runs
            JOIN traces ON traces.number = trace_runs.trace
            JOIN runs ON runs.number = trace_runs.run
            WHERE traces.id = :id
            ORDER BY runs.id
            """, ["id": trace.id.text]
        ) { try $0.optionalRunID(0) }
        return StoredTrace(
            trace: trace, spans: try SQLiteTraceStore.spans(of: trace.id, in: db),
            runs: runs.compactMap { $0 })
    }
}
