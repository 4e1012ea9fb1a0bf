import GRDB
package import Workbench

extension SQLiteRunStore: MetricSink {
    package func log(_ metric: Metric, to id: RunID) async throws(BancadaError) {
        if Task.isCancelled { throw BancadaError(.cancelled, "the write was cancelled") }
        let outcome: Result<Void, BancadaError> = await withCheckedContinuation { waiting in
            enqueue(metric, to: id) { waiting.resume(returning: $0) }
        }
        try outcome.get()
    }

    package func enqueue(
        _ metric: Metric, to id: RunID,
        completion: @escaping @Sendable (Result<Void, BancadaError>) -> Void
    ) {
        do throws(BancadaError) {
            try metric.check()
            if metric.subject == nil {
                try database.enqueue(
                    MetricPoint(metric: metric, run: id, completion: completion))
            } else {
                let batch = try CheckedBatch(LogBatch(metrics: [metric]))
                try database.enqueue(completion) { db in
                    try Self.write(batch, to: try Self.activeNumber(of: id, in: db), in: db)
                }
            }
        } catch {
            completion(.failure(error))
        }
    }
}

/// A checked point without a subject that waits to be written.
struct MetricPoint: Sendable {
    /// The point.
    let metric: Metric
    /// The run that logs it.
    let run: RunID
    /// Who is told, after the commit.
    let completion: @Sendable (Result<Void, BancadaError>) -> Void

    /// Writes the point in a transaction that it shares with other points.
    ///
    /// - Throws: `BancadaError` before anything was changed; other errors at any moment.
    func write(_ recorder: inout MetricRecorder) throws {
        try recorder.add(metric, to: try recorder.activeNumber(of: run))
    }
}
