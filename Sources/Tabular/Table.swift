import Documents
package import Workbench

/// Columns of equal length in memory.
package struct Table: Sendable {
    /// What the table is called in messages, such as `penguins.csv`.
    package let name: String
    /// The columns, in the order of the file; names are unique.
    package let columns: [Column]
    /// Number of rows.
    package let rowCount: Int
    private let positions: [String: Int]

    /// A table of columns.
    ///
    /// - Throws: `invalidInput` for unequal lengths, and names that are empty or there twice.
    package init(name: String, columns: [Column]) throws(BancadaError) {
        var positions: [String: Int] = [:]
        for (index, column) in columns.enumerated() {
            guard !column.name.isEmpty else {
                throw BancadaError(.invalidInput, "column \(index + 1) of \(name) has no name")
            }
            guard positions.updateValue(index, forKey: column.name) == nil else {
                throw BancadaError(
                    .invalidInput, "the column \"\(column.name)\" is there twice in \(name)")
            }
            guard column.count == columns[0].count else {
                throw BancadaError(
                    .invalidInput,
                    "the column \"\(column.name)\" of \(name) has \(column.count) rows, expected "
                        + "\(columns[0].count)")
            }
        }
        self.name = name
        self.columns = columns
        self.positions = positions
        rowCount = columns.first?.count ?? 0
    }

    /// Columns that are known to fit.
    private init(checked columns: [Column], rowCount: Int, of table: Table) {
        name = table.name
        self.columns = columns
        self.rowCount = rowCount
        positions = Dictionary(
            columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The names of the columns, in order.
    package var columnNames: [String] { columns.map(\.name) }

    /// The column `name`; nil when there is none.
    package subscript(name: String) -> Column? {
        positions[name].map { columns[$0] }
    }

    /// The column `name`.
    ///
    /// - Throws: `notFound`, with the nearest name as the hint.
    package func column(_ name: String) throws(BancadaError) -> Column {
        guard let column = self[name] else { throw missingColumn(name) }
        return column
    }

    /// The error for a column that is not there.
    package func missingColumn(
        _ name: String, code: BancadaError.Code = .notFound
    ) -> BancadaError {
        let near = NearestName.of(name, among: columnNames)
        let listed = columnNames.prefix(20).joined(separator: ", ")
        let rest = columns.count > 20 ? " and \(columns.count - 20) more" : ""
        return BancadaError(
            code, "column \"\(name)\" not found in \(self.name)",
            hint: near.map { "write \"\($0)\"" } ?? "use one of the columns \(listed)\(rest)")
    }

    /// The rows at `indices`, in that order.
    ///
    /// - Precondition: the indices are rows.
    package func rows(_ indices: [Int]) -> Table {
        Table(checked: columns.map { $0.rows(indices) }, rowCount: indices.count, of: self)
    }

    /// The table without the columns `names`; names that are not there do not matter.
    package func dropping(_ names: [String]) -> Table {
        Table(checked: columns.filter { !names.contains($0.name) }, rowCount: rowCount, of: self)
    }
}
