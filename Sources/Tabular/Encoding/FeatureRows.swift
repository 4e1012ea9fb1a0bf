/// Raw rows of an encoder's features: its numbers and its texts as codes, each row-major.
package struct FeatureRows: Sendable {
    /// Number of rows.
    package let count: Int
    /// Rows x numeric features, in the encoder's order; not a number where a value is missing.
    package let numbers: [Double]
    /// Rows x text features, in the encoder's order: a level, or -1.
    package let codes: [Int32]

    /// Rows of an encoder whose features are all numeric.
    ///
    /// - Precondition: `numbers` is a whole number of rows; who calls knows the encoder.
    package init(numbers: [Double], count: Int) {
        self.count = count
        self.numbers = numbers
        codes = []
    }

    init(count: Int, numbers: [Double], codes: [Int32]) {
        self.count = count
        self.numbers = numbers
        self.codes = codes
    }
}

/// Columns that were found to fit an encoder, ready to be cut into rows.
package struct BoundColumns: Sendable {
    /// Number of rows.
    package let rowCount: Int
    private let features: [Feature]
    private let offsets: [Int]
    private let width: Int
    private let numbers: [[Double]]
    private let codes: [[Int32]]

    init(
        rowCount: Int, encoder: FeatureEncoder, numbers: [[Double]], codes: [[Int32]]
    ) {
        self.rowCount = rowCount
        features = encoder.features
        offsets = encoder.offsets
        width = encoder.width
        self.numbers = numbers
        self.codes = codes
    }

    /// The raw rows of a range.
    ///
    /// - Precondition: the range is within the rows.
    package func rows(_ range: Range<Int>) -> FeatureRows {
        let numberCount = numbers.count
        let codeCount = codes.count
        var rowNumbers = [Double](repeating: 0, count: range.count * numberCount)
        var rowCodes = [Int32](repeating: -1, count: range.count * codeCount)
        for (column, values) in numbers.enumerated() {
            let source = values.span
            for (row, index) in range.enumerated() {
                rowNumbers[row * numberCount + column] = source[index]
            }
        }
        for (column, values) in codes.enumerated() {
            for (row, index) in range.enumerated() {
                rowCodes[row * codeCount + column] = values[index]
            }
        }
        return FeatureRows(count: range.count, numbers: rowNumbers, codes: rowCodes)
    }

    /// Writes the encoded rows of a range: range.count x the encoder's width.
    func encode(_ range: Range<Int>, into output: inout MutableSpan<Double>) {
        var nextNumber = 0
        var nextCode = 0
        for (index, feature) in features.enumerated() {
            switch feature.encoding {
            case .standardised(let mean, let scale):
                let factor = scale == 0 ? 0 : 1 / scale
                write(
                    numbers[nextNumber], range, offsets[index], mean, factor, missing: mean,
                    &output)
                nextNumber += 1
            case .flag(let missing):
                write(numbers[nextNumber], range, offsets[index], 0, 1, missing: missing, &output)
                nextNumber += 1
            case .oneHot:
                let column = codes[nextCode]
                let codes = column.span
                nextCode += 1
                var place = offsets[index]
                for row in range {
                    for level in 0..<feature.width { output[place + level] = 0 }
                    if codes[row] >= 0 { output[place + Int(codes[row])] = 1 }
                    place += width
                }
            }
        }
    }

    @inline(__always)
    private func write(
        _ column: [Double], _ range: Range<Int>, _ offset: Int, _ center: Double,
        _ factor: Double, missing: Double, _ output: inout MutableSpan<Double>
    ) {
        let values = column.span
        var place = offset
        for row in range {
            let value = values[row]
            output[place] = ((value.isNaN ? missing : value) - center) * factor
            place += width
        }
    }
}
