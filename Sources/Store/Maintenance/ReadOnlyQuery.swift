import GRDB
package import Workbench

/// A value of SQLite.
package enum QueryValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case number(Double)
    case text(String)
    case blob([UInt8])
}

/// What a query gave.
package struct QueryResult: Sendable, Equatable {
    /// The names of the columns, as the query gives them; they may repeat.
    package let columns: [String]
    /// The rows.
    package let rows: [[QueryValue]]
    /// Whether there are more rows than were asked for.
    package let hasMore: Bool
}

/// A table of the database, for people who write queries.
package struct TableDescription: Sendable, Equatable {
    /// A column of a table.
    package struct Column: Sendable, Equatable {
        /// Its name.
        package let name: String
        /// `INTEGER`, `REAL`, `TEXT` or `ANY`.
        package let type: String
        /// Whether it always has a value.
        package let isRequired: Bool
        /// Whether it is a part of the primary key.
        package let isKey: Bool
        /// `TABLE.COLUMN` that it leads to.
        package let target: String?
    }

    /// Its name.
    package let name: String
    /// Its columns, in order.
    package let columns: [Column]
}

extension Workspace {
    /// The most rows of one query.
    package static let queryLimit = 1_000_000

    /// The first rows of one statement that only reads, on a connection of its own that cannot
    /// write. A task that is cancelled interrupts it.
    ///
    /// - Throws: `invalidInput` for a statement that SQLite does not understand, for one that would
    ///   write, and for a limit outside 1...`queryLimit`; `cancelled`.
    package func query(_ sql: String, limit: Int) async throws(BancadaError) -> QueryResult {
        try Limits.check(limit, atMost: Self.queryLimit)
        try ReadOnlyStatement.check(sql)
        return try await reading { db in
            let statement: Statement
            do {
                statement = try db.makeStatement(sql: sql)
            } catch let error as DatabaseError {
                throw ReadOnlyStatement.failure(error)
            }
            guard statement.isReadonly else { throw ReadOnlyStatement.refusal }
            do {
                let cursor = try Row.fetchCursor(statement)
                var rows: [[QueryValue]] = []
                while let row = try cursor.next() {
                    if rows.count == limit {
                        return QueryResult(
                            columns: statement.columnNames, rows: rows, hasMore: true)
                    }
                    rows.append(row.databaseValues.map(QueryValue.init))
                }
                return QueryResult(columns: statement.columnNames, rows: rows, hasMore: false)
            } catch let error as DatabaseError {
                throw ReadOnlyStatement.failure(error)
            }
        }
    }

    /// The tables of the database, ordered by name.
    package func tables() async throws(BancadaError) -> [TableDescription] {
        try await reading { db in
            try ReadOnlyStatement.tableNames(db).map { table in
                let targets = try db.all(
                    "SELECT \"from\", \"table\", \"to\" FROM pragma_foreign_key_list(:table)",
                    ["table": table]
                ) { row in
                    (try row.text(0), "\(try row.text(1)).\(try row.optionalText(2) ?? "")")
                }
                let targetOf = Dictionary(targets) { first, _ in first }
                let columns = try db.all(
                    "SELECT name, type, \"notnull\", pk FROM pragma_table_info(:table)",
                    ["table": table]
                ) { row in
                    let name = try row.text(0)
                    return TableDescription.Column(
                        name: name, type: try row.text(1), isRequired: try row.integer(2) != 0,
                        isKey: try row.integer(3) != 0, target: targetOf[name])
                }
                return TableDescription(name: table, columns: columns)
            }
        }
    }

    private func reading<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(BancadaError) -> Value {
        let path = databaseFile
        do {
            let connection = try DatabaseOpening().connection(to: path, readOnly: true)
            return try await connection.read(body)
        } catch {
            throw storeError(error, at: path)
        }
    }
}

