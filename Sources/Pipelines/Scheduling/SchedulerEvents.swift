package import Workbench

/// One execution of a task that is to begin.
package struct TaskExecution: Sendable {
    /// Its place in the run: `load`, `each[2]`, `inner/load`.
    package let path: String
    /// What is to be executed.
    package let task: PipelineTask
    /// The values of its inputs, in the order of the task.
    package let inputs: [JSON.Member]
    /// The variables of its process.
    package let environment: [(name: String, value: String)]
    /// 1, 2, 3 ...
    package let attempt: Int
    /// Whether the task fails when this attempt does.
    package let isLastTry: Bool

    /// Whether it is the task that runs when all else has ended, or a part of it.
    package var isOnExit: Bool {
        path == "on_exit" || path.hasPrefix("on_exit/") || path.hasPrefix("on_exit[")
    }
}

/// How an execution ended.
package enum ExecutionResult: Sendable {
    /// With these outputs.
    case succeeded([JSON.Member])
    /// With this message; further attempts follow where the task has any left.
    case failed(String)
    /// Because it was asked to stop.
    case cancelled
}

/// What a scheduler asks of its driver.
package enum SchedulerAction: Sendable {
    /// Execute a task and say how it ended.
    case execute(TaskExecution)
    /// Say `retryDue` after this pause.
    case wait(path: String, pause: Duration)
    /// A task that is not executed itself came to this state: a loop, a sub-pipeline, or a task that
    /// is skipped, not triggered or cancelled.
    case changed(path: String, component: String, state: TaskState, message: String?)
    /// All has ended.
    case finished(RunOutcome)
}

/// How a pipeline run ended.
package struct RunOutcome: Sendable, Equatable {
    /// SUCCEEDED, FAILED or CANCELED.
    package let state: TaskState
    /// Its outputs, where it succeeded.
    package let outputs: [JSON.Member]
    /// The first failure.
    package let message: String?
}

/// A task of an earlier attempt at the run.
package struct RestoredTask: Sendable {
    /// How far it had come.
    package let state: TaskState
    /// How often it was tried.
    package let attempt: Int
    /// Its outputs, where it succeeded.
    package let outputs: [JSON.Member]
    /// Why it failed.
    package let message: String?

    /// What is known of a task.
    package init(
        state: TaskState, attempt: Int, outputs: [JSON.Member] = [], message: String? = nil
    ) {
        self.state = state
        self.attempt = attempt
        self.outputs = outputs
        self.message = message
    }
}

/// What a scheduler is made for.
package struct SchedulerPlan: Sendable {
    /// The pipeline, checked.
    package var pipeline: Pipeline
    /// The values of all its parameters.
    package var parameters: [JSON.Member]
    /// The run's id, for `run.id`.
    package var run: String
    /// The most executions at the same time, at least 1.
    package var jobs: Int
    /// The names of a task's outputs, for loops over empty lists.
    package var outputNames: @Sendable (PipelineTask) -> [String]
    /// What an earlier attempt left: tasks that succeeded, failed or were skipped are not executed
    /// again; those that ran go on with the next attempt.
    package var restored: [String: RestoredTask]

    /// A plan.
    package init(
        pipeline: Pipeline, parameters: [JSON.Member], run: String, jobs: Int,
        outputNames: @escaping @Sendable (PipelineTask) -> [String],
        restored: [String: RestoredTask] = [:]
    ) {
        self.pipeline = pipeline
        self.parameters = parameters
        self.run = run
        self.jobs = max(1, jobs)
        self.outputNames = outputNames
        self.restored = restored
    }
}
