/// Evaluates an assignment: a training, a program, a pipeline or a plugin.
///
/// Calls may come from as many tasks at once as the study has parallel trials.
package protocol Objective: Sendable {
    /// The metrics of one trial; the study's metric must be among them.
    ///
    /// - Throws: `failed`, `invalidInput`, `timeout`, `pluginFailed` when the trial failed; the
    ///   study goes on. `cancelled` when it was asked to stop.
    func evaluate(
        _ assignment: Assignment, context: TrialContext
    ) async throws(BancadaError) -> [JSON.Member]
}

/// What surrounds one evaluation.
package struct TrialContext: Sendable {
    /// The trial's number.
    package let number: Int
    /// Which of the parallel places it runs in, from 0.
    package let slot: Int
    /// The surroundings of the execution: the trial's run, a folder, a log, cancellation.
    package let execution: ExecutionContext
    /// The run of the study, for what outlives the trial, such as a process that evaluates several.
    package let study: RunID?

    /// The surroundings of one evaluation.
    package init(number: Int, slot: Int, execution: ExecutionContext, study: RunID? = nil) {
        self.number = number
        self.slot = slot
        self.execution = execution
        self.study = study
    }
}
