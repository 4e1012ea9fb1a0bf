import LinearAlgebra
package import Tabular
package import Workbench

/// What a model is trained for, and how.
package struct TrainingPlan: Sendable {
    /// The column to learn.
    package var target: String
    /// What to learn of it; nil follows the column's type (see `Target`).
    package var task: LearningTask?
    /// The algorithm; nil is the task's standard one.
    package var algorithm: Algorithm?
    /// Settings as `--set` gives them, `name=value` each, over the algorithm's defaults.
    package var assignments: [String]

    /// A plan.
    package init(
        target: String, task: LearningTask? = nil, algorithm: Algorithm? = nil,
        assignments: [String] = []
    ) {
        self.target = target
        self.task = task
        self.algorithm = algorithm
        self.assignments = assignments
    }

    /// The algorithm and its settings for a target.
    ///
    /// - Throws: `invalidInput` where the algorithm cannot learn the task, and for settings that
    ///   it has not.
    package func resolve(
        for task: LearningTask
    ) throws(BancadaError) -> (algorithm: Algorithm, settings: Settings) {
        let algorithm = algorithm ?? Algorithm.standard(for: task)
        guard algorithm.tasks.contains(task) else {
            let learned = algorithm.tasks.map(\.rawValue).joined(separator: " or a ")
            throw BancadaError(
                .invalidInput,
                "\(algorithm.rawValue) learns a \(learned), and the target \"\(target)\" asks for "
                    + "a \(task.rawValue)",
                hint: "use '--algorithm \(Algorithm.standard(for: task).rawValue)', or "
                    + "'--task \(algorithm.tasks[0].rawValue)'")
        }
        return (
            algorithm, try Settings(assignments: assignments, of: algorithm.parameters)
        )
    }
}

/// Trains models on tables.
package enum ModelTrainer {
    /// Trains a model on all rows of a table that have a target.
    ///
    /// The model depends on the table, the plan and the seed only.
    ///
    /// - Throws: `notFound` for a target that is not a column; `invalidInput` for data and
    ///   settings that no model can be made of; `cancelled`.
    package static func fit(
        _ table: Table, plan: TrainingPlan, context: FitContext = FitContext()
    ) throws(BancadaError) -> TrainedModel {
        let target = try Target(plan.target, of: table, task: plan.task)
        return try fit(table, target: target, plan: plan, context: context)
    }

    /// Trains a model for a target that is understood already.
    package static func fit(
        _ table: Table, target: Target, plan: TrainingPlan, context: FitContext
    ) throws(BancadaError) -> TrainedModel {
        let (algorithm, settings) = try plan.resolve(for: target.task)
        let usable = target.droppedRowCount == 0 ? table : table.rows(target.rows)
        context.progress.progress("encode", done: 0, total: nil)
        let fit = try FeatureEncoder.fit(
            usable, excluding: target.name, parallel: context.parallel)
        let x = try fit.encoder.encode(usable, parallel: context.parallel)
        try context.checkCancellation()
        let estimate = try algorithm.estimator(settings).fit(x, target.values, context: context)
        return TrainedModel(
            algorithm: algorithm, target: target.name, classes: target.classes,
            settings: settings, encoder: fit.encoder, state: estimate.state,
            training: TrainingRecord(
                rowCount: usable.rowCount, droppedRowCount: target.droppedRowCount,
                iterations: estimate.iterations, isConverged: estimate.isConverged,
                seed: context.seed, droppedColumns: fit.dropped, notes: fit.notes))
    }
}
