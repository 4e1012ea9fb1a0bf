/// How far a logged model has come, as MLflow writes it.
package enum LoggedModelStatus: String, Sendable, CaseIterable {
    case pending = "LOGGED_MODEL_PENDING"
    case ready = "LOGGED_MODEL_READY"
    case failed = "LOGGED_MODEL_UPLOAD_FAILED"
}

/// A model that a run logged: what MLflow 3 keeps of it beside its files.
package struct LoggedModel: Sendable {
    /// Its identity.
    package let id: LoggedModelID
    /// The experiment it belongs to.
    package let experiment: ExperimentID
    /// Its name, not unique.
    package let name: String
    /// What kind of model it is, in its maker's words; may be empty.
    package let type: String
    /// The run that made it.
    package let sourceRun: RunID?
    /// Whether its files are complete.
    package let status: LoggedModelStatus
    /// When it was made.
    package let creationTime: Timestamp
    /// When its status last changed.
    package let lastUpdateTime: Timestamp
    /// Its parameters, ordered by key.
    package let params: [Param]
    /// Every point that measures it, with its subject, ordered by key and time.
    package let metrics: [LoggedModelMetric]
    /// Its tags, ordered by key.
    package let tags: [Tag]

    /// A logged model as it is stored.
    package init(
        id: LoggedModelID, experiment: ExperimentID, name: String, type: String,
        sourceRun: RunID?, status: LoggedModelStatus, creationTime: Timestamp,
        lastUpdateTime: Timestamp, params: [Param], metrics: [LoggedModelMetric], tags: [Tag]
    ) {
        self.id = id
        self.experiment = experiment
        self.name = name
        self.type = type
        self.sourceRun = sourceRun
        self.status = status
        self.creationTime = creationTime
        self.lastUpdateTime = lastUpdateTime
        self.params = params
        self.metrics = metrics
        self.tags = tags
    }
}

/// A point of a metric of a logged model.
package struct LoggedModelMetric: Sendable, Equatable {
    /// The point; its subject names the model and the dataset.
    package let metric: Metric
    /// The run that measured it.
    package let run: RunID

    /// A point that `run` measured.
    package init(metric: Metric, run: RunID) {
        self.metric = metric
        self.run = run
    }
}

/// A logged model that is about to be made; it starts pending.
package struct NewLoggedModel: Sendable {
    /// Its identity, made by the caller.
    package var id: LoggedModelID
    /// The experiment it belongs to.
    package var experiment: ExperimentID
    /// Its name; the store invents one where it is empty.
    package var name: String
    /// What kind of model it is.
    package var type: String
    /// The run that makes it.
    package var sourceRun: RunID?
    /// Its first parameters.
    package var params: [Param]
    /// Its first tags.
    package var tags: [Tag]

    /// A logged model that is about to be made.
    package init(
        id: LoggedModelID, experiment: ExperimentID, name: String = "", type: String = "",
        sourceRun: RunID? = nil, params: [Param] = [], tags: [Tag] = []
    ) {
        self.id = id
        self.experiment = experiment
        self.name = name
        self.type = type
        self.sourceRun = sourceRun
        self.params = params
        self.tags = tags
    }
}

/// Which logged models a listing shows, and in what order.
package struct LoggedModelQuery: Sendable {
    /// The experiments to look in.
    package var experiments: [ExperimentID]
    /// What else a model must have; fields of `SearchSubject.loggedModels`.
    package var filter: Filter
    /// The datasets that a metric of the filter must be measured on; empty is any.
    package var datasets: [DatasetReference]
    /// The order; ties, and everything where it is empty, newest first, then by id.
    package var order: [LoggedModelOrder]

    /// A listing with these restrictions.
    package init(
        experiments: [ExperimentID], filter: Filter = Filter(),
        datasets: [DatasetReference] = [], order: [LoggedModelOrder] = []
    ) {
        self.experiments = experiments
        self.filter = filter
        self.datasets = datasets
        self.order = order
    }
}

/// A dataset by name and, where given, digest.
package struct DatasetReference: Sendable, Hashable {
    /// The dataset's name.
    package let name: String
    /// Its digest; nil is any.
    package let digest: String?

    /// A dataset.
    package init(name: String, digest: String? = nil) {
        self.name = name
        self.digest = digest
    }
}

/// One key of an order of logged models.
package struct LoggedModelOrder: Sendable, Hashable {
    /// The key.
    package let key: OrderKey
    /// Where it is a metric: the dataset that it must be measured on.
    package let dataset: DatasetReference?

    /// A key of an order.
    package init(_ key: OrderKey, dataset: DatasetReference? = nil) {
        self.key = key
        self.dataset = dataset
    }
}
