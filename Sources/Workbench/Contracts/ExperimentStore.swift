/// Experiments, with MLflow's rules. Implemented in Store.
///
/// Any task of any process may call it. Every write is durable when the call returns.
package protocol ExperimentStore: Sendable {
    /// Creates an experiment.
    ///
    /// - Throws: `conflict` when the name is taken, also by a deleted experiment; `invalidInput`
    ///   when it is empty or longer than 500 characters.
    func createExperiment(
        named name: String, artifactLocation: String?, tags: [Tag], at time: Timestamp
    ) async throws(BancadaError) -> ExperimentID
    /// The experiment with this id, also when it is deleted.
    ///
    /// - Throws: `notFound`.
    func experiment(_ id: ExperimentID) async throws(BancadaError) -> Experiment
    /// The experiment with this name, also when it is deleted.
    ///
    /// - Throws: `notFound`.
    func experiment(named name: String) async throws(BancadaError) -> Experiment
    /// Experiments that `query` describes, in its order.
    ///
    /// - Throws: `invalidInput` for a limit outside 1...50000 or a token that is not of this query.
    func experiments(
        _ query: ExperimentQuery, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<Experiment>
    /// Renames an active experiment.
    ///
    /// - Throws: `notFound`, `conflict` for a taken name, `invalidInput` for a bad name or a
    ///   deleted experiment.
    func renameExperiment(
        _ id: ExperimentID, to name: String, at time: Timestamp
    ) async throws(BancadaError)
    /// Moves an experiment and its active runs to the bin, or them back; runs that were deleted by
    /// themselves stay there.
    ///
    /// - Throws: `notFound` also where it is there already, as in MLflow; `invalidInput` for the
    ///   experiment `Default`.
    func setLifecycle(
        _ stage: LifecycleStage, of id: ExperimentID, at time: Timestamp
    ) async throws(BancadaError)
    /// Sets a tag of an active experiment, whose time of change stays.
    ///
    /// - Throws: `notFound`; `invalidInput` for a bad key, a value over 20000 characters or a
    ///   deleted experiment.
    func setTag(_ tag: Tag, of id: ExperimentID) async throws(BancadaError)
    /// Removes a tag of an active experiment, whose time of change stays.
    ///
    /// - Throws: `notFound` also when the tag is absent; `invalidInput` for a deleted experiment.
    func deleteTag(_ key: String, of id: ExperimentID) async throws(BancadaError)
}
