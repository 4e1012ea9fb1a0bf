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
    /// Rights to work on something.
    package let leases: any LeaseStore
    /// Pipeline runs and their tasks.
    package let pipelines: any PipelineRunStore
    /// Studies and their trials.
    package let studies: any StudyStore
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
    /// A new, empty folder for a run's files, inside the workspace.
    package let makeWorkFolder: @Sendable (RunID) throws(BancadaError) -> String
    /// Removes a folder that `makeWorkFolder` made.
    package let removeWorkFolder: @Sendable (String) -> Void

    /// The services of one workspace.
    package init(
        experiments: any ExperimentStore, runs: any RunStore, artifacts: any ArtifactStore,
        datasets: any DatasetStore, registry: any ModelRegistry, leases: any LeaseStore,
        pipelines: any PipelineRunStore, studies: any StudyStore,
        groups: any ProcessGroupRecorder, digest: @escaping @Sendable ([UInt8]) -> ContentDigest,
        folder: String, files: any WorkFiles, clock: WallClock,
        makeRunID: @escaping @Sendable () -> RunID, process: ProcessIdentity,
        user: String, makeWorkFolder: @escaping @Sendable (RunID) throws(BancadaError) -> String,
        removeWorkFolder: @escaping @Sendable (String) -> Void
    ) {
        self.experiments = experiments
        self.runs = runs
        self.artifacts = artifacts
        self.datasets = datasets
        self.registry = registry
        self.leases = leases
        self.pipelines = pipelines
        self.studies = studies
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
    }
}
