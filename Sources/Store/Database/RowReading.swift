import GRDB
import Workbench

/// Reads of columns that never trap: a value of another type than the schema's means damage.
extension Row {
    /// The text in a column.
    func text(_ index: Int) throws -> String {
        guard let text = try optionalText(index) else { throw damaged(index, "text") }
        return text
    }

    /// The text in a column, nil for NULL.
    func optionalText(_ index: Int) throws -> String? {
        let value: DatabaseValue = self[index]
        switch value.storage {
        case .string(let text): return text
        case .null: return nil
        default: throw damaged(index, "text")
        }
    }

    /// The integer in a column.
    func integer(_ index: Int) throws -> Int64 {
        guard let number = try optionalInteger(index) else { throw damaged(index, "an integer") }
        return number
    }

    /// The integer in a column, nil for NULL.
    func optionalInteger(_ index: Int) throws -> Int64? {
        let value: DatabaseValue = self[index]
        switch value.storage {
        case .int64(let number): return number
        case .null: return nil
        default: throw damaged(index, "an integer")
        }
    }

    /// The number in a column; `flag` is the column that says NaN.
    func number(_ index: Int, nanFlag flag: Int) throws -> Double {
        if try integer(flag) != 0 { return .nan }
        let value: DatabaseValue = self[index]
        switch value.storage {
        case .double(let number): return number
        case .int64(let number): return Double(number)
        default: throw damaged(index, "a number")
        }
    }

    /// The moment in a column.
    func timestamp(_ index: Int) throws -> Timestamp {
        Timestamp(milliseconds: try integer(index))
    }

    /// The case of an enumeration in a column.
    func choice<Choice: RawRepresentable<String>>(_ index: Int) throws -> Choice {
        guard let choice = Choice(rawValue: try text(index)) else {
            throw damaged(index, "a known word")
        }
        return choice
    }

    /// The count or version in a column.
    func count(_ index: Int) throws -> Int {
        Int(try integer(index))
    }

    private func damaged(_ index: Int, _ expectation: String) -> BancadaError {
        damagedColumn(Array(columnNames)[index], expectation)
    }
}

/// The error for a value of another type than the schema's.
func damagedColumn(_ name: String, _ expectation: String) -> BancadaError {
    BancadaError(
        .corrupt, "the workspace's database is damaged: column \(name) is not \(expectation)",
        hint: corruptionHint)
}

extension Database {
    /// Runs a statement of which the compiled form is kept.
    func run(_ sql: String, _ arguments: StatementArguments = []) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// The rows of a query of which the compiled form is kept, each turned into a value.
    func all<Value>(
        _ sql: String, _ arguments: StatementArguments = [], _ value: (Row) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        let rows = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
        while let row = try rows.next() { values.append(try value(row)) }
        return values
    }

    /// The first row of a query, turned into a value; nil when there is none.
    func first<Value>(
        _ sql: String, _ arguments: StatementArguments = [], _ value: (Row) throws -> Value
    ) throws -> Value? {
        let rows = try Row.fetchCursor(cachedStatement(sql: sql), arguments: arguments)
        return try rows.next().map(value)
    }

    /// Whether a query has a row.
    func exists(_ sql: String, _ arguments: StatementArguments = []) throws -> Bool {
        try first(sql, arguments) { _ in true } ?? false
    }
}
