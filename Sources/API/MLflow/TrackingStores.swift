package import Workbench

/// What the tracking protocol works with: the contracts of a workspace, and where time and
/// identities come from.
package struct TrackingStores: Sendable {
    /// How many writes shared how many commits.
    package struct WriteCounts: Sendable, Equatable {
        /// Writes that had an outcome.
        package let writes: Int
        /// Transactions that were committed, each with one sync of the disk.
        package let commits: Int

        /// The counts at one moment.
        package init(writes: Int, commits: Int) {
            self.writes = writes
            self.commits = commits
        }
    }

    /// Experiments.
    package let experiments: any ExperimentStore
    /// Runs and what they log.
    package let runs: any RunStore
    /// The short way of single points into runs; nil where there is none.
    package let points: (any MetricSink)?
    /// Registered models, versions and aliases.
    package let registry: any ModelRegistry
    /// Logged models.
    package let loggedModels: any LoggedModelStore
    /// Traces; nil where none are kept.
    package let traces: (any TraceStore)?
    /// The files of runs and models by path.
    package let tree: any ArtifactTree
    /// The present.
    package let clock: WallClock
    /// Makes the identity of a new run or logged model.
    package let makeRunID: @Sendable () -> RunID
    /// The counts of writes, for the metrics; nil where nobody counts.
    package let writeCounts: (@Sendable () -> WriteCounts)?

    /// The stores of one workspace.
    package init(
        experiments: any ExperimentStore, runs: any RunStore,
        points: (any MetricSink)? = nil, registry: any ModelRegistry,
        loggedModels: any LoggedModelStore, tree: any ArtifactTree, clock: WallClock,
        makeRunID: @escaping @Sendable () -> RunID,
        writeCounts: (@Sendable () -> WriteCounts)? = nil, traces: (any TraceStore)? = nil
    ) {
        self.experiments = experiments
        self.runs = runs
        self.points = points
        self.registry = registry
        self.loggedModels = loggedModels
        self.traces = traces
        self.tree = tree
        self.clock = clock
        self.makeRunID = makeRunID
        self.writeCounts = writeCounts
    }
}
