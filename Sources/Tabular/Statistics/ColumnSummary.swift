package import LinearAlgebra

/// What a column looks like.
package struct ColumnSummary: Sendable, Equatable {
    /// The column's name.
    package let name: String
    /// Its type.
    package let type: ColumnType
    /// Rows with a value.
    package let count: Int
    /// Rows without one.
    package let missing: Int
    /// Different values.
    package let distinct: Int
    /// Of columns of integers and numbers that have values.
    package let numbers: Numbers?
    /// The most frequent values of columns of texts and booleans, ties in order of the value.
    package let top: [Level]

    /// Moments and quantiles.
    package struct Numbers: Sendable, Equatable {
        /// The mean.
        package let mean: Double
        /// The standard deviation of a sample (divided by n - 1); not a number of one value.
        package let standardDeviation: Double
        /// The least value.
        package let minimum: Double
        /// A quarter of the values are below; quantiles lie between values by linear
        /// interpolation.
        package let lowerQuartile: Double
        /// Half of the values are below.
        package let median: Double
        /// Three quarters of the values are below.
        package let upperQuartile: Double
        /// The greatest value.
        package let maximum: Double
    }

    /// A value and how often it occurs.
    package struct Level: Sendable, Equatable {
        /// The value as text.
        package let value: String
        /// Rows that have it.
        package let count: Int
    }

    /// The summary of one column.
    ///
    /// - Parameter topCount: how many of the most frequent values are kept.
    package init(_ column: Column, topCount: Int = 10) {
        name = column.name
        type = column.type
        switch column.values {
        case .texts(let texts):
            var counts = [Int](repeating: 0, count: texts.levels.count)
            for code in texts.codes where code >= 0 { counts[Int(code)] += 1 }
            let levels = zip(texts.levels, counts).filter { $0.1 > 0 }
            count = counts.reduce(0, +)
            missing = texts.codes.count - count
            distinct = levels.count
            numbers = nil
            top = Self.top(levels.map { Level(value: $0, count: $1) }, topCount)
        case .numbers(let values):
            let sorted = values.filter { !$0.isNaN }.sorted()
            count = sorted.count
            missing = values.count - count
            distinct = zip(sorted, sorted.dropFirst()).reduce(sorted.isEmpty ? 0 : 1) {
                $0 + ($1.0 < $1.1 ? 1 : 0)
            }
            if column.type == .boolean {
                let trues = sorted.count { $0 != 0 }
                let levels = [("false", count - trues), ("true", trues)].filter { $0.1 > 0 }
                numbers = nil
                top = Self.top(levels.map { Level(value: $0, count: $1) }, topCount)
            } else {
                numbers = Numbers(sorted: sorted)
                top = []
            }
        }
    }

    /// The summaries of all columns of a table, in order.
    package static func all(of table: Table, parallel: Parallel = .serial) -> [ColumnSummary] {
        parallel.map(table.columns.count) { ColumnSummary(table.columns[$0]) }
    }

    private static func top(_ levels: [Level], _ count: Int) -> [Level] {
        let sorted = levels.sorted { ($1.count, $0.value) < ($0.count, $1.value) }
        return Array(sorted.prefix(count))
    }
}

extension ColumnSummary.Numbers {
    /// Of values in ascending order; nil of none.
    fileprivate init?(sorted values: [Double]) {
        guard let first = values.first, let last = values.last else { return nil }
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        self.mean = mean
        standardDeviation = values.count > 1 ? (squares / (count - 1)).squareRoot() : .nan
        minimum = first
        lowerQuartile = Self.quantile(0.25, of: values)
        median = Self.quantile(0.5, of: values)
        upperQuartile = Self.quantile(0.75, of: values)
        maximum = last
    }

    private static func quantile(_ fraction: Double, of sorted: [Double]) -> Double {
        let place = fraction * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        let weight = place - Double(below)
        // Not a + w (b - a), which would overflow for the greatest values.
        return weight == 0
            ? sorted[below] : sorted[below] * (1 - weight) + sorted[above] * weight
    }
}
