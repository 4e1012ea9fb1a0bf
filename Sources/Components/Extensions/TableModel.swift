package import Tabular
package import Training
package import Workbench

/// A model that can be asked about tables: of a built-in algorithm, or behind a plugin's runtime.
package enum TableModel: Sendable {
    /// A model of a built-in algorithm, in memory.
    case trained(TrainedModel)
    /// A model of a plugin.
    case remote(RemoteTableModel)

    /// The column that it gives.
    package var target: String {
        switch self {
        case .trained(let model): model.target
        case .remote(let model): model.facts.target
        }
    }

    /// The types of the columns that it was trained on, by name.
    package var columnTypes: [String: ColumnType] {
        switch self {
        case .trained(let model): return model.columnTypes
        case .remote(let model):
            var types: [String: ColumnType] = [:]
            for feature in model.facts.features { types[feature.name] = feature.type }
            if let classes = model.facts.classes { types[model.facts.target] = classes.type }
            return types
        }
    }

    /// The predictions for the rows of a table.
    ///
    /// - Throws: `notFound` and `invalidInput` for rows that do not fit; `pluginFailed`;
    ///   `cancelled`.
    package func predict(
        _ table: Table, context: FitContext
    ) async throws(BancadaError) -> Predictions {
        try context.checkCancellation()
        switch self {
        case .trained(let model): return try model.predict(table, context: context)
        case .remote(let model): return try await model.predict(table)
        }
    }

    /// The measures on the rows of a table that have a target, and how many have none.
    ///
    /// - Throws: as `Evaluator.evaluate`; `pluginFailed`.
    package func evaluate(
        _ table: Table, context: FitContext
    ) async throws(BancadaError) -> (metrics: Metrics, droppedRowCount: Int) {
        switch self {
        case .trained(let model):
            return try Evaluator.evaluate(model, on: table, context: context)
        case .remote(let model):
            let truth = try Evaluator.truth(
                of: model.facts.target, classes: model.facts.classes, in: table)
            try context.checkCancellation()
            let isWhole = truth.rows.count == table.rowCount
            let predictions = try await model.predict(isWhole ? table : table.rows(truth.rows))
            return (
                Evaluator.metrics(truth.values, predictions), table.rowCount - truth.rows.count
            )
        }
    }
}
