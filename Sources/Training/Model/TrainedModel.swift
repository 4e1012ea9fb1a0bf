import LinearAlgebra
package import Tabular
package import Workbench

/// What training left a note of: nothing that differs between two runs with the same seed.
package struct TrainingRecord: Sendable, Equatable {
    /// Rows that were learned from.
    package let rowCount: Int
    /// Rows that were left out because their target is missing.
    package let droppedRowCount: Int
    /// Steps of the optimiser; 1 for a direct solution.
    package let iterations: Int
    /// Whether the optimiser was done before it ran out of steps.
    package let isConverged: Bool
    /// What everything random was made from.
    package let seed: UInt64
    /// Columns of the table that the model does not use, and why.
    package let droppedColumns: [ColumnNote]
    /// Remarks about columns that it does use.
    package let notes: [ColumnNote]
}

/// A model: raw columns in, predictions out. Never changes; safe to ask from many threads.
package struct TrainedModel: Sendable {
    /// The algorithm that trained it.
    package let algorithm: Algorithm
    /// What it gives.
    package let task: LearningTask
    /// The name of the column that it learned to give.
    package let target: String
    /// The classes of a classifier.
    package let classes: ClassLabels?
    /// The settings that it was trained with.
    package let settings: Settings
    /// How raw columns become numbers.
    package let encoder: FeatureEncoder
    /// What was learned.
    package let state: ModelState
    /// How it was trained.
    package let training: TrainingRecord
    private let scorer: any RowScorer

    /// A model of parts that fit: as many outputs as task and classes ask for, as wide as the
    /// encoder.
    init(
        algorithm: Algorithm, target: String, classes: ClassLabels?, settings: Settings,
        encoder: FeatureEncoder, state: ModelState, training: TrainingRecord
    ) {
        self.algorithm = algorithm
        task = classes == nil ? .regression : .classification
        self.target = target
        self.classes = classes
        self.settings = settings
        self.encoder = encoder
        self.state = state
        self.training = training
        switch state {
        case .linear(let linear): scorer = LinearScorer(linear, encoder)
        case .network(let network): scorer = NetworkScorer(network, encoder)
        }
    }

    /// The columns that it takes, in order.
    package var features: [Feature] { encoder.features }

    /// The types of its features and target by name: what a CSV reader should be told, so that a
    /// file with fewer or other rows is read the way the training data was.
    package var columnTypes: [String: ColumnType] {
        var types = encoder.columnTypes
        // A regression takes whatever numbers there are.
        if let classes, classes.type == .text { types[target] = .text }
        return types
    }

    /// Arithmetic operations for one row, roughly.
    package var operationsPerRow: Int { scorer.operationsPerRow }

    // MARK: - Prediction

    /// Predictions for every row of a table, which has the features among its columns.
    ///
    /// - Throws: `invalidInput` for features that are missing or do not fit, and for values that
    ///   are infinite or far beyond what the model has seen; `cancelled`.
    package func predict(
        _ table: Table, context: FitContext = FitContext()
    ) throws(BancadaError) -> Predictions {
        try predict(try encoder.bind(table), source: table.name, context: context)
    }

    /// Predictions for columns in the order of the features, whatever their names.
    ///
    /// - Throws: as for tables.
    package func predict(
        columns: [Column], rowCount: Int, source: String = "the request"
    ) throws(BancadaError) -> Predictions {
        let bound = try encoder.bind(columns: columns, rowCount: rowCount, source: source)
        return try predict(bound, source: source, context: FitContext())
    }

    /// Predictions of a model whose features are all numeric: `numericRows` has the features of a
    /// row in order, row after row; not a number where a value is missing, 0 and 1 for booleans.
    ///
    /// Meant for a handful of rows: takes about a microsecond and builds no table.
    ///
    /// - Throws: `invalidInput` where the model has text features, the count is wrong, or values
    ///   are infinite or far beyond what the model has seen.
    package func predict(
        numericRows: [Double], rowCount: Int
    ) throws(BancadaError) -> Predictions {
        guard scorer.textCount == 0 else {
            throw BancadaError(
                .invalidInput, "the model has text features, expected one input per feature")
        }
        let (count, overflow) = rowCount.multipliedReportingOverflow(by: scorer.numberCount)
        guard rowCount >= 0, !overflow, numericRows.count == count else {
            throw BancadaError(
                .invalidInput,
                "found \(numericRows.count) numbers in \(rowCount) rows, expected "
                    + "\(scorer.numberCount) in each")
        }
        let rows = FeatureRows(numbers: numericRows, count: rowCount)
        return predictions(of: try scores(of: rows, firstRow: 0, "the request"), rowCount)
    }

    private func predict(
        _ bound: BoundColumns, source: String, context: FitContext
    ) throws(BancadaError) -> Predictions {
        let blocks = Blocks(of: bound.rowCount, size: 256)
        let pieces = try context.parallel.map(blocks) { range throws(BancadaError) in
            try context.checkCancellation()
            return try scores(
                of: bound.rows(range), firstRow: range.lowerBound, source)
        }
        return predictions(
            of: pieces.count == 1 ? pieces[0] : pieces.flatMap { $0 }, bound.rowCount)
    }

    /// The scores of raw rows.
    ///
    /// - Throws: `invalidInput` where one is not finite, naming the column to blame.
    private func scores(
        of rows: FeatureRows, firstRow: Int, _ source: String
    ) throws(BancadaError) -> [Double] {
        let scores = scorer.scores(of: rows)
        var sum = 0.0
        for score in scores { sum += score * 0 }
        // Zero times anything but a finite number is not zero.
        if sum != 0 || sum.isNaN { throw notFinite(scores, rows, firstRow, source) }
        return scores
    }

    private func notFinite(
        _ scores: [Double], _ rows: FeatureRows, _ firstRow: Int, _ source: String
    ) -> BancadaError {
        let place = scores.firstIndex { !$0.isFinite } ?? 0
        let row = place / max(1, scorer.outputCount)
        let width = scorer.numberCount
        let numbers = rows.numbers[row * width..<(row + 1) * width]
        let worst = numbers.indices.max { left, right in
            let first = numbers[left].isNaN ? 0 : abs(numbers[left])
            let second = numbers[right].isNaN ? 0 : abs(numbers[right])
            return first < second
        }
        let numeric = features.filter(\.isNumeric)
        let name = worst.map { numeric[$0 - numbers.startIndex].name } ?? ""
        let value = worst.map { numbers[$0] } ?? .nan
        return BancadaError(
            .invalidInput,
            "column \"\(name)\" of \(source) is \(value) in row \(firstRow + row + 1), expected "
                + "a finite number of the size of the training data")
    }

    private func predictions(of scores: [Double], _ rowCount: Int) -> Predictions {
        guard let classes else {
            return Predictions(
                rowCount: rowCount, classes: nil, values: scores, probabilities: nil)
        }
        let count = classes.count
        var labels = [Double](repeating: 0, count: rowCount)
        var probabilities = scores
        if count == 2 {
            probabilities = [Double](repeating: 0, count: rowCount * 2)
            for row in 0..<rowCount {
                labels[row] = scores[row] > 0 ? 1 : 0
                probabilities[2 * row] = LogSumExp.sigmoid(-scores[row])
                probabilities[2 * row + 1] = LogSumExp.sigmoid(scores[row])
            }
        } else {
            var span = probabilities.mutableSpan
            for row in 0..<rowCount {
                let place = row * count
                var best = place
                for index in place..<place + count where scores[index] > scores[best] {
                    best = index
                }
                labels[row] = Double(best - place)
                LogSumExp.softmax(&span, in: place..<place + count)
            }
        }
        return Predictions(
            rowCount: rowCount, classes: classes, values: labels,
            probabilities: Matrix(rows: rowCount, columns: count, values: probabilities))
    }
}
