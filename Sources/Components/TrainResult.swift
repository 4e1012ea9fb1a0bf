package import Tabular
package import Training
package import Workbench

/// What a training left behind.
package struct TrainResult: Sendable {
    /// The new version in the registry.
    package let version: ModelVersion
    /// The run that made it.
    package let run: RunID
    /// The model in memory.
    package let model: TrainedModel
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
}
