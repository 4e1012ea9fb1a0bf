import Documents
package import LinearAlgebra
package import Workbench

/// How good predictions are.
package struct Metrics: Sendable, Equatable {
    /// Rows that were judged.
    package let rowCount: Int
    /// Names and values, the most telling first. A measure that means nothing for the rows, such
    /// as the area under a curve of one class, is absent.
    package let values: [Value]
    /// Of a classifier.
    package let confusion: ConfusionMatrix?

    /// One measure.
    package struct Value: Sendable, Equatable {
        /// Its name, such as `accuracy`.
        package let key: String
        /// Its value; finite.
        package let value: Double
    }

    /// The value of a measure; nil where it is absent.
    package subscript(key: String) -> Double? {
        values.first { $0.key == key }?.value
    }

    /// The measures as a JSON object.
    package var json: JSON {
        .object(values.map { .init($0.key, .number($0.value)) })
    }

    /// Judges a classifier.
    ///
    /// - `accuracy`: share of rows that are right.
    /// - `balanced_accuracy`: mean over the classes that occur of the share that is right.
    /// - `f1_macro`: mean over the classes that occur or are predicted of
    ///   2 hits / (occurrences + predictions).
    /// - `logloss`: mean of -log p(class), probabilities at least 2^-52; nats.
    /// - `auc`: of two classes the area under the ROC curve, of more the mean over classes of each
    ///   against the rest; absent unless all classes occur.
    /// - `brier`: of two classes the mean of (p - 1 or 0)^2 for the second, of more the mean of
    ///   the sum over classes.
    ///
    /// - Parameters:
    ///   - labels: the true class of every row.
    ///   - predicted: the predicted class of every row.
    ///   - probabilities: rows x classes; nil leaves out what is measured by them.
    /// - Precondition: at least one row; equal numbers of rows.
    package init(
        labels: [Int32], predicted: [Int32], probabilities: Matrix?, classes: [String]
    ) {
        precondition(!labels.isEmpty && labels.count == predicted.count, "nothing to judge")
        precondition(
            probabilities.map { $0.rows == labels.count && $0.columns == classes.count } ?? true,
            "probabilities of another shape")
        let confusion = ConfusionMatrix(labels: labels, predicted: predicted, classes: classes)
        var values = [
            Value(key: "accuracy", value: confusion.accuracy),
            Value(key: "balanced_accuracy", value: confusion.balancedAccuracy),
            Value(key: "f1_macro", value: confusion.macroF1),
        ]
        if let probabilities {
            values.append(Value(key: "logloss", value: Self.logLoss(labels, probabilities)))
            if let area = RankMetrics.area(labels: labels, probabilities: probabilities) {
                values.append(Value(key: "auc", value: area))
            }
            values.append(Value(key: "brier", value: Self.brier(labels, probabilities)))
        }
        rowCount = labels.count
        self.values = values
        self.confusion = confusion
    }

    /// Judges a regression.
    ///
    /// - `rmse`: root of the mean squared error.
    /// - `mae`: mean absolute error.
    /// - `r2`: 1 - squared errors / squared deviations from the mean; of equal true values 1 where
    ///   all predictions are right and 0 elsewhere, as scikit-learn; absent for a single row.
    ///
    /// - Precondition: at least one row; equal numbers of rows.
    package init(values truth: [Double], predicted: [Double]) {
        precondition(!truth.isEmpty && truth.count == predicted.count, "nothing to judge")
        let count = Double(truth.count)
        var squares = 0.0
        var sizes = 0.0
        for (value, prediction) in zip(truth, predicted) {
            squares += (value - prediction) * (value - prediction)
            sizes += abs(value - prediction)
        }
        let mean = truth.reduce(0) { $0 + $1 / count }
        let spread = truth.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        var values = [
            Value(key: "rmse", value: (squares / count).squareRoot()),
            Value(key: "mae", value: sizes / count),
        ]
        if truth.count > 1 {
            let isConstant = truth.allSatisfy { !($0 < truth[0]) && !($0 > truth[0]) }
            let score = isConstant ? (squares > 0 ? 0 : 1) : 1 - squares / spread
            values.append(Value(key: "r2", value: score))
        }
        rowCount = truth.count
        self.values = values.filter { $0.value.isFinite }
        confusion = nil
    }

    private static func logLoss(_ labels: [Int32], _ probabilities: Matrix) -> Double {
        var sum = 0.0
        for (row, label) in labels.enumerated() {
            let probability = probabilities[row, Int(label)]
            sum -= NaturalLogarithm.of(min(max(probability, .ulpOfOne), 1))
        }
        return sum / Double(labels.count)
    }

    private static func brier(_ labels: [Int32], _ probabilities: Matrix) -> Double {
        let classCount = probabilities.columns
        var sum = 0.0
        for (row, label) in labels.enumerated() {
            for index in (classCount == 2 ? 1 : 0)..<classCount {
                let error = probabilities[row, index] - (Int(label) == index ? 1 : 0)
                sum += error * error
            }
        }
        return sum / Double(labels.count)
    }
}
