package import LinearAlgebra
package import Tabular
import Workbench

/// What a model gives for some rows.
package struct Predictions: Sendable, Equatable {
    /// Number of rows.
    package let rowCount: Int
    /// The classes of a classifier.
    package let classes: ClassLabels?
    /// The number of every row; of a classifier the label, an index of its classes.
    package let values: [Double]
    /// Of a classifier: rows x classes, each row adding up to 1; nil of one that gives none.
    package let probabilities: Matrix?

    /// Predictions made elsewhere, such as behind a plugin.
    ///
    /// - Precondition: a value for every row, and probabilities of rows x classes.
    package init(
        rowCount: Int, classes: ClassLabels?, values: [Double], probabilities: Matrix?
    ) {
        precondition(values.count == rowCount, "a prediction for every row")
        self.rowCount = rowCount
        self.classes = classes
        self.values = values
        self.probabilities = probabilities
    }

    /// The class of every row of a classifier, empty of a regression.
    package var labels: [Int32] {
        classes == nil ? [] : values.map { Int32($0) }
    }

    /// The predictions as text: numbers as CSV shows them, or the names of classes.
    package var texts: [String] {
        values.map { value in classes.map { $0.names[Int(value)] } ?? value.description }
    }

    /// The columns that `predict` writes: `prediction`, and of a classifier
    /// `probability_<class>` for every class.
    package var columns: [Column] {
        guard let classes else {
            return [Column(name: "prediction", type: .number, numbers: values)]
        }
        let prediction: Column
        switch classes.type {
        case .text:
            let codes = TextValues(codes: labels, levels: classes.names)
            prediction = Column(name: "prediction", texts: codes)
        case .boolean:
            let isTrue = classes.names.map { $0 == "true" ? 1.0 : 0.0 }
            prediction = Column(
                name: "prediction", type: .boolean, numbers: labels.map { isTrue[Int($0)] })
        case .integer, .number:
            let numbers = classes.names.map { Double($0) ?? .nan }
            prediction = Column(
                name: "prediction", type: classes.type, numbers: labels.map { numbers[Int($0)] })
        }
        guard let probabilities else { return [prediction] }
        return [prediction]
            + classes.names.enumerated().map { index, name in
                Column(
                    name: "probability_\(name)", type: .number,
                    numbers: probabilities.column(index))
            }
    }
}
