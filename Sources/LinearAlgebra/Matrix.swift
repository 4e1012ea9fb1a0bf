/// A dense matrix of doubles, row-major: element (i, j) is `values[i * columns + j]`.
package struct Matrix: Sendable, Equatable {
    /// Number of rows.
    package let rows: Int
    /// Number of columns.
    package let columns: Int
    /// The elements, row after row.
    package var values: [Double] {
        didSet { precondition(values.count == rows * columns, "a matrix keeps its shape") }
    }

    /// A matrix over the elements of `values`, row after row.
    ///
    /// - Precondition: `values` has `rows * columns` elements.
    package init(rows: Int, columns: Int, values: [Double]) {
        precondition(rows >= 0 && columns >= 0, "a matrix has no negative sizes")
        precondition(values.count == rows * columns, "the values do not fill the matrix")
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    /// A matrix of equal elements.
    package init(rows: Int, columns: Int, repeating value: Double = 0) {
        self.init(
            rows: rows, columns: columns,
            values: [Double](repeating: value, count: rows * columns))
    }

    /// A matrix of rows of equal length.
    ///
    /// - Precondition: all rows have the same length.
    package init(_ rows: [[Double]]) {
        self.init(
            rows: rows.count, columns: rows.first?.count ?? 0, values: rows.flatMap { $0 })
    }

    /// Element (`row`, `column`).
    package subscript(row: Int, column: Int) -> Double {
        get { values[row * columns + column] }
        _modify { yield &values[row * columns + column] }
    }

    /// The elements of one row.
    package func row(_ index: Int) -> ArraySlice<Double> {
        values[index * columns..<(index + 1) * columns]
    }

    /// The elements of one column, copied.
    package func column(_ index: Int) -> [Double] {
        (0..<rows).map { values[$0 * columns + index] }
    }

    /// The mean of every column; not a number where there are no rows.
    package func columnMeans(_ parallel: Parallel) -> [Double] {
        let width = columns
        let partial = parallel.map(Blocks(of: rows, atMost: 64, granule: 512)) { range in
            var sums = [Double](repeating: 0, count: width)
            var target = sums.mutableSpan
            let part = values.span.extracting(range.lowerBound * width..<range.upperBound * width)
            Vector.addRows(of: part, to: &target)
            return sums
        }
        var sums = [Double](repeating: 0, count: width)
        for part in partial {
            for column in 0..<width { sums[column] += part[column] }
        }
        return sums.map { $0 / Double(rows) }
    }
}
