import GRDB
package import Workbench

extension SQLiteTraceStore {
    package func log(
        _ batches: [SpanBatch], in experiment: ExperimentID
    ) async throws(BancadaError) {
        var checked: [SpanBatch] = []
        for var batch in batches where !batch.spans.isEmpty {
            batch.tags = try Self.checked(batch.tags, of: "trace tag") + [Self.spansAreHere]
            batch.metadata = try Self.checked(batch.metadata, of: "trace metadata")
            for text in [batch.requestPreview, batch.responsePreview] {
                if let text { try TrackingRules.checkText(text, of: "preview of a trace") }
            }
            for span in batch.spans {
                for text in [span.id, span.parent ?? "", span.name, span.type, span.content] {
                    try TrackingRules.checkText(text, of: "span \"\(span.id.prefix(40))\"")
                }
            }
            checked.append(batch)
        }
        guard !checked.isEmpty else { return }
        try await database.write { [checked] db in
            for batch in checked { try Self.write(batch, in: experiment, db) }
        }
    }

    private static func write(
        _ batch: SpanBatch, in experiment: ExperimentID, _ db: Database
    ) throws {
        let number = try extend(batch, in: experiment, db)
        for span in batch.spans { try write(span, of: number, in: db) }
        for tag in batch.tags { try set(tag, of: number, in: db) }
        for entry in batch.metadata {
            try db.run(
                """
                INSERT INTO trace_metadata (trace, key, value) VALUES (:trace, :key, :value)
                ON CONFLICT DO NOTHING
                """, ["trace": number, "key": entry.key, "value": entry.value])
        }
    }

    /// Makes the trace of a batch, or makes it cover the batch; returns the number of its row.
    private static func extend(
        _ batch: SpanBatch, in experiment: ExperimentID, _ db: Database
    ) throws -> Int64 {
        let start = batch.spans.map(\.startNanoseconds).min().map { $0 / 1_000_000 } ?? 0
        let end = batch.spans.compactMap(\.endNanoseconds).max().map { $0 / 1_000_000 }
        var arguments: StatementArguments = [
            "start": start, "end": end, "state": batch.state?.rawValue,
            "request": batch.requestPreview, "response": batch.responsePreview,
        ]
        if let number = try number(of: batch.trace, in: db) {
            arguments += ["number": number]
            try db.run(
                """
                UPDATE traces
                SET requested_at = min(requested_at, :start),
                    execution_ms = CASE
                        WHEN :end IS NULL THEN execution_ms
                        ELSE max(ifnull(requested_at + execution_ms, :end), :end)
                            - min(requested_at, :start) END,
                    state = CASE
                        WHEN state IN ('OK', 'ERROR') THEN state ELSE ifnull(:state, state) END,
                    request_preview = ifnull(request_preview, :request),
                    response_preview = ifnull(response_preview, :response)
                WHERE number = :number
                """, arguments)
            return number
        }
        try SQLiteExperimentStore.checkActive(experiment, in: db)
        arguments += ["id": batch.trace.text, "experiment": experiment.number]
        try db.run(
            """
            INSERT INTO traces (id, experiment, requested_at, execution_ms, state,
                request_preview, response_preview)
            VALUES (:id, :experiment, :start, :end - :start, ifnull(:state, 'IN_PROGRESS'),
                :request, :response)
            """, arguments)
        return db.lastInsertedRowID
    }

    private static func write(_ span: TraceSpan, of trace: Int64, in db: Database) throws {
        try db.run(
            """
            INSERT INTO spans (trace, id, parent, name, type, status, started_ns, ended_ns,
                content)
            VALUES (:trace, :id, :parent, :name, :type, :status, :start, :end, :content)
            ON CONFLICT (trace, id) DO UPDATE
            SET parent = excluded.parent, name = excluded.name, type = excluded.type,
                status = excluded.status, started_ns = excluded.started_ns,
                ended_ns = excluded.ended_ns, content = excluded.content
            """,
            [
                "trace": trace, "id": span.id, "parent": span.parent, "name": span.name,
                "type": span.type, "status": span.status, "start": span.startNanoseconds,
                "end": span.endNanoseconds, "content": span.content,
            ])
    }
}
