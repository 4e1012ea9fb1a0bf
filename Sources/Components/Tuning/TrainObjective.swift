import Dispatch
import LinearAlgebra
package import Tabular
package import Training
package import Tuning
package import Workbench

/// Evaluates an assignment by the cross-validation of a training.
///
/// All trials have the same folds, so that they differ by their parameters alone. The metrics are
/// the means over the folds, and the deviations as `<name>_std`.
package struct TrainObjective: Objective {
    private let table: Table
    private let training: StudySpecification.Training
    /// What the trainings learn.
    package let task: LearningTask
    private let space: TrainingSpace
    /// The metric that is searched.
    package let metric: StudyObjective

    /// The objective of a training on a table.
    ///
    /// - Parameter objective: the study's metric; nil is accuracy, or the root mean square error of
    ///   a regression.
    /// - Throws: `notFound` or `invalidInput` for target, algorithms, settings and metric, so that
    ///   no trial is lost to them.
    package init(
        _ training: StudySpecification.Training, table: Table, given: SearchSpace?,
        objective: StudyObjective?
    ) throws(BancadaError) {
        self.table = table
        self.training = training
        let asked = try training.task.map { name throws(BancadaError) in
            guard let task = LearningTask(rawValue: name) else {
                throw BancadaError(
                    .invalidInput, "unknown task \"\(name)\"",
                    hint: "use classification or regression")
            }
            return task
        }
        task = try Target(training.target, of: table, task: asked).task
        space = try TrainingSpace(training, given: given, standard: .standard(for: task))
        for algorithm in space.algorithms {
            _ = try TrainingPlan(target: training.target, task: task, algorithm: algorithm)
                .resolve(for: task)
        }
        let metric = objective ?? Self.standard(for: task)
        self.metric = metric
        let known = Self.metrics(of: task)
        guard known.contains(metric.metric) else {
            throw BancadaError(
                .invalidInput,
                "a cross-validated \(task.rawValue) gives no metric \"\(metric.metric)\"",
                hint: "use one of \(known.joined(separator: ", "))")
        }
    }

    /// What may be chosen.
    package var searchSpace: SearchSpace { space.space }

    /// The algorithm of an assignment with its settings.
    ///
    /// - Throws: `invalidInput` for an assignment of another space.
    package func chosen(
        _ assignment: Assignment
    ) throws(BancadaError) -> (algorithm: Algorithm, settings: [JSON.Member]) {
        try space.settings(of: assignment, fixed: training.settings)
    }

    private static func standard(for task: LearningTask) -> StudyObjective {
        switch task {
        case .classification: StudyObjective(metric: "accuracy", goal: .maximize)
        case .regression: StudyObjective(metric: "rmse", goal: .minimize)
        }
    }

    /// Which way a metric of trainings is better.
    package static func goal(of metric: String) -> Goal {
        ["accuracy", "balanced_accuracy", "f1_macro", "auc", "r2"].contains(metric)
            ? .maximize : .minimize
    }

    /// The metrics that trainings for a task give.
    package static func metrics(of task: LearningTask) -> [String] {
        let keys =
            switch task {
            case .classification:
                ["accuracy", "balanced_accuracy", "f1_macro", "logloss", "auc", "brier"]
            case .regression: ["rmse", "mae", "r2"]
            }
        return keys + keys.map { $0 + "_std" }
    }

    package func evaluate(
        _ assignment: Assignment, context: TrialContext
    ) async throws(BancadaError) -> [JSON.Member] {
        let (algorithm, assignments) = try space.plan(of: assignment, fixed: training.settings)
        let plan = TrainingPlan(
            target: training.target, task: task, algorithm: algorithm, assignments: assignments)
        let execution = context.execution
        let fit = FitContext(
            seed: execution.seed, parallel: Parallel(threads: execution.threads),
            progress: execution.progress, isCancelled: { execution.cancellation.isRequested })
        let (table, folds) = (table, training.folds)
        // Off the threads of Swift's concurrency: there are as many as processors, and the process
        // must keep its leases alive meanwhile.
        let result: Result<CrossValidation, BancadaError> = await withCheckedContinuation {
            continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    returning: Result { () throws(BancadaError) in
                        try Validation.crossValidate(
                            table, plan: plan, folds: folds, context: fit)
                    })
            }
        }
        guard case .object(let members) = try result.get().json else { return [] }
        return members
    }
}
