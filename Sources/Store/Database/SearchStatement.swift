import GRDB
import Workbench

/// How the fields of what is searched are read in SQL.
struct SearchColumns: Sendable {
    /// A table of keys and values that belong to the rows that are searched.
    struct Table: Sendable {
        /// The table, which is called `e` in conditions.
        let name: String
        /// What ties its rows to the row that is searched.
        let join: String
    }

    /// The expressions of attributes; NULL is a value that is missing.
    let attributes: [String: String]
    /// The tables of tags and params.
    let tables: [SearchField.Entity: Table]
}

/// One column that orders a search; it is never NULL.
struct OrderColumn: Sendable {
    /// What kind of values it has.
    enum Kind: Sendable {
        case integer, number, text
    }

    let expression: String
    let kind: Kind
    let ascending: Bool
}

/// The statement of a search that is being built: conditions, order and where the page begins. Equal
/// searches have the same hash, in every process.
struct SearchStatement: Sendable {
    /// The most clauses of a filter: each is a branch of an expression whose depth SQLite limits.
    static let mostClauses = 200

    private(set) var conditions: [String] = []
    private(set) var arguments: StatementArguments = []
    private(set) var order: [OrderColumn] = []
    private(set) var hash = StableHash()
    private var count = 0

    /// The whole statement after `selection`, whose last columns the order's are. `limit` and one more
    /// rows come.
    ///
    /// - Parameter selection: the columns; `source`: FROM and its joins.
    func sql(selecting selection: String, from source: String, limit: Int) -> String {
        let columns = [selection] + order.map(\.expression)
        let keys = order.map { $0.expression + ($0.ascending ? "" : " DESC") }
        return """
            SELECT \(columns.joined(separator: ", "))
            \(source)
            WHERE \(conditions.isEmpty ? "TRUE" : conditions.joined(separator: "\n    AND "))
            ORDER BY \(keys.joined(separator: ", "))
            LIMIT \(limit + 1)
            """
    }

    /// Gives a value a parameter of its own and returns the parameter's name.
    mutating func bind(_ value: some DatabaseValueConvertible) -> String {
        count += 1
        arguments += ["v\(count)": value]
        return ":v\(count)"
    }

    /// Requires a condition.
    mutating func require(_ condition: String) {
        conditions.append(condition)
    }

    /// Makes a text part of what tells the search from others.
    mutating func distinguish(_ text: String) {
        hash.combine(text)
    }

    /// Adds a column to the order.
    mutating func sort(_ expression: String, _ kind: OrderColumn.Kind, ascending: Bool = true) {
        hash.combine("\(expression) \(ascending)")
        order.append(OrderColumn(expression: expression, kind: kind, ascending: ascending))
    }
}

// MARK: - Filters

extension SearchStatement {
    /// Requires the clauses of a filter on attributes, tags and params; others are `special`'s.
    ///
    /// - Throws: `invalidInput` for too many clauses, and for fields that `columns` does not have.
    mutating func filter(
        _ filter: Filter, _ columns: SearchColumns,
        special: (Filter.Clause, inout SearchStatement) throws(BancadaError) -> String? = { _, _ in
            nil
        }
    ) throws(BancadaError) {
        guard filter.clauses.count <= Self.mostClauses else {
            throw BancadaError(
                .invalidInput, "a filter of \(filter.clauses.count) clauses",
                hint: "use at most \(Self.mostClauses)")
        }
        for clause in filter.clauses {
            distinguish(clause)
            if let condition = try special(clause, &self) {
                require(condition)
            } else if clause.field.entity == .attribute {
                guard let column = columns.attributes[clause.field.key] else {
                    throw Self.unknown(clause.field)
                }
                require(condition(clause.condition, on: column))
            } else if let table = columns.tables[clause.field.entity] {
                require(condition(clause, in: table))
            } else {
                throw Self.unknown(clause.field)
            }
        }
    }

    /// The condition of a clause on a table of keys and values.
    private mutating func condition(
        _ clause: Filter.Clause, in table: SearchColumns.Table
    ) -> String {
        let key = bind(clause.field.key)
        let row = "SELECT 1 FROM \(table.name) AS e WHERE \(table.join) AND e.key = \(key)"
        switch clause.condition {
        case .isNull: return "NOT EXISTS (\(row))"
        case .isNotNull: return "EXISTS (\(row))"
        default:
            let condition = condition(clause.condition, on: "e.value")
            return clause.acceptsMissing
                ? "NOT EXISTS (\(row) AND NOT (\(condition)))" : "EXISTS (\(row) AND \(condition))"
        }
    }

