package import Workbench

/// Something about a table that its owner should know.
package struct TableFinding: Sendable, Equatable {
    /// How much it matters.
    package enum Severity: String, Sendable {
        /// A model cannot be trained or asked with it.
        case error
        /// Probably not meant.
        case warning
    }

    /// How much it matters.
    package let severity: Severity
    /// The column it is about; nil where it is about the table.
    package let column: String?
    /// What it is, as a phrase that continues `column "x"`, or a sentence about the table.
    package let message: String
    /// How many rows it is about; nil where it is not about rows.
    package let count: Int?
    /// The first of those rows, counted from 1 without the header.
    package let rows: [Int]

    /// The most rows that are listed.
    package static let listedRows = 5

    /// The finding in a line.
    package var text: String {
        let subject = column.map { "column \"\($0)\" \(message)" } ?? message
        guard let count else { return subject }
        let listed = rows.map(String.init).joined(separator: ", ")
        let dots = rows.count < count ? ", ..." : ""
        return subject + " in \(count) row\(count == 1 ? "" : "s") (\(listed)\(dots))"
    }

    /// The finding as JSON: `severity`, `column`, `message`, and where it is about rows `count` and
    /// the first of `rows`.
    package var json: JSON {
        var members: [JSON.Member] = [
            .init("severity", .string(severity.rawValue)),
            .init("column", column.map(JSON.string) ?? .null), .init("message", .string(message)),
        ]
        if let count {
            members.append(.init("count", JSON(count)))
            members.append(.init("rows", .array(rows.map { JSON($0) })))
        }
        return .object(members)
    }

    /// What is remarkable in a table by itself: columns that are empty, constant, mostly missing,
    /// infinite in places, or different in every row like a name or number of the row.
    package static func all(in table: Table) -> [TableFinding] {
        table.columns.flatMap { findings(ColumnSummary($0), of: $0) }
    }

    /// How a table departs from a schema: columns that are missing, not known or of another type,
    /// and texts that were not there.
    package static func all(in table: Table, against schema: TableSchema) -> [TableFinding] {
        var findings: [TableFinding] = []
        for field in schema.fields {
            guard let column = table[field.name] else {
                findings.append(.init(.error, field.name, "is missing"))
                continue
            }
            findings += differences(column, from: field)
        }
        let known = Set(schema.fields.map(\.name))
        for column in table.columns where !known.contains(column.name) {
            findings.append(.init(.warning, column.name, "is not in the schema"))
        }
        return findings
    }

    /// A finding; `rows` are positions from 0 of all rows it is about.
    init(_ severity: Severity, _ column: String?, _ message: String, rows: [Int]? = nil) {
        self.severity = severity
        self.column = column
        self.message = message
        count = rows?.count
        self.rows = rows?.prefix(Self.listedRows).map { $0 + 1 } ?? []
    }

    private static func findings(_ summary: ColumnSummary, of column: Column) -> [TableFinding] {
        let name = column.name
        guard summary.count > 0 else { return [.init(.warning, name, "has no values")] }
        var findings: [TableFinding] = []
        if summary.distinct == 1, summary.missing == 0, column.count > 1 {
            findings.append(.init(.warning, name, "has the same value in every row"))
        }
        if summary.missing * 2 > column.count {
            let share = (Double(summary.missing) / Double(column.count) * 100).rounded()
            findings.append(.init(.warning, name, "is missing in \(Int(share)) % of the rows"))
        }
        if column.type == .text, summary.distinct == column.count, column.count > 20 {
            findings.append(.init(.warning, name, "has a different text in every row"))
        }
        if let numbers = summary.numbers,
            !numbers.minimum.isFinite || !numbers.maximum.isFinite
        {
            findings.append(.init(.error, name, "has infinite values"))
        }
        return findings
    }

    private static func differences(
        _ column: Column, from field: TableSchema.Field
    ) -> [TableFinding] {
        guard column.missingCount < column.count else {
            return field.count > 0 ? [.init(.warning, column.name, "has no values")] : []
        }
        let isWider = field.type == .number && column.type == .integer
        if column.type != field.type, !isWider {
            return [
                .init(
                    .error, column.name,
                    "is \(column.type.rawValue), expected \(field.type.rawValue)")
            ]
        }
        guard case .texts(let texts) = column.values, let levels = field.levels else { return [] }
        let used = Set(texts.codes.lazy.filter { $0 >= 0 }.map { texts.levels[Int($0)] })
        let new = used.subtracting(levels).sorted()
        guard !new.isEmpty else { return [] }
        let shown = new.prefix(3).map { "\"\($0)\"" }.joined(separator: ", ")
        let rest = new.count > 3 ? " and \(new.count - 3) more" : ""
        return [.init(.warning, column.name, "has new values: \(shown)\(rest)")]
    }
}
