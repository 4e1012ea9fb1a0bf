/// Whether a row is in use or in the bin; deleted rows can be restored until they are collected.
package enum LifecycleStage: String, Sendable {
    case active
    case deleted
}

/// Which lifecycle stages a listing shows.
package enum ViewType: Sendable {
    case activeOnly
    case deletedOnly
    case all
}

/// A key and a value that anyone may set again.
package struct Tag: Sendable, Hashable {
    /// The tag's name, unique within its owner.
    package let key: String
    /// Any text.
    package let value: String

    /// A tag with this key and value.
    package init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}

/// A named group of runs.
package struct Experiment: Sendable, Equatable {
    /// Its number.
    package let id: ExperimentID
    /// Its name, unique in the workspace, also against deleted experiments.
    package let name: String
    /// Active, or deleted and restorable.
    package let lifecycle: LifecycleStage
    /// When it was created.
    package let creationTime: Timestamp
    /// When its name, stage or tags last changed.
    package let lastUpdateTime: Timestamp
    /// Its tags, ordered by key.
    package let tags: [Tag]
    /// Where clients keep its artifacts, where they chose a place; nil is this workspace.
    package let artifactLocation: String?

    /// An experiment as it is stored.
    package init(
        id: ExperimentID, name: String, lifecycle: LifecycleStage, creationTime: Timestamp,
        lastUpdateTime: Timestamp, tags: [Tag], artifactLocation: String? = nil
    ) {
        self.id = id
        self.name = name
        self.lifecycle = lifecycle
        self.creationTime = creationTime
        self.lastUpdateTime = lastUpdateTime
        self.tags = tags
        self.artifactLocation = artifactLocation
    }
}

/// Which experiments a listing shows, and in what order.
package struct ExperimentQuery: Sendable {
    /// Which lifecycle stages to show.
    package var view: ViewType
    /// What else an experiment must have; fields of `SearchSubject.experiments`.
    package var filter: Filter
    /// The order; ties, and everything where it is empty, newest first.
    package var order: [OrderKey]

    /// A listing with these restrictions.
    package init(
        view: ViewType = .activeOnly, filter: Filter = Filter(), order: [OrderKey] = []
    ) {
        self.view = view
        self.filter = filter
        self.order = order
    }
}
