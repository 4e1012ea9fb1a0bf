/// Where single points of metrics go: the shortest way into a run. Implemented in Store.
///
/// The rules are those of `RunStore.log`: the point is durable when the outcome is told, points that
/// wait together share a commit, one that fails never fails its neighbours, an equal point is stored
/// once, and the latest point of a metric is the one with the greatest step, timestamp and value.
package protocol MetricSink: Sendable {
    /// Stores one point.
    ///
    /// - Throws: `invalidInput` for a bad key or timestamp (see `TrackingRules`) and for a deleted
    ///   run; `notFound` for a missing run.
    func log(_ metric: Metric, to id: RunID) async throws(BancadaError)
    /// Does the same without a task: it returns at once, and `completion` is called exactly once,
    /// before the return or later, on a thread of the store's. It must be short and may not block.
    ///
    /// Points that one thread hands over are stored in that order.
    func enqueue(
        _ metric: Metric, to id: RunID,
        completion: @escaping @Sendable (Result<Void, BancadaError>) -> Void)
}
