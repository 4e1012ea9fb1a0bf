package import Pipelines
package import Workbench

/// Told what happens in a pipeline run, so that the command line can show it. Called from one task
/// at a time, in order.
package protocol PipelineObserver: Sendable {
    /// An attempt at a task begins to execute.
    func began(_ path: String, component: String, attempt: Int)
    /// A task, a loop or a sub-pipeline has come to an end, or waits for its next attempt.
    func ended(_ task: TaskReport)
    /// A task that failed is tried again after a pause.
    func willRetry(_ path: String, message: String, pause: Duration)
}

/// An observer for callers that do not listen.
package struct SilentPipelineObserver: PipelineObserver {
    /// An observer that ignores everything.
    package init() {}

    package func began(_ path: String, component: String, attempt: Int) {}
    package func ended(_ task: TaskReport) {}
    package func willRetry(_ path: String, message: String, pause: Duration) {}
}

/// How a task ended.
package struct TaskReport: Sendable {
    /// Its place in the run.
    package let path: String
    /// What it executed, for people.
    package let component: String
    /// How it ended.
    package let state: TaskState
    /// Whether its outputs were taken from an earlier run.
    package let isCached: Bool
    /// How long its last attempt took; 0 for what was not executed.
    package let seconds: Double
    /// Its outputs.
    package let outputs: [JSON.Member]
    /// Why it failed or was skipped.
    package let message: String?
    /// What would help where it failed.
    package var hint: String?
    /// Whether it is a loop or a sub-pipeline, whose parts are reported too.
    package let isComposite: Bool
}

/// What a pipeline run ended with.
package struct PipelineResult: Sendable {
    /// The run.
    package let run: RunID
    /// SUCCEEDED, FAILED or CANCELED, the outputs and the first failure.
    package let outcome: RunOutcome
    /// The tasks in the order in which they ended.
    package let tasks: [TaskReport]
}
