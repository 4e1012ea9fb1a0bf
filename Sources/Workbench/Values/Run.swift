/// What a run executes.
package enum RunKind: String, Sendable, CaseIterable {
    case train
    case trial
    case pipeline
    case task
    case job
    /// Logged by a client of ours, such as a script that uses MLflow.
    case external
}

/// MLflow's statuses. *Interrupted* is not one of them: it is a running run whose lease is dead.
package enum RunStatus: String, Sendable, CaseIterable {
    case running = "RUNNING"
    case scheduled = "SCHEDULED"
    case finished = "FINISHED"
    case failed = "FAILED"
    case killed = "KILLED"

    /// Whether the run has ended.
    package var isTerminal: Bool {
        switch self {
        case .running, .scheduled: false
        case .finished, .failed, .killed: true
        }
    }
}

/// An input parameter of a run, written once.
package struct Param: Sendable, Hashable {
    /// The parameter's name, unique within its run.
    package let key: String
    /// Its value as text.
    package let value: String

    /// A parameter with this key and value.
    package init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}

/// One measured point of a metric.
package struct Metric: Sendable, Equatable {
    /// The metric's name.
    package let key: String
    /// The value; NaN is legal, infinities are stored as the greatest finite magnitude.
    package let value: Double
    /// When it was measured.
    package let timestamp: Timestamp
    /// The step (epoch, iteration) that it belongs to; may be negative.
    package let step: Int64
    /// The logged model that it measures, and on what; only read where it is logged. Nil otherwise.
    package let subject: MetricSubject?

    /// A point of the metric `key`.
    package init(
        key: String, value: Double, timestamp: Timestamp, step: Int64 = 0,
        subject: MetricSubject? = nil
    ) {
        self.key = key
        self.value = value
        self.timestamp = timestamp
        self.step = step
        self.subject = subject
    }
}

/// What a point of a metric measures beside its run.
package struct MetricSubject: Sendable, Equatable {
    /// The model; the point is kept with it too.
    package let model: LoggedModelID
    /// The name of the dataset that it was measured on.
    package let datasetName: String?
    /// The digest of that dataset.
    package let datasetDigest: String?

    /// A model, measured on a dataset where one is named.
    package init(model: LoggedModelID, datasetName: String? = nil, datasetDigest: String? = nil) {
        self.model = model
        self.datasetName = datasetName
        self.datasetDigest = datasetDigest
    }
}

/// One tracked execution.
package struct Run: Sendable {
    /// Its identity.
    package let id: RunID
    /// What it executes.
    package let kind: RunKind
    /// The run it is a part of.
    package let parent: RunID?
    /// The experiment it belongs to.
    package let experiment: ExperimentID
    /// Its name; the same thing as the tag `mlflow.runName`.
    package let name: String
    /// Who started it.
    package let user: String
    /// How far it has come.
    package let status: RunStatus
    /// Active, or deleted and restorable.
    package let lifecycle: LifecycleStage
    /// When it started.
    package let startTime: Timestamp
    /// When it ended, once it has.
    package let endTime: Timestamp?
    /// Its parameters, ordered by key.
    package let params: [Param]
    /// The latest point of each metric (greatest step, then timestamp, then value), ordered by key.
    package let metrics: [Metric]
    /// Its tags, ordered by key.
    package let tags: [Tag]
    /// The process that holds the run's lease, or held it last; of a pipeline's task that of the
    /// pipeline's run; nil for runs of clients.
    package let lease: Lease?
    /// The datasets that it reads, ordered by name.
    package let datasets: [DatasetInput]
    /// The logged models that it reads.
    package let modelInputs: [LoggedModelID]
    /// The logged models that it made.
    package let modelOutputs: [ModelOutput]

    /// A run as it is stored.
    package init(
        id: RunID, kind: RunKind, parent: RunID?, experiment: ExperimentID, name: String,
        user: String, status: RunStatus, lifecycle: LifecycleStage, startTime: Timestamp,
        endTime: Timestamp?, params: [Param], metrics: [Metric], tags: [Tag], lease: Lease?,
        datasets: [DatasetInput] = [], modelInputs: [LoggedModelID] = [],
        modelOutputs: [ModelOutput] = []
    ) {
        self.id = id
        self.kind = kind
        self.parent = parent
        self.experiment = experiment
        self.name = name
        self.user = user
        self.status = status
        self.lifecycle = lifecycle
        self.startTime = startTime
        self.endTime = endTime
        self.params = params
        self.metrics = metrics
        self.tags = tags
        self.lease = lease
        self.datasets = datasets
        self.modelInputs = modelInputs
        self.modelOutputs = modelOutputs
    }
}

