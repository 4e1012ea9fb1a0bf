/// Which way a metric is better.
package enum Goal: String, Sendable, CaseIterable {
    case maximize
    case minimize
}

/// One metric that a study searches the best value of.
package struct StudyObjective: Sendable, Equatable {
    /// The metric's name.
    package let metric: String
    /// Which way it is better.
    package let goal: Goal
    /// The value at which the search may end; nil is never.
    package let target: Double?

    /// A metric to search the best value of.
    package init(metric: String, goal: Goal, target: Double? = nil) {
        self.metric = metric
        self.goal = goal
        self.target = target
    }
}

/// How far a trial has come; Optuna's states.
package enum TrialState: String, Sendable, CaseIterable {
    case running = "RUNNING"
    case complete = "COMPLETE"
    case failed = "FAIL"

    /// Whether the trial has ended.
    package var isFinished: Bool { self != .running }
}

/// One evaluation in a study.
package struct Trial: Sendable, Equatable {
    /// 0, 1, 2 ... in the order of being proposed.
    package let number: Int
    /// How far it has come.
    package let state: TrialState
    /// What was proposed.
    package let assignment: Assignment
    /// The objective's value, once complete.
    package let value: Double?
    /// All metrics that the evaluation gave, ordered by name.
    package let metrics: [JSON.Member]
    /// Why it failed.
    package let message: String?
    /// The run that tracks it.
    package let run: RunID?
    /// When it started.
    package let startTime: Timestamp
    /// When it ended.
    package let endTime: Timestamp?

    /// A trial.
    package init(
        number: Int, state: TrialState, assignment: Assignment, value: Double? = nil,
        metrics: [JSON.Member] = [], message: String? = nil, run: RunID? = nil,
        startTime: Timestamp, endTime: Timestamp? = nil
    ) {
        self.number = number
        self.state = state
        self.assignment = assignment
        self.value = value
        self.metrics = metrics
        self.message = message
        self.run = run
        self.startTime = startTime
        self.endTime = endTime
    }
}
