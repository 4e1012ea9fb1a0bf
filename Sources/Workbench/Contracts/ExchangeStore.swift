/// Takes in what another store has, as it is there: ids, times, states and all. Implemented in
/// Store.
///
/// The ordinary contracts make things *now*; these make things that were. Every write is durable
/// when the call returns, and whole or not at all.
package protocol ExchangeStore: Sendable {
    /// The experiment with this name, made where there is none: with its number, where that is free
    /// and below 2^31, and in its lifecycle stage. One that exists gets the tags that it lacks; where
    /// it has no runs (a new `Default`) also the times.
    ///
    /// - Throws: `conflict` when one exists in the bin and `experiment` is active, and when a tag
    ///   has another value; `invalidInput` for bad names and tags.
    func importExperiment(
        _ experiment: Experiment
    ) async throws(BancadaError) -> (id: ExperimentID, isNew: Bool)
    /// Takes in a run with some of its points; `run.metrics` and its models are not looked at. A run
    /// that comes in parts has the tag `ImportMark.key` until the last one.
    ///
    /// - Throws: `conflict` when the run is here and whole; `notFound` for a missing experiment or
    ///   parent; `invalidInput` for what the rules of tracking forbid.
    func importRun(
        _ run: Run, points: [Metric], isLast: Bool
    ) async throws(BancadaError)
    /// Takes in a logged model with its points; runs that are not here are left out of it.
    ///
    /// - Throws: `conflict` when the model is here; `notFound` for a missing experiment;
    ///   `invalidInput` for what the rules of tracking forbid.
    func importLoggedModel(
        _ model: LoggedModel, lifecycle: LifecycleStage
    ) async throws(BancadaError)
    /// Notes the logged models that a run read and made, also where either is in the bin; each once.
    ///
    /// - Returns: how many were not noted yet.
    /// - Throws: `notFound`.
    func importLinks(
        of run: RunID, inputs: [LoggedModelID], outputs: [ModelOutput]
    ) async throws(BancadaError) -> Int
    /// Takes in an entry of the registry without versions and aliases.
    ///
    /// - Throws: `conflict` when the name is taken; `invalidInput` for a bad one.
    func importModel(_ model: RegisteredModel, nextVersion: Int) async throws(BancadaError)
    /// Takes in a version with its number, stage, tags and aliases.
    ///
    /// - Throws: `conflict` when it is here; `notFound` for a missing entry or content;
    ///   `invalidInput` for bad tags or aliases.
    func importVersion(_ version: ModelVersion) async throws(BancadaError)
    /// Gives a version that has no files its content; one that has some keeps it.
    ///
    /// - Throws: `notFound` for a missing version or content.
    func importContent(
        _ content: StoredContent, ofVersion version: Int, ofModel name: String
    ) async throws(BancadaError)
    /// Takes in a trace with its spans; runs that are not here are left out of it.
    ///
    /// - Returns: whether it is new; one that is here already and equal stays.
    /// - Throws: `conflict` when it is here and differs; `notFound` for a missing experiment;
    ///   `invalidInput` for what the rules of traces forbid.
    func importTrace(_ trace: StoredTrace) async throws(BancadaError) -> Bool
    /// Traces of an experiment by id, those after `last`.
    func traces(
        of experiment: ExperimentID, after last: TraceID?, limit: Int
    ) async throws(BancadaError) -> [StoredTrace]
    /// The number of the next version of an entry.
    ///
    /// - Throws: `notFound`.
    func nextVersion(ofModel name: String) async throws(BancadaError) -> Int
    /// A logged model, also from the bin; nil where there is none.
    func loggedModel(
        _ id: LoggedModelID
    ) async throws(BancadaError) -> (model: LoggedModel, lifecycle: LifecycleStage)?
    /// All logged models of an experiment, those in the bin too, oldest first, with all points that
    /// were measured of them.
    func loggedModels(
        of experiment: ExperimentID
    ) async throws(BancadaError) -> [(model: LoggedModel, lifecycle: LifecycleStage)]
}

/// A trace with everything that belongs to it.
package struct StoredTrace: Sendable, Equatable {
    /// Its own account of itself.
    package var trace: Trace
    /// Its spans, the root first and then by start.
    package let spans: [TraceSpan]
    /// The runs that it was linked to, by id.
    package let runs: [RunID]

    /// A trace.
    package init(trace: Trace, spans: [TraceSpan], runs: [RunID]) {
        self.trace = trace
        self.spans = spans
        self.runs = runs
    }
}

/// How a run shows that its import has not ended.
package enum ImportMark {
    /// The tag that it has until then.
    package static let key = "bancada.import"
    /// The tag's value.
    package static let value = "unfinished"

    /// Whether a run has the mark.
    package static func isOn(_ run: Run) -> Bool {
        run.tags.contains { $0.key == key && $0.value == value }
    }
}
