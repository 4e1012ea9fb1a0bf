/// Runs and what they log, with MLflow's rules. Implemented in Store.
///
/// Any task of any process may call it. Every write is durable when the call returns; calls that
/// wait together share a commit, and one that fails never fails its neighbours. Writes to a deleted
/// run are `invalidInput`, to a missing one `notFound`.
package protocol RunStore: Sendable {
    /// Starts a run and, where `run.holder` is given, takes its lease in the same transaction.
    ///
    /// The name and the tag `mlflow.runName` are one thing: either sets both, here and later; a run
    /// without them gets an invented name.
    /// - Throws: `notFound` for a missing experiment or parent; `invalidInput` for a deleted
    ///   experiment, bad tags, or a name and a tag that differ; `conflict` when the id exists or
    ///   another live process has its lease.
    func createRun(_ run: NewRun) async throws(BancadaError) -> Run
    /// The run with this id, also when it is deleted.
    ///
    /// - Throws: `notFound`.
    func run(_ id: RunID) async throws(BancadaError) -> Run
    /// The runs whose id starts with `prefix`, at most `limit`, newest first, deleted ones included.
    ///
    /// - Throws: `invalidInput` for a limit outside 1...50000.
    func runs(idPrefix prefix: String, limit: Int) async throws(BancadaError) -> [Run]
    /// Runs that `query` describes, in its order.
    ///
    /// - Throws: `invalidInput` for a limit outside 1...50000 or a token that is not of this query.
    func runs(
        _ query: RunQuery, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<Run>
    /// Changes status, end or name; an empty name leaves it, and so does an empty tag
    /// `mlflow.runName`. A terminal status releases the run's lease in the same transaction.
    func updateRun(_ id: RunID, _ update: RunUpdate) async throws(BancadaError) -> Run
    /// Moves a run to the bin, or back. Repeating it is allowed.
    func setLifecycle(_ stage: LifecycleStage, of id: RunID) async throws(BancadaError)
    /// Stores a batch whole or not at all. Params are checked first and are written once: the same
    /// value again is accepted, another is `invalidInput`. Equal points are stored once.
    ///
    /// - Throws: `invalidInput` for bad keys, values or sizes (see `TrackingRules`).
    func log(_ batch: LogBatch, to id: RunID) async throws(BancadaError)
    /// All points of one metric in an order; none for an unknown key.
    ///
    /// - Throws: `notFound` for a missing run; `invalidInput` for a bad limit, and for a token that is
    ///   not of this metric and order.
    func history(
        of key: String, run id: RunID, order: HistoryOrder, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<Metric>
    /// Removes a tag.
    ///
    /// - Throws: `notFound` also when the tag is absent.
    func deleteTag(_ key: String, of id: RunID) async throws(BancadaError)
    /// Records the datasets that a run reads; once per name and digest. Tags of the use stay as they
    /// were first set, others are added; the rest of a dataset stays as it was first logged in its
    /// experiment.
    ///
    /// - Throws: `invalidInput` for fields over the limits (see `TrackingRules`).
    func logInputs(_ inputs: [DatasetInput], to id: RunID) async throws(BancadaError)
    /// The datasets that a run reads, ordered by name.
    func datasetInputs(of id: RunID) async throws(BancadaError) -> [DatasetInput]
    /// Records the logged models that a run reads, each once.
    ///
    /// - Throws: `notFound` for a missing model.
    func logModelInputs(_ models: [LoggedModelID], to id: RunID) async throws(BancadaError)
    /// Records the logged models that a run made, each once.
    ///
    /// - Throws: `notFound` for a missing model.
    func logModelOutputs(_ models: [ModelOutput], to id: RunID) async throws(BancadaError)
}

extension RunStore {
    /// All points of one metric by step.
    ///
    /// - Throws: as `history(of:run:order:limit:after:)`.
    package func history(
        of key: String, run id: RunID, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<Metric> {
        try await history(of: key, run: id, order: .step, limit: limit, after: token)
    }
}