/// What is known of a statement before SQLite runs it. The connection cannot write in any case;
/// this is for clear words, and against statements that change the connection itself.
private enum ReadOnlyStatement {
    /// Pragmas that only tell; those with true take the name of a table or an index.
    private static let pragmas: [String: Bool] = [
        "table_info": true, "table_xinfo": true, "table_list": true, "index_list": true,
        "index_info": true, "index_xinfo": true, "foreign_key_list": true,
        "integrity_check": true, "quick_check": true, "foreign_key_check": true,
        "user_version": false, "application_id": false, "schema_version": false,
        "page_count": false, "page_size": false, "freelist_count": false,
        "compile_options": false, "database_list": false, "journal_mode": false,
        "encoding": false, "function_list": false, "pragma_list": false,
    ]

    static let refusal = BancadaError(
        .invalidInput, "the statement would change the database, and only reading is allowed",
        hint: "write a SELECT; change things with the other commands")

    /// - Throws: `invalidInput` unless the statement begins as one that reads.
    static func check(_ sql: String) throws(BancadaError) {
        try TrackingRules.checkText(sql, of: "the statement")
        let text = withoutLeadingComments(sql)
        let keyword = text.prefix { $0.isLetter }.uppercased()
        switch keyword {
        case "SELECT", "WITH", "VALUES", "EXPLAIN": return
        case "PRAGMA": try checkPragma(text.dropFirst(6))
        case "":
            throw BancadaError(
                .invalidInput, "there is no statement to run", hint: "write a SELECT")
        case "INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER", "ATTACH", "DETACH",
            "VACUUM", "REINDEX", "ANALYZE", "BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT",
            "RELEASE":
            throw BancadaError(
                .invalidInput, "\(keyword) is refused: only reading is allowed",
                hint: "write a SELECT; change things with the other commands")
        default:
            throw BancadaError(
                .invalidInput,
                "the statement begins with \"\(text.prefix(20))\", which is no SQL "
                    + "that reads", hint: "write a SELECT")
        }
    }

    private static func checkPragma(_ rest: Substring) throws(BancadaError) {
        let parts = rest.split {
            $0.isWhitespace || $0 == ";" || $0 == "(" || $0 == ")" || $0 == "."
        }
        let name = parts.first.map { $0.lowercased() } ?? ""
        let takesName = pragmas[name]
        let isPlain = !rest.contains("=") && (takesName == true || !rest.contains("("))
        guard takesName != nil, isPlain else {
            throw BancadaError(
                .invalidInput, "PRAGMA \(name) is refused: it may change the connection",
                hint: "use one of \(pragmas.keys.sorted().joined(separator: ", "))")
        }
    }

    private static func withoutLeadingComments(_ sql: String) -> Substring {
        var text = sql[...]
        while true {
            text = text.drop { $0.isWhitespace || $0 == ";" }
            if text.hasPrefix("--") {
                text = text.drop { !$0.isNewline }
            } else if text.hasPrefix("/*"), let end = text.firstRange(of: "*/") {
                text = text[end.upperBound...]
            } else {
                return text
            }
        }
    }

    /// The error for what SQLite does not understand; others stay as they are.
    static func failure(_ error: DatabaseError) -> any Error {
        switch error.resultCode {
        case .SQLITE_MISUSE where error.message?.hasPrefix("Multiple statements") == true:
            return BancadaError(
                .invalidInput, "there are several statements, expected one",
                hint: "run them one by one")
        case .SQLITE_READONLY, .SQLITE_AUTH: return refusal
        case .SQLITE_ERROR, .SQLITE_MISMATCH, .SQLITE_RANGE, .SQLITE_MISUSE, .SQLITE_TOOBIG:
            let message = error.message ?? "it is not valid"
            return BancadaError(
                .invalidInput, "sql: \(message)",
                hint: "see the tables and columns with 'bancada sql --schema'")
        default: return error
        }
    }

    static func tableNames(_ db: Database) throws -> [String] {
        try db.all(
            """
            SELECT name FROM sqlite_schema
            WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
            ORDER BY name
            """
        ) { try $0.text(0) }
    }
}

extension QueryValue {
    fileprivate init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let number): self = .integer(number)
        case .double(let number): self = .number(number)
        case .string(let text): self = .text(text)
        case .blob(let data): self = .blob(Array(data))
        }
    }
}
