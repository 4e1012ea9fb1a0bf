import GRDB
import GRDBSQLite

/// A compiled statement that is driven by SQLite's own calls: for the writes and listings whose cost
/// decides how fast the workspace is. Elsewhere GRDB's rows and arguments are clearer.
///
/// Parameters and columns are counted from 1 and from 0, as in SQLite. Texts must be free of NUL.
/// It belongs to its connection and is used on that connection's queue alone.
struct FastStatement {
    private let statement: Statement
    private let database: Database

    /// Copies the bytes before the call returns.
    private static var transient: sqlite3_destructor_type {
        unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }

    /// The statement that `sql` spells.
    ///
    /// - Parameter isShared: keeps the compiled form for the next time; not for a text that depends
    ///   on what users send, and not for one that may be read twice at the same time.
    init(_ sql: String, in database: Database, isShared: Bool = true) throws {
        self.database = database
        statement =
            isShared
            ? try database.cachedStatement(sql: sql) : try database.makeStatement(sql: sql)
        reset()
    }

    /// Makes the statement ready for other values.
    func reset() {
        // The code is that of the last step, which has been thrown already.
        _ = unsafe sqlite3_reset(statement.sqliteStatement)
    }

    /// Gives a parameter its value.
    func bind(_ number: Int64, at index: CInt) throws {
        try check(unsafe sqlite3_bind_int64(statement.sqliteStatement, index, number))
    }

    /// Gives a parameter its value.
    func bind(_ number: Double, at index: CInt) throws {
        try check(unsafe sqlite3_bind_double(statement.sqliteStatement, index, number))
    }

    /// Gives a parameter its value.
    func bind(_ text: String, at index: CInt) throws {
        var text = text
        let code = text.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                unsafe sqlite3_bind_text(
                    statement.sqliteStatement, index, characters.baseAddress,
                    CInt(characters.count), Self.transient)
            }
        }
        try check(code)
    }

    /// Gives a parameter its value.
    func bind(_ value: SearchValue, at index: CInt) throws {
        switch value {
        case .integer(let number): try bind(number, at: index)
        case .number(let number): try bind(number, at: index)
        case .text(let text): try bind(text, at: index)
        }
    }

    /// Gives the first parameters their values.
    func bind(_ values: [SearchValue]) throws {
        for (index, value) in values.enumerated() { try bind(value, at: CInt(index + 1)) }
    }

    /// Whether there is a row; it is read before the next step.
    func step() throws -> Bool {
        switch unsafe sqlite3_step(statement.sqliteStatement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw failure(code)
        }
    }

    /// Runs a statement that has no rows.
    func run() throws {
        defer { reset() }
        while try step() {}
    }

    /// How many rows the last write changed.
    var changes: Int { database.changesCount }

    /// Whether a column is NULL.
    func isNull(_ column: CInt) -> Bool {
        unsafe sqlite3_column_type(statement.sqliteStatement, column) == SQLITE_NULL
    }

    /// The integer in a column.
    func integer(_ column: CInt) throws -> Int64 {
        guard unsafe sqlite3_column_type(statement.sqliteStatement, column) == SQLITE_INTEGER
        else { throw damaged(column, "an integer") }
        return unsafe sqlite3_column_int64(statement.sqliteStatement, column)
    }

    /// The number in a column; `flag` is the column that says NaN.
    func number(_ column: CInt, nanFlag flag: CInt) throws -> Double {
        if try integer(flag) != 0 { return .nan }
        let kind = unsafe sqlite3_column_type(statement.sqliteStatement, column)
        guard kind == SQLITE_FLOAT || kind == SQLITE_INTEGER else {
            throw damaged(column, "a number")
        }
        return unsafe sqlite3_column_double(statement.sqliteStatement, column)
    }

    /// The text in a column, which is `known` where the bytes are the same: texts that repeat from
    /// row to row are made once.
    func text(_ column: CInt, known: String? = nil) throws -> String {
        let handle = unsafe statement.sqliteStatement
        guard unsafe sqlite3_column_type(handle, column) == SQLITE_TEXT,
            let start = unsafe sqlite3_column_text(handle, column)
        else { throw damaged(column, "text") }
        let count = Int(unsafe sqlite3_column_bytes(handle, column))
        let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
        if let known, known.utf8.count == count, unsafe known.utf8.elementsEqual(bytes) {
            return known
        }
        return unsafe String(decoding: bytes, as: UTF8.self)
    }

    /// The value in a column, of whatever type; nil for NULL.
    func value(_ column: CInt) throws -> SearchValue? {
        switch unsafe sqlite3_column_type(statement.sqliteStatement, column) {
        case SQLITE_INTEGER: .integer(try integer(column))
        case SQLITE_FLOAT:
            .number(unsafe sqlite3_column_double(statement.sqliteStatement, column))
        case SQLITE_TEXT: .text(try text(column))
        case SQLITE_NULL: nil
        default: throw damaged(column, "a number or a text")
        }
    }

    private func check(_ code: CInt) throws {
        if code != SQLITE_OK { throw failure(code) }
    }

    private func failure(_ code: CInt) -> DatabaseError {
        let message = unsafe database.sqliteConnection.map {
            unsafe String(cString: sqlite3_errmsg($0))
        }
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }

    private func damaged(_ column: CInt, _ expectation: String) -> any Error {
        let names = statement.columnNames
        let name = names.indices.contains(Int(column)) ? names[Int(column)] : "\(column)"
        return damagedColumn(name, expectation)
    }
}

/// A value that a search compares or orders by, as the database holds it.
enum SearchValue: Equatable, Sendable {
    case integer(Int64)
    case number(Double)
    case text(String)
}
