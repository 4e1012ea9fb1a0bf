/// Where experiments come from when they are imported: an MLflow folder, an MLflow database, or an
/// archive of ours. Implemented in Store (databases) and Components (folders and archives).
///
/// Things have keys of the source's own, and each is read by itself, so that one that is damaged is
/// named and hides no other. Ids of experiments in what it returns are the source's.
package protocol ExchangeSource: Sendable {
    /// What it is called in messages.
    var title: String { get }
    /// The files that come with it; artifacts elsewhere are found by their URI.
    var files: any ExchangeFiles { get }
    /// The experiments, deleted ones too.
    func experiments() async throws(BancadaError) -> [String]
    /// An experiment; its artifact location is the source's.
    func experiment(_ key: String) async throws(BancadaError) -> Experiment
    /// Runs of an experiment, deleted ones too, a page at a time.
    func runs(
        of experiment: String, after last: String?
    ) async throws(BancadaError) -> ForeignPage<String>
    /// A run without its points.
    func run(_ key: String) async throws(BancadaError) -> ForeignRun
    /// Points of all metrics of a run, a page at a time.
    func points(
        of run: String, after last: String?
    ) async throws(BancadaError) -> ForeignPage<Metric>
    /// The logged models of an experiment, deleted ones too.
    func loggedModels(of experiment: String) async throws(BancadaError) -> [String]
    /// A logged model with all points that were measured of it.
    func loggedModel(_ key: String) async throws(BancadaError) -> ForeignLoggedModel
    /// The traces of an experiment.
    func traces(of experiment: String) async throws(BancadaError) -> [String]
    /// A trace with its spans.
    func trace(_ key: String) async throws(BancadaError) -> ForeignTrace
    /// The entries of the registry.
    func models() async throws(BancadaError) -> [String]
    /// An entry of the registry without its versions.
    func model(_ key: String) async throws(BancadaError) -> ForeignModel
    /// The versions of an entry that exist.
    func versions(of model: String) async throws(BancadaError) -> [String]
    /// A version.
    func version(_ key: String, of model: String) async throws(BancadaError) -> ForeignVersion
    /// What is there and is not read.
    func leftBehind() async throws(BancadaError) -> [LeftBehind]
}

/// One page of a listing of a source.
package struct ForeignPage<Element: Sendable>: Sendable {
    /// What is on it.
    package let items: [Element]
    /// Where the next one continues; nil on the last.
    package let next: String?

    /// A page.
    package init(items: [Element], next: String?) {
        self.items = items
        self.next = next
    }
}

/// A run as a source has it.
package struct ForeignRun: Sendable {
    /// The run; no metrics.
    package let run: Run
    /// Where its artifacts are among the source's files; nil when they are found by `artifactURI`.
    package let folder: String?
    /// Where its artifacts are.
    package let artifactURI: String?
    /// The typed artifacts that it made.
    package let outputs: [ForeignArtifact]
    /// The typed artifacts that it read.
    package let inputs: [ForeignInput]

    /// A run of a source.
    package init(
        run: Run, folder: String? = nil, artifactURI: String? = nil,
        outputs: [ForeignArtifact] = [], inputs: [ForeignInput] = []
    ) {
        self.run = run
        self.folder = folder
        self.artifactURI = artifactURI
        self.outputs = outputs
        self.inputs = inputs
    }
}

/// A typed artifact of a source.
package struct ForeignArtifact: Sendable {
    /// Its type.
    package let type: ArtifactType
    /// Its name.
    package let name: String
    /// SHA-256 of its content.
    package let digest: ContentDigest
    /// Where its content is among the source's files.
    package let path: String
    /// Open-ended facts.
    package let metadata: [Tag]
    /// The run that made it.
    package let producer: RunID?
    /// When it was recorded.
    package let creationTime: Timestamp

    /// An artifact of a source.
    package init(
        type: ArtifactType, name: String, digest: ContentDigest, path: String, metadata: [Tag],
        producer: RunID?, creationTime: Timestamp
    ) {
        self.type = type
        self.name = name
        self.digest = digest
        self.path = path
        self.metadata = metadata
        self.producer = producer
        self.creationTime = creationTime
    }
}

/// The use of a typed artifact by a run of a source.
package struct ForeignInput: Sendable {
    /// What the run calls it.
    package let name: String
    /// What it reads.
    package let artifact: ForeignArtifact

    /// The use of an artifact under a name.
    package init(name: String, artifact: ForeignArtifact) {
        self.name = name
        self.artifact = artifact
    }
}

/// A logged model as a source has it.
package struct ForeignLoggedModel: Sendable {
    /// The model; its metrics are all points that were measured.
    package let model: LoggedModel
    /// Whether it is in the bin.
    package let lifecycle: LifecycleStage
    /// Where its files are among the source's; nil when they are found by `artifactURI`.
    package let folder: String?
    /// Where its files are.
    package let artifactURI: String?

    /// A logged model of a source.
    package init(
        model: LoggedModel, lifecycle: LifecycleStage, folder: String?, artifactURI: String?
    ) {
        self.model = model
        self.lifecycle = lifecycle
        self.folder = folder
        self.artifactURI = artifactURI
    }
}

/// A trace as a source has it.
package struct ForeignTrace: Sendable {
    /// The trace with its spans.
    package let stored: StoredTrace
    /// Where its files are among the source's.
    package let folder: String

    /// A trace of a source.
    package init(stored: StoredTrace, folder: String) {
        self.stored = stored
        self.folder = folder
    }
}

/// An entry of the registry as a source has it.
package struct ForeignModel: Sendable {
    /// The entry.
    package let model: RegisteredModel
    /// The number of its next version, above all that were ever there.
    package let nextVersion: Int

    /// An entry of a source.
    package init(model: RegisteredModel, nextVersion: Int) {
        self.model = model
        self.nextVersion = nextVersion
    }
}

/// A version of a registered model as a source has it.
package struct ForeignVersion: Sendable {
    /// The version; no content.
    package let version: ModelVersion
    /// Where its files are among the source's; nil when they are found by their URI.
    package let folder: String?
    /// Where its files are; beside `version.source`.
    package let storage: String?
    /// Whether it may have had no files where the source comes from.
    package let mayLackFiles: Bool

    /// A version of a source.
    package init(
        version: ModelVersion, folder: String? = nil, storage: String? = nil,
        mayLackFiles: Bool = false
    ) {
        self.version = version
        self.folder = folder
        self.storage = storage
        self.mayLackFiles = mayLackFiles
    }
}

/// Things of one kind that a source has and that are not read.
package struct LeftBehind: Sendable {
    /// The kind, in the plural: `traces`.
    package let kind: String
    /// Which ones, or where.
    package let name: String
    /// How many.
    package let count: Int
    /// Why.
    package let reason: String

    /// Things that are not read.
    package init(kind: String, name: String, count: Int, reason: String) {
        self.kind = kind
        self.name = name
        self.count = count
        self.reason = reason
    }
}
