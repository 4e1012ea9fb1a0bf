package import LinearAlgebra
package import Workbench

/// What an encoder made of a table's columns when it learned from it.
package struct EncoderFit: Sendable {
    /// The encoder.
    package let encoder: FeatureEncoder
    /// Columns that carry nothing a model could use, and why.
    package let dropped: [ColumnNote]
    /// What else there is to say about columns that are used.
    package let notes: [ColumnNote]
}

/// Something to tell about a column.
package struct ColumnNote: Sendable, Equatable {
    /// The column's name.
    package let column: String
    /// What there is to tell, as a phrase that continues `column "x"`.
    package let message: String

    /// A note about a column.
    package init(column: String, message: String) {
        self.column = column
        self.message = message
    }
}

extension FeatureEncoder {
    /// The most levels of one feature; of more, the most frequent ones are kept and the others
    /// count as unknown.
    package static let maximumLevels = 1000
    /// Text columns with more values than this are left out when they differ in more than half of
    /// the rows: those are names or numbers of rows.
    package static let identifierLevels = 100

    /// Learns from the columns of a table other than the target.
    ///
    /// Columns without values and texts that identify rows are left out, and said to be.
    ///
    /// - Throws: `invalidInput` for infinite values, and where no column is left.
    package static func fit(
        _ table: Table, excluding target: String, parallel: Parallel = .serial
    ) throws(BancadaError) -> EncoderFit {
        let columns = table.columns.filter { $0.name != target }
        let learned = try parallel.map(columns.count) { index throws(BancadaError) in
            try learn(columns[index], of: table.name)
        }
        var features: [Feature] = []
        var dropped: [ColumnNote] = []
        var notes: [ColumnNote] = []
        for outcome in learned {
            switch outcome {
            case .feature(let feature, let note):
                features.append(feature)
                if let note { notes.append(note) }
            case .dropped(let note): dropped.append(note)
            }
        }
        guard !features.isEmpty else {
            throw BancadaError(
                .invalidInput,
                "\(table.name) has no column beside \"\(target)\" that a model can learn from",
                hint: "add columns with values that differ between rows")
        }
        return EncoderFit(
            encoder: try FeatureEncoder(features: features), dropped: dropped, notes: notes)
    }

    private enum Learned: Sendable {
        case feature(Feature, note: ColumnNote?)
        case dropped(ColumnNote)
    }

    private static func learn(
        _ column: Column, of table: String
    ) throws(BancadaError) -> Learned {
        switch column.values {
        case .texts(let texts): learn(texts, of: column)
        case .numbers(let values): try learn(values, of: column, in: table)
        }
    }

    private static func learn(
        _ values: [Double], of column: Column, in table: String
    ) throws(BancadaError) -> Learned {
        let moments = Moments(values)
        guard moments.count > 0 else {
            return .dropped(ColumnNote(column: column.name, message: "has no values"))
        }
        guard moments.minimum.isFinite, moments.maximum.isFinite else {
            let row = values.firstIndex { $0.isInfinite } ?? 0
            throw BancadaError(
                .invalidInput,
                "column \"\(column.name)\" of \(table) is infinite in row \(row + 1), expected "
                    + "a finite number",
                hint: "replace the value, or leave it empty")
        }
        if column.type == .boolean {
            let mostFrequent = moments.mean > 0.5 ? 1.0 : 0.0
            return feature(column, .flag(missing: mostFrequent))
        }
        let deviation = moments.standardDeviation
        // Deviations that are only rounding errors of a constant are none.
        let isConstant =
            deviation < Feature.leastScale
            || deviation <= 16 * Double.ulpOfOne * abs(moments.mean)
        let note = ColumnNote(column: column.name, message: "has the same value in every row")
        return feature(
            column,
            .standardised(mean: moments.mean, scale: isConstant ? 0 : deviation),
            note: isConstant ? note : nil)
    }

    private static func learn(_ texts: TextValues, of column: Column) -> Learned {
        var counts: [String: Int] = [:]
        var byLevel = [Int](repeating: 0, count: texts.levels.count)
        for code in texts.codes where code >= 0 { byLevel[Int(code)] += 1 }
        for (level, count) in zip(texts.levels, byLevel) where count > 0 {
            counts[level, default: 0] += count
        }
        let count = byLevel.reduce(0, +)
        guard count > 0 else {
            return .dropped(ColumnNote(column: column.name, message: "has no values"))
        }
        guard counts.count <= identifierLevels || counts.count * 2 <= count else {
            let message = "has \(counts.count) different texts in \(count) rows"
            return .dropped(ColumnNote(column: column.name, message: message))
        }
        var levels = counts.keys.sorted()
        var note: ColumnNote?
        if levels.count > maximumLevels {
            note = ColumnNote(
                column: column.name,
                message: "has \(levels.count) different texts; the \(maximumLevels) most "
                    + "frequent ones are used")
            let frequent = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            levels = frequent.prefix(maximumLevels).map(\.key).sorted()
        }
        let hasMissing = count < texts.codes.count
        return feature(column, .oneHot(levels: levels, hasMissingLevel: hasMissing), note: note)
    }

    private static func feature(
        _ column: Column, _ encoding: Feature.Encoding, note: ColumnNote? = nil
    ) -> Learned {
        .feature(Feature(name: column.name, type: column.type, encoding: encoding), note: note)
    }
}
