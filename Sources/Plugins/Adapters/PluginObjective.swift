package import Workbench

/// An objective that a plugin provides.
package struct PluginObjective: Objective {
    /// What the plugin says of it.
    package let declaration: ObjectiveDeclaration
    private let host: PluginHost
    private let metric: String

    /// The objective that `declaration` describes; a bare value is the metric `metric`.
    package init(_ declaration: ObjectiveDeclaration, metric: String, host: PluginHost) {
        self.declaration = declaration
        self.metric = metric
        self.host = host
    }

    package func evaluate(
        _ assignment: Assignment, context: TrialContext
    ) async throws(BancadaError) -> [JSON.Member] {
        let execution = context.execution
        let observer = ExecutionObserver(execution, label: declaration.name)
        return try await host.answer(
            ObjectiveEvaluateCall(
                objective: declaration.name, trial: context.number, assignment: assignment,
                seed: execution.seed, work: execution.workFolder, metric: metric),
            PluginCallContext(execution, observer: observer))
    }
}
