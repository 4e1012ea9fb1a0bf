package import Workbench

/// What operations work with: the stores of one workspace and everything that engines must be
/// given (time, identities, this process). Made by the command line, once.
package struct Services: Sendable {
    /// Experiments.
    package let experiments: any ExperimentStore
    /// Runs and what they log.
    package let runs: any RunStore
    /// Content by digest and the artifacts over it.
    package let artifacts: any ArtifactStore
    /// Named datasets.
    package let datasets: any DatasetStore
    /// Registered models.
    package let registry: any ModelRegistry
    /// Logged models.
    package let loggedModels: any LoggedModelStore
    /// The files of runs and models by path.
    package let tree: any ArtifactTree
    /// Rights to work on something.
    package let leases: any LeaseStore
    /// Pipeline runs and their tasks.
    package let pipelines: any PipelineRunStore
    /// Studies and their trials.
    package let studies: any StudyStore
    /// What is taken in from elsewhere.
    package let exchange: any ExchangeStore
    /// The process groups that this process starts.
    package let groups: any ProcessGroupRecorder
    /// SHA-256 of bytes.
    package let digest: @Sendable ([UInt8]) -> ContentDigest
    /// The workspace's folder, absolute.
    package let folder: String
    /// The workspace's folders for running work.
    package let files: any WorkFiles
    /// The present.
    package let clock: WallClock
    /// Makes the identity of a new run.
    package let makeRunID: @Sendable () -> RunID
    /// This process, the holder of leases.
    package let process: ProcessIdentity
    /// Who is at the keyboard.
    package let user: String
    /// Tags that tell what a run is started from: the commit of the folder that its code is in
    /// (nil is the current one), the command, the environment.
    package let origin: @Sendable (_ folder: String?) -> [Tag]
    /// A new, empty folder for a run's files, inside the workspace.
    package let makeWorkFolder: @Sendable (RunID) throws(BancadaError) -> String
    /// Removes a folder that `makeWorkFolder` made.
    package let removeWorkFolder: @Sendable (String) -> Void

    /// The services of one workspace.
    package init(
        experiments: any ExperimentStore, runs: any RunStore, artifacts: any ArtifactStore,
        datasets: any DatasetStore, registry: any ModelRegistry,
        loggedModels: any LoggedModelStore, tree: any ArtifactTree, leases: any LeaseStore,
        pipelines: any PipelineRunStore, studies: any StudyStore,
        exchange: any ExchangeStore, groups: any ProcessGroupRecorder,
        digest: @escaping @Sendable ([UInt8]) -> ContentDigest,
        folder: String, files: any WorkFiles, clock: WallClock,
        makeRunID: @escaping @Sendable () -> RunID, process: ProcessIdentity,
        user: String, makeWorkFolder: @escaping @Sendable (RunID) throws(BancadaError) -> String,
        removeWorkFolder: @escaping @Sendable (String) -> Void,
        origin: @escaping @Sendable (_ folder: String?) -> [Tag] = { _ in [] }
    ) {
        self.experiments = experiments
        self.runs = runs
        self.artifacts = artifacts
        self.datasets = datasets
        self.registry = registry
        self.loggedModels = loggedModels
        self.tree = tree
        self.leases = leases
        self.pipelines = pipelines
        self.studies = studies
        self.exchange = exchange
        self.groups = groups
        self.digest = digest
        self.folder = folder
        self.files = files
        self.clock = clock
        self.makeRunID = makeRunID
        self.process = process
        self.user = user
        self.makeWorkFolder = makeWorkFolder
        self.removeWorkFolder = removeWorkFolder
        self.origin = origin
    }
}
