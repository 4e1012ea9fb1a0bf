import Documents
import LinearAlgebra
package import Tabular
package import Workbench

/// Estimates how good a plan's models are on rows they have not seen.
package enum Validation {
    /// Splits a table by its target: with the classes' proportions for a classification. Rows
    /// without a target are on neither side.
    ///
    /// - Throws: `notFound` or `invalidInput` as `Target` and `Split` say.
    package static func holdout(
        _ table: Table, plan: TrainingPlan, fraction: Double, seed: UInt64
    ) throws(BancadaError) -> (train: Table, test: Table) {
        let target = try Target(plan.target, of: table, task: plan.task)
        let partition: Partition
        switch (target.values, target.classes) {
        case (.classes(let labels, _), let classes?):
            partition = try Split.stratifiedHoldout(
                labels: labels, classes: classes.names, fraction: fraction, seed: seed)
        default:
            partition = try Split.holdout(
                rowCount: target.rows.count, fraction: fraction, seed: seed)
        }
        return (
            table.rows(partition.train.map { target.rows[$0] }),
            table.rows(partition.test.map { target.rows[$0] })
        )
    }

    /// Trains and judges a model for every fold of a table.
    ///
    /// - Throws: as `holdout`; `cancelled`.
    package static func crossValidate(
        _ table: Table, plan: TrainingPlan, folds count: Int, context: FitContext = FitContext()
    ) throws(BancadaError) -> CrossValidation {
        let target = try Target(plan.target, of: table, task: plan.task)
        let partitions: [Partition]
        switch (target.values, target.classes) {
        case (.classes(let labels, _), let classes?):
            partitions = try Split.stratifiedFolds(
                labels: labels, classes: classes.names, count: count, seed: context.seed)
        default:
            partitions = try Split.folds(
                rowCount: target.rows.count, count: count, seed: context.seed)
        }
        var folds: [Metrics] = []
        // What is reported is folds; the steps within one would only flicker between them.
        let inner = FitContext(
            seed: context.seed, parallel: context.parallel, isCancelled: context.isCancelled)
        var plan = plan
        plan.task = target.task
        for (index, partition) in partitions.enumerated() {
            context.progress.progress("folds", done: index, total: count)
            let model = try ModelTrainer.fit(
                table.rows(partition.train.map { target.rows[$0] }), plan: plan, context: inner)
            let test = table.rows(partition.test.map { target.rows[$0] })
            folds.append(try Evaluator.evaluate(model, on: test, context: inner).metrics)
        }
        context.progress.progress("folds", done: count, total: count)
        return CrossValidation(folds: folds)
    }
}

/// The measures of every fold and what they have in common.
package struct CrossValidation: Sendable, Equatable {
    /// The measures of each fold's model on the rows it has not seen.
    package let folds: [Metrics]

    /// The measures of the folds together.
    package init(folds: [Metrics]) {
        self.folds = folds
    }

    /// A measure over the folds.
    package struct Summary: Sendable, Equatable {
        /// The measure's name.
        package let key: String
        /// The mean over the folds that have it.
        package let mean: Double
        /// The standard deviation over them (divided by their number).
        package let standardDeviation: Double
    }

    /// Mean and deviation of every measure, in the order of the first fold.
    package var summaries: [Summary] {
        (folds.first?.values ?? []).map { first in
            let values = folds.compactMap { $0[first.key] }
            let mean = values.reduce(0, +) / Double(values.count)
            let variance =
                values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            return Summary(
                key: first.key, mean: mean, standardDeviation: variance.squareRoot())
        }
    }

    /// Means by name, and deviations as `<name>_std`.
    package var json: JSON {
        .object(
            summaries.flatMap {
                [
                    JSON.Member($0.key, .number($0.mean)),
                    JSON.Member("\($0.key)_std", .number($0.standardDeviation)),
                ]
            })
    }
}
