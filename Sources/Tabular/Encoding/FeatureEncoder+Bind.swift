import Documents
package import Workbench

extension FeatureEncoder {
    /// Finds the features among the columns of a table; other columns do not matter.
    ///
    /// Types fit when the values do: integers are numbers, 0 and 1 are booleans, numbers and
    /// booleans are texts by the way CSV shows them, and a column without values is anything.
    ///
    /// - Throws: `invalidInput` naming the features that are missing, or column, row and value of
    ///   the first one that does not fit.
    package func bind(_ table: Table) throws(BancadaError) -> BoundColumns {
        let missing = features.filter { table[$0.name] == nil }
        if let first = missing.first {
            if missing.count == 1 {
                throw table.missingColumn(first.name, code: .invalidInput)
            }
            let names = missing.prefix(10).map { "\"\($0.name)\"" }.joined(separator: ", ")
            let rest = missing.count > 10 ? " and \(missing.count - 10) more" : ""
            let near = NearestName.of(first.name, among: table.columnNames)
            throw BancadaError(
                .invalidInput, "columns \(names)\(rest) not found in \(table.name)",
                hint: near.map { "rename \"\($0)\" to \"\(first.name)\"" }
                    ?? "give every column that the model was trained with")
        }
        let columns = features.compactMap { table[$0.name] }
        return try bind(columns: columns, rowCount: table.rowCount, source: table.name)
    }

    /// Takes columns in the order of the features, whatever their names.
    ///
    /// - Parameters:
    ///   - rowCount: rows of every column.
    ///   - source: where the columns come from, for messages.
    /// - Throws: `invalidInput` for a wrong number of columns or rows, or values that do not fit.
    package func bind(
        columns: [Column], rowCount: Int, source: String
    ) throws(BancadaError) -> BoundColumns {
        guard columns.count == features.count else {
            throw BancadaError(
                .invalidInput,
                "found \(columns.count) columns in \(source), expected \(features.count)")
        }
        var numbers: [[Double]] = []
        var codes: [[Int32]] = []
        for (index, column) in columns.enumerated() {
            guard column.count == rowCount else {
                throw BancadaError(
                    .invalidInput,
                    "column \"\(features[index].name)\" of \(source) has \(column.count) rows, "
                        + "expected \(rowCount)")
            }
            if features[index].isNumeric {
                numbers.append(try self.numbers(column, feature: features[index], source))
            } else {
                codes.append(self.codes(column, feature: index))
            }
        }
        return BoundColumns(rowCount: rowCount, encoder: self, numbers: numbers, codes: codes)
    }

    private func numbers(
        _ column: Column, feature: Feature, _ source: String
    ) throws(BancadaError) -> [Double] {
        let isFlag = feature.type == .boolean
        switch column.values {
        case .numbers(let values):
            let fits = isFlag ? column.type == .boolean : column.type != .boolean
            if fits { return values }
            // Flags that come as numbers must be 0 or 1; numbers cannot come as flags.
            let wrong = values.firstIndex {
                !$0.isNaN && !(isFlag && ($0 == 0 || $0 == 1))
            }
            if let wrong { throw mismatch(column, feature, row: wrong, source) }
            return values
        case .texts(let texts):
            let parsed = texts.levels.map { isFlag ? nil : DecimalNumber($0)?.value }
            var result: [Double] = []
            result.reserveCapacity(texts.codes.count)
            for (row, code) in texts.codes.enumerated() {
                if code < 0 {
                    result.append(.nan)
                } else if let value = parsed[Int(code)] {
                    result.append(value)
                } else {
                    throw mismatch(column, feature, row: row, source)
                }
            }
            return result
        }
    }

    private func codes(_ column: Column, feature index: Int) -> [Int32] {
        let missing = code(nil, feature: index)
        switch column.values {
        case .texts(let texts):
            let known = texts.levels.map { code($0, feature: index) }
            return texts.codes.map { $0 < 0 ? missing : known[Int($0)] }
        case .numbers:
            return (0..<column.count).map { code(column.text(row: $0), feature: index) }
        }
    }

    private func mismatch(
        _ column: Column, _ feature: Feature, row: Int, _ source: String
    ) -> BancadaError {
        let value = (column.text(row: row) ?? "").prefix(80)
        return BancadaError(
            .invalidInput,
            "column \"\(feature.name)\" of \(source) has \"\(value)\" in row \(row + 1), expected "
                + feature.type.words)
    }
}