/// A logged model that a run made.
package struct ModelOutput: Sendable, Hashable {
    /// The model.
    package let model: LoggedModelID
    /// The step at which it was made.
    package let step: Int64

    /// The model made at a step.
    package init(model: LoggedModelID, step: Int64 = 0) {
        self.model = model
        self.step = step
    }
}

/// What is known of a run before it starts.
package struct NewRun: Sendable {
    /// Its identity, made by the caller.
    package var id: RunID
    /// What it executes.
    package var kind: RunKind
    /// The experiment it belongs to.
    package var experiment: ExperimentID
    /// Its name; the store invents one where nil.
    package var name: String?
    /// Who starts it.
    package var user: String
    /// The run it is a part of.
    package var parent: RunID?
    /// When it started.
    package var startTime: Timestamp
    /// Its first tags.
    package var tags: [Tag]
    /// The process that executes it; the store takes the lease `run:ID` for it in the same
    /// transaction. Nil for runs of clients.
    package var holder: ProcessIdentity?

    /// A run that is about to start.
    package init(
        id: RunID, kind: RunKind, experiment: ExperimentID, name: String? = nil, user: String,
        parent: RunID? = nil, startTime: Timestamp, tags: [Tag] = [],
        holder: ProcessIdentity? = nil
    ) {
        self.id = id
        self.kind = kind
        self.experiment = experiment
        self.name = name
        self.user = user
        self.parent = parent
        self.startTime = startTime
        self.tags = tags
        self.holder = holder
    }
}

/// What to change in a run; nil leaves a field as it is.
package struct RunUpdate: Sendable {
    /// The new status.
    package var status: RunStatus?
    /// The new end time.
    package var endTime: Timestamp?
    /// The new name.
    package var name: String?

    /// A change of the fields that are given.
    package init(status: RunStatus? = nil, endTime: Timestamp? = nil, name: String? = nil) {
        self.status = status
        self.endTime = endTime
        self.name = name
    }
}

/// Params, metrics and tags that are stored together or not at all.
package struct LogBatch: Sendable {
    /// At most 100 parameters.
    package var params: [Param]
    /// At most 1,000 points.
    package var metrics: [Metric]
    /// At most 100 tags.
    package var tags: [Tag]

    /// A batch with these parts.
    package init(params: [Param] = [], metrics: [Metric] = [], tags: [Tag] = []) {
        self.params = params
        self.metrics = metrics
        self.tags = tags
    }
}

/// Which runs a listing shows, and in what order.
package struct RunQuery: Sendable {
    /// The experiments to look in; empty means all.
    package var experiments: [ExperimentID]
    /// The kinds to show; empty means all.
    package var kinds: [RunKind]
    /// The statuses to show; empty means all.
    package var statuses: [RunStatus]
    /// Which lifecycle stages to show.
    package var view: ViewType
    /// What else a run must have; fields of `SearchSubject.runs`.
    package var filter: Filter
    /// The order; ties, and everything where it is empty, newest first, then by id.
    package var order: [OrderKey]

    /// A listing with these restrictions.
    package init(
        experiments: [ExperimentID] = [], kinds: [RunKind] = [], statuses: [RunStatus] = [],
        view: ViewType = .activeOnly, filter: Filter = Filter(), order: [OrderKey] = []
    ) {
        self.experiments = experiments
        self.kinds = kinds
        self.statuses = statuses
        self.view = view
        self.filter = filter
        self.order = order
    }
}

/// A dataset that a run reads, in MLflow's shape.
package struct DatasetInput: Sendable, Equatable {
    /// The dataset's name.
    package let name: String
    /// A short digest of its content, at most 36 characters.
    package let digest: String
    /// What kind of place `source` is, such as `local` or `bancada`.
    package let sourceType: String
    /// Where it comes from, as JSON text or a URI.
    package let source: String
    /// Its columns, as JSON text.
    package let schema: String?
    /// Its statistics, as JSON text.
    package let profile: String?
    /// Tags of the use, such as `mlflow.data.context` = `training`.
    package let tags: [Tag]

    /// The use of a dataset.
    package init(
        name: String, digest: String, sourceType: String, source: String, schema: String? = nil,
        profile: String? = nil, tags: [Tag] = []
    ) {
        self.name = name
        self.digest = digest
        self.sourceType = sourceType
        self.source = source
        self.schema = schema
        self.profile = profile
        self.tags = tags
    }
}
