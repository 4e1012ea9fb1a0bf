/// Traces and their spans, with MLflow's rules. Implemented in Store.
///
/// Any task of any process may call it. Every write is durable when the call returns. A trace's own
/// account and its spans may come in either order.
package protocol TraceStore: Sendable {
    /// Writes a trace's own account of itself: makes it, or completes what its spans made. Times,
    /// state and the caller's id replace; previews replace where they are given; tags and metadata
    /// are added to those there are.
    ///
    /// - Returns: the trace as it is then.
    /// - Throws: `notFound` for the experiment; `invalidInput` for a deleted one, a bad key or a
    ///   text with a NUL character.
    func record(_ trace: Trace) async throws(BancadaError) -> Trace
    /// Writes spans, all or none; a span that comes again replaces itself. A trace that is not
    /// there is made in `experiment`; one that is gets longer to cover its spans, and takes from
    /// the batch the state, previews and metadata that it does not have yet.
    ///
    /// - Throws: `notFound` for the experiment of a new trace; `invalidInput` for a deleted one or
    ///   a text with a NUL character.
    func log(_ batches: [SpanBatch], in experiment: ExperimentID) async throws(BancadaError)
    /// The trace with this id.
    ///
    /// - Throws: `notFound`.
    func trace(_ id: TraceID) async throws(BancadaError) -> Trace
    /// The traces with these ids, in their order, each once; those that are not there are left
    /// out.
    func traces(_ ids: [TraceID]) async throws(BancadaError) -> [Trace]
    /// The spans of a trace, the root first and then by start; none where there is no such trace.
    func spans(of id: TraceID) async throws(BancadaError) -> [TraceSpan]
    /// Traces that `query` describes, in its order.
    ///
    /// - Throws: `invalidInput` for a limit outside 1...50000 or a token that is not of this query.
    func traces(
        _ query: TraceQuery, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<Trace>
    /// Sets a tag; a value over 8000 characters is cut.
    ///
    /// - Throws: `notFound`; `invalidInput` for a bad key.
    func setTag(_ tag: Tag, of id: TraceID) async throws(BancadaError)
    /// Removes a tag.
    ///
    /// - Throws: `notFound` also when the tag is absent.
    func deleteTag(_ key: String, of id: TraceID) async throws(BancadaError)
    /// Deletes traces of an experiment for good.
    ///
    /// - Returns: how many there were.
    func deleteTraces(
        _ selection: TraceSelection, of experiment: ExperimentID
    ) async throws(BancadaError) -> Int
    /// Says that traces belong to a run; traces that are not there are left out.
    ///
    /// - Throws: `notFound` for the run.
    func link(_ ids: [TraceID], to run: RunID) async throws(BancadaError)
}
