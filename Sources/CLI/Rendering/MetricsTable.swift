import Training

/// Measures as tables for people.
enum MetricsTable {
    /// A row for every measure, a column for every set of rows it was taken on.
    static func table(
        train: Metrics, test: Metrics? = nil, folds: CrossValidation? = nil
    ) -> TextTable {
        var columns: [(header: String, alignment: TextTable.Alignment)] = [
            ("metric", .left), ("training", .right),
        ]
        if test != nil { columns.append(("test", .right)) }
        if folds != nil { columns.append(("cross-validation", .right)) }
        var table = TextTable(columns)
        let summaries = folds?.summaries ?? []
        for measure in train.values {
            var cells = [measure.key, Format.number(measure.value)]
            if let test { cells.append(test[measure.key].map(Format.number) ?? "") }
            if folds != nil {
                let summary = summaries.first { $0.key == measure.key }
                cells.append(
                    summary.map {
                        "\(Format.number($0.mean)) +- \(Format.number($0.standardDeviation))"
                    } ?? "")
            }
            table.add(cells)
        }
        return table
    }

    /// A row for every true class, a column for every predicted one.
    static func confusion(_ matrix: ConfusionMatrix) -> TextTable {
        var table = TextTable(
            [("true \\ predicted", .left)] + matrix.classes.map { ($0, .right) })
        for (name, counts) in zip(matrix.classes, matrix.counts) {
            table.add([name] + counts.map(String.init))
        }
        return table
    }
}
