package import Tabular
package import Training
package import Workbench

/// What a training left behind.
package struct TrainResult: Sendable {
    /// The new version in the registry.
    package let version: ModelVersion
    /// The run that made it.
    package let run: RunID
    /// What was learned, and from what.
    package let learned: Learned
    /// The model in memory; nil of one that a plugin's trainer learned.
    package let model: TrainedModel?
    /// The digest of the stored model folder.
    package let digest: ContentDigest
    /// The data's artifact.
    package let data: Artifact
    /// The rows that the model was trained on.
    package let trainTable: Table
    /// The rows that it was judged on, where there are any.
    package let testTable: Table?
    /// On the training rows.
    package let metrics: Metrics
    /// On the rows that it has not seen.
    package let testMetrics: Metrics?
    /// Over the folds.
    package let crossValidation: CrossValidation?

    /// What any model says of its training.
    package struct Learned: Sendable {
        /// The algorithm, or the plugin's trainer.
        package let algorithm: String
        /// What is given for a row.
        package let task: LearningTask
        /// The column that was learned.
        package let target: String
        /// The rows that it was learned from.
        package let rowCount: Int
        /// How many columns it was learned from.
        package let featureCount: Int
        /// Steps of the optimiser, and whether it was done; nil of a plugin's trainer.
        package let optimisation: (iterations: Int, isConverged: Bool)?
        /// What everything random was made from.
        package let seed: UInt64

        /// Of a built-in algorithm's model.
        init(_ model: TrainedModel) {
            algorithm = model.algorithm.rawValue
            task = model.task
            target = model.target
            rowCount = model.training.rowCount
            featureCount = model.features.count
            optimisation = (model.training.iterations, model.training.isConverged)
            seed = model.training.seed
        }

        /// Of a plugin's model.
        init(_ facts: LearnedFacts) {
            algorithm = facts.trainer
            task = facts.task
            target = facts.target
            rowCount = facts.rowCount
            featureCount = facts.features.count
            optimisation = nil
            seed = facts.seed
        }
    }
}
