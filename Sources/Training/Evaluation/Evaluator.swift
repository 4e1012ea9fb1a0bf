import LinearAlgebra
package import Tabular
package import Workbench

/// Judges models by tables with known targets.
package enum Evaluator {
    /// The measures of a model on the rows of a table that have a target, and how many have none.
    ///
    /// - Throws: `notFound` where the target column is not there; `invalidInput` for rows that do
    ///   not fit the model, classes that it does not know, and where no row has a target;
    ///   `cancelled`.
    package static func evaluate(
        _ model: TrainedModel, on table: Table, context: FitContext = FitContext()
    ) throws(BancadaError) -> (metrics: Metrics, droppedRowCount: Int) {
        let truth = try truth(of: model.target, classes: model.classes, in: table)
        let isWhole = truth.rows.count == table.rowCount
        let predictions = try model.predict(
            isWhole ? table : table.rows(truth.rows), context: context)
        return (
            metrics(truth.values, predictions), table.rowCount - truth.rows.count
        )
    }

    /// The measures of predictions whose rows have these targets.
    package static func metrics(_ truth: TargetValues, _ predictions: Predictions) -> Metrics {
        switch truth {
        case .values(let values): Metrics(values: values, predicted: predictions.values)
        case .classes(let labels, _):
            Metrics(
                labels: labels, predicted: predictions.labels,
                probabilities: predictions.probabilities,
                classes: predictions.classes?.names ?? [])
        }
    }

    /// The rows of a table that have a target, and what a model should give for them.
    ///
    /// - Parameter classes: the classes that the model knows; nil of a regression.
    /// - Throws: `notFound` where the column is not there; `invalidInput` for values that the model
    ///   cannot give, and where no row has one.
    package static func truth(
        of target: String, classes: ClassLabels?, in table: Table
    ) throws(BancadaError) -> (rows: [Int], values: TargetValues) {
        let truth = try truth(of: table.column(target), classes, table.name)
        guard !truth.rows.isEmpty else {
            throw BancadaError(
                .invalidInput, "the target column \"\(target)\" of \(table.name) has no values")
        }
        return truth
    }

    private static func truth(
        of column: Column, _ classes: ClassLabels?, _ table: String
    ) throws(BancadaError) -> (rows: [Int], values: TargetValues) {
        guard let classes else {
            guard case .numbers(let values) = column.values else {
                let row = (0..<column.count).first { column.text(row: $0) != nil } ?? 0
                throw BancadaError(
                    .invalidInput,
                    "the target column \"\(column.name)\" of \(table) has "
                        + "\"\(column.text(row: row) ?? "")\" in row \(row + 1), expected a number")
            }
            if let row = values.firstIndex(where: \.isInfinite) {
                throw BancadaError(
                    .invalidInput,
                    "the target column \"\(column.name)\" of \(table) is infinite in row "
                        + "\(row + 1), expected a finite number")
            }
            let rows = values.indices.filter { !values[$0].isNaN }
            return (rows, .values(rows.map { values[$0] }))
        }
        let labels = classes.labels(of: column)
        if let row = labels.firstIndex(of: -2) {
            throw BancadaError(
                .invalidInput,
                "the target column \"\(column.name)\" of \(table) has the class "
                    + "\"\(column.text(row: row) ?? "")\" in row \(row + 1), which the model does "
                    + "not know",
                hint: "remove those rows, or train a model with that class")
        }
        let rows = labels.indices.filter { labels[$0] >= 0 }
        return (rows, .classes(rows.map { labels[$0] }, count: classes.count))
    }
}