    /// The condition on an expression without NaN.
    mutating func condition(_ condition: Filter.Condition, on column: String) -> String {
        if case .number = condition { return embed(condition.sql(onNumber: column)) }
        return embed(condition.sql(onText: column))
    }

    /// A piece of SQL whose values have become parameters of this statement.
    private mutating func embed(_ piece: SearchSQL) -> String {
        var text = ""
        var values = piece.values[...]
        for part in piece.text.split(separator: "?", omittingEmptySubsequences: false) {
            text += part
            if let value = values.popFirst() { text += bind(value) }
        }
        return text
    }

    private mutating func bind(_ value: SearchValue) -> String {
        switch value {
        case .integer(let number): bind(number)
        case .number(let number): bind(number)
        case .text(let text): bind(text)
        }
    }

    private mutating func distinguish(_ clause: Filter.Clause) {
        hash.combine(clause.field.entity.rawValue)
        hash.combine(clause.field.key)
        hash.combine(clause.acceptsMissing ? "missing" : "")
        switch clause.condition {
        case .number(let comparison, let value): hash.combine("\(comparison.rawValue) \(value)")
        case .text(let comparison, let value): hash.combine("\(comparison.rawValue) \(value)")
        case .isOneOf(let values): distinguish("IN", values)
        case .isNoneOf(let values): distinguish("NOT IN", values)
        case .isNull: hash.combine("IS NULL")
        case .isNotNull: hash.combine("IS NOT NULL")
        }
    }

    private mutating func distinguish(_ word: String, _ values: [String]) {
        hash.combine("\(word) \(values.count)")
        for value in values { hash.combine(value) }
    }

    static func unknown(_ field: SearchField) -> BancadaError {
        BancadaError(
            .invalidInput, "there is no \(field.entity.rawValue) \"\(field.key.prefix(80))\" here")
    }
}

// MARK: - Pages

extension SearchStatement {
    /// Begins after the row whose key `token` has.
    ///
    /// - Throws: `invalidInput` unless the token is one of this search.
    mutating func begin(
        after token: PageToken?, listing: PageKey.Listing
    ) throws(BancadaError) {
        let fields = try PageKey.fields(of: token, listing: listing, query: hash.value)
        guard let fields else { return }
        guard fields.count == order.count else { throw PageKey.misread }
        var condition = ""
        var value = ""
        for (column, field) in zip(order, fields).reversed() {
            switch (column.kind, field) {
            case (.integer, .integer(let number)): value = bind(number)
            case (.text, .text(let text)): value = bind(text)
            case (.number, .integer(let bits)):
                value = bind(Double(bitPattern: UInt64(bitPattern: bits)))
            default: throw PageKey.misread
            }
            let past = "\(column.expression) \(column.ascending ? ">" : "<") \(value)"
            condition =
                condition.isEmpty
                ? past : "(\(past) OR (\(column.expression) = \(value) AND \(condition)))"
        }
        require(condition)
        if let first = order.first, order.count > 1 {
            // Follows from the rest; an index can begin there.
            let sign = first.ascending ? ">=" : "<="
            require("\(first.expression) \(sign) \(value)")
        }
    }

    /// The rows of a page with their keys; `value` reads a row, whose order begins at `index`.
    func page<Value: Sendable>(
        _ rows: [(value: Value, key: [PageKey.Field])], limit: Int, listing: PageKey.Listing
    ) -> Page<Value> {
        let token =
            rows.count > limit
            ? PageKey(listing: listing, query: hash.value, fields: rows[limit - 1].key).token : nil
        return Page(items: rows.prefix(limit).map(\.value), next: token)
    }

    /// The key of a row, whose order's columns begin at `index`.
    func key(_ row: Row, from index: Int) throws -> [PageKey.Field] {
        try order.enumerated().map { offset, column in
            switch column.kind {
            case .integer: .integer(try row.integer(index + offset))
            case .text: .text(try row.text(index + offset))
            case .number:
                .integer(
                    Int64(bitPattern: try row.finiteNumber(index + offset).bitPattern))
            }
        }
    }
}

extension Row {
    /// The number in a column; no NaN.
    fileprivate func finiteNumber(_ index: Int) throws -> Double {
        let value: DatabaseValue = self[index]
        switch value.storage {
        case .double(let number): return number
        case .int64(let number): return Double(number)
        default:
            throw BancadaError(
                .corrupt, "the workspace's database is damaged: an order without a number",
                hint: corruptionHint)
        }
    }
}

/// Lists as JSON text, for statements that take any number of values.
enum JSONList {
    /// A list of numbers.
    static func text(_ numbers: [Int64]) -> String {
        "[" + numbers.map { String($0) }.joined(separator: ",") + "]"
    }
}
