/// How far a pipeline run or one of its tasks has come; KFP's words.
package enum TaskState: String, Sendable, CaseIterable {
    /// Waits for others.
    case pending = "PENDING"
    /// Executes, or waits to be tried again.
    case running = "RUNNING"
    case succeeded = "SUCCEEDED"
    case failed = "FAILED"
    /// Stopped by the user.
    case cancelled = "CANCELED"
    /// Its condition did not hold, or what it needs was skipped.
    case skipped = "SKIPPED"
    /// What it needs failed.
    case notTriggered = "NOT_TRIGGERED"

    /// Whether it has ended.
    package var isFinished: Bool {
        switch self {
        case .pending, .running: false
        case .succeeded, .failed, .cancelled, .skipped, .notTriggered: true
        }
    }
}

/// One task of a pipeline run as it is stored: the last attempt.
package struct TaskRecord: Sendable, Equatable {
    /// Its place in the pipeline, such as `load`, `each[2]` or `inner/load`; unique in the run.
    package var path: String
    /// What it executes, for people: `data.import`, `shell`, `steps.py:clean`.
    package var component: String
    /// How far it has come.
    package var state: TaskState
    /// 1, 2, 3 ...; 0 before it was first tried.
    package var attempt: Int
    /// Whether its outputs were taken from an earlier run.
    package var isCached: Bool
    /// The run that executed it: its own, or the earlier one whose outputs were taken.
    package var run: RunID?
    /// The digest that its result is found by again; nil where it is not to be reused.
    package var cacheKey: ContentDigest?
    /// What went into the cache key, as JSON text.
    package var cacheInputs: String?
    /// Its outputs as one JSON object's text; nil before it succeeded.
    package var outputs: String?
    /// Why it failed or was skipped.
    package var message: String?
    /// When it began to execute.
    package var startTime: Timestamp?
    /// When it ended.
    package var endTime: Timestamp?
    /// What its process used of the machine; nil for what ran in ours, and for what failed.
    package var usage: ChildUsage?

    /// A task that waits.
    package init(path: String, component: String) {
        self.path = path
        self.component = component
        state = .pending
        attempt = 0
        isCached = false
    }
}

/// A pipeline run as it is stored; its state is that of the row in runs.
package struct PipelineRunRecord: Sendable, Equatable {
    /// The run.
    package let run: RunID
    /// The pipeline's name.
    package let pipeline: String
    /// Everything that is needed to go on: documents, parameters and options, as JSON text.
    package let specification: String
    /// How often somebody asked it to stop: once lets running tasks end, twice ends them.
    package let cancelRequests: Int
    /// The outputs as one JSON object's text, once it succeeded.
    package let outputs: String?

    /// A pipeline run as it is stored.
    package init(
        run: RunID, pipeline: String, specification: String, cancelRequests: Int,
        outputs: String?
    ) {
        self.run = run
        self.pipeline = pipeline
        self.specification = specification
        self.cancelRequests = cancelRequests
        self.outputs = outputs
    }
}

/// A result that can be used again.
package struct CachedResult: Sendable, Equatable {
    /// The run of the task that made it.
    package let run: RunID
    /// Its outputs as one JSON object's text.
    package let outputs: String

    /// A result of `run`.
    package init(run: RunID, outputs: String) {
        self.run = run
        self.outputs = outputs
    }
}
