package import Workbench

/// One folder that holds everything: the database, the artifacts and what is made from them.
///
/// Any number of tasks, objects and processes may use the same workspace. The stores answer to the
/// contracts in Workbench; what they acknowledge is on the disk.
package final class Workspace: Sendable {
    /// What a workspace is opened for.
    package enum Access: Sendable {
        /// To read and write; the database is migrated when an older bancada made it.
        case readWrite
        /// To read; an older database is migrated. Where the folder cannot be written, it works on a
        /// private copy of the database.
        case readOnly
        /// To read a private copy of the database as it is now, touching nothing.
        case privateCopy
    }

    /// The folder, as the user named it.
    package let path: String
    /// What it was opened for.
    package let access: Access
    /// Experiments.
    package let experiments: SQLiteExperimentStore
    /// Runs and what they log.
    package let runs: SQLiteRunStore
    /// Content by digest, and the artifacts over it.
    package let artifacts: SQLiteArtifactStore
    /// Named, versioned datasets.
    package let datasets: SQLiteDatasetStore
    /// Registered models, versions and aliases.
    package let models: SQLiteModelRegistry
    /// Logged models.
    package let loggedModels: SQLiteLoggedModelStore
    /// The files of runs and models by path.
    package let tree: SQLiteArtifactTree
    /// Traces and their spans.
    package let traces: SQLiteTraceStore
    /// Rights to work on something.
    package let leases: SQLiteLeaseStore
    /// Pipeline runs, their tasks and results.
    package let pipelines: SQLitePipelineRunStore
    /// Studies and their trials.
    package let studies: SQLiteStudyStore
    /// What is taken in from elsewhere.
    package let exchange: SQLiteExchangeStore
    /// The process groups that this process starts.
    package let groups: SQLiteProcessGroupStore

    let layout: WorkspaceLayout
    let database: WorkspaceDatabase
    private let privateFolder: String?

    init(
        layout: WorkspaceLayout, access: Access, database: WorkspaceDatabase,
        identity: ProcessIdentity, privateFolder: String?
    ) {
        path = layout.root
        self.access = access
        self.layout = layout
        self.database = database
        self.privateFolder = privateFolder
        experiments = SQLiteExperimentStore(database: database)
        runs = SQLiteRunStore(database: database)
        datasets = SQLiteDatasetStore(database: database)
        models = SQLiteModelRegistry(database: database)
        loggedModels = SQLiteLoggedModelStore(database: database)
        traces = SQLiteTraceStore(database: database)
        leases = SQLiteLeaseStore(database: database)
        pipelines = SQLitePipelineRunStore(database: database)
        studies = SQLiteStudyStore(database: database)
        exchange = SQLiteExchangeStore(database: database)
        groups = SQLiteProcessGroupStore(database: database, holder: identity)
        let files = ContentFiles(
            folder: layout.artifacts, names: TemporaryNames(identity: identity))
        let queue = FileQueue()
        tree = SQLiteArtifactTree(database: database, files: files, queue: queue)
        artifacts = SQLiteArtifactStore(
            database: database, files: files,
            cacheFolder: privateFolder.map { $0 + "/cache" } ?? layout.cache, queue: queue)
    }

    deinit {
        removePrivateFolder()
    }

    /// Closes the database after the writes that wait. Later calls to the stores are `unavailable`.
    /// Dropping the last reference does the same.
    package func close() throws(BancadaError) {
        try database.close()
        removePrivateFolder()
    }

    /// How many writes shared how many commits since the workspace was opened.
    package var commitStatistics: CommitStatistics { database.commitStatistics }

    /// The database's file that this object works on.
    var databaseFile: String {
        privateFolder.map { WorkspaceLayout(root: $0).database } ?? layout.database
    }

    private func removePrivateFolder() {
        guard let privateFolder else { return }
        // A leftover in the temporary folder is swept by the next one that makes a private copy.
        try? FileSystem.removeTree(privateFolder)
    }
}
