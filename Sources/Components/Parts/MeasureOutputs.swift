import Documents
import ModelFormats
import Training
package import Workbench

/// The measures of a model as outputs of a component.
package enum MeasureOutputs {
    /// Every measure there is, with what it says.
    private static let known: [(key: String, description: String)] = [
        ("accuracy", "share of rows that are right"),
        ("balanced_accuracy", "mean over the classes of the share that is right"),
        ("f1_macro", "mean over the classes of the F1 score"),
        ("logloss", "mean of -log of the probability of the right class"),
        ("auc", "area under the ROC curve"),
        ("brier", "mean squared error of the probabilities"),
        ("rmse", "root of the mean squared error"),
        ("mae", "mean absolute error"),
        ("r2", "share of the variance that is explained"),
    ]

    /// An optional output for each measure: which of them there are depends on the task and data.
    package static let specifications = known.map {
        OutputSpecification(
            $0.key, .parameter(.number), isOptional: true, description: $0.description)
    }

    /// Writes measures as the file of a Metrics artifact, which has them in its metadata too.
    ///
    /// - Throws: `unavailable`.
    static func artifact(
        _ name: String, _ members: [JSON.Member], more: [JSON.Member] = [], at path: String
    ) throws(BancadaError) -> RuntimeArtifact {
        let document = JSON.object(members + more).prettyText
        try FileBytes.write(Array(document.utf8), to: path)
        return RuntimeArtifact(name: name, type: .metrics, path: path, metadata: members)
    }
}

extension Metrics {
    /// The measures by name.
    var members: [JSON.Member] {
        values.map { .init($0.key, .number($0.value)) }
    }
}
