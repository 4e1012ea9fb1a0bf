import GRDB
import Workbench

/// A database of somebody else's that is only read; tables and columns that it lacks count as NULL.
struct ForeignDatabase: Sendable {
    /// The file, for messages.
    let path: String
    private let connection: DatabaseQueue
    private let columns: [String: Set<String>]

    /// Opens the database at `path` for reading.
    ///
    /// - Throws: `notFound`; `invalidInput` for other files.
    init(_ path: String) throws(BancadaError) {
        self.path = path
        do {
            guard try FileSystem.facts(path)?.kind == .file else {
                throw BancadaError(
                    .notFound, "database \(path) not found", hint: "check the path")
            }
            connection = try DatabaseOpening().connection(to: path, readOnly: true)
            columns = try connection.read { db in
                var columns: [String: Set<String>] = [:]
                for table in try String.fetchAll(
                    db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
                {
                    columns[table] = Set(try db.columns(in: table).map(\.name))
                }
                return columns
            }
        } catch {
            throw Self.foreign(error, path)
        }
    }

    /// Whether there is such a table.
    func has(_ table: String) -> Bool { columns[table] != nil }

    /// Whether a table has such a column.
    func has(_ column: String, in table: String) -> Bool {
        columns[table]?.contains(column) == true
    }

    /// The columns as a list for SELECT, in which those that the table lacks are NULL.
    func list(_ names: [String], of table: String, as alias: String) -> String {
        let known = columns[table] ?? []
        return names.map { known.contains($0) ? "\(alias).\"\($0)\"" : "NULL" }
            .joined(separator: ", ")
    }

    /// Where the table is shared by several of MLflow's workspaces: the condition for the default
    /// one.
    func own(_ table: String) -> String {
        columns[table]?.contains("workspace") == true ? "workspace = 'default'" : "1"
    }

    /// The rows of a query, each turned into a value; none where `table` is missing.
    func rows<Value: Sendable>(
        _ sql: String, of table: String, _ arguments: StatementArguments = [],
        _ value: @escaping @Sendable (ForeignRow) throws -> Value
    ) async throws(BancadaError) -> [Value] {
        guard has(table) else { return [] }
        do {
            return try await connection.read { db in
                var values: [Value] = []
                let rows = try Row.fetchCursor(
                    db.cachedStatement(sql: sql), arguments: arguments)
                while let row = try rows.next() {
                    values.append(try value(ForeignRow(row: row, place: "\(path): \(table)")))
                }
                return values
            }
        } catch {
            throw Self.foreign(error, path)
        }
    }

    /// What goes wrong here says something of the source, not of the workspace.
    private static func foreign(_ error: any Error, _ path: String) -> BancadaError {
        let error = storeError(error, at: path)
        switch error.code {
        case .cancelled, .notFound, .invalidInput: return error
        default:
            return BancadaError(
                .invalidInput, error.message, hint: "check it with 'sqlite3 FILE .schema'",
                cause: error.cause)
        }
    }
}

/// A row of a foreign database; columns are read leniently, and what cannot be read is named.
struct ForeignRow {
    let row: Row
    let place: String

    /// The text in a column, also of a number; nil for NULL.
    func text(_ index: Int) -> String? {
        let value: DatabaseValue = row[index]
        switch value.storage {
        case .string(let text): return text
        case .int64(let number): return String(number)
        case .double(let number): return String(number)
        case .blob(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .null: return nil
        }
    }

    /// The integer in a column; nil for NULL.
    func integer(_ index: Int) throws -> Int64? {
        let value: DatabaseValue = row[index]
        switch value.storage {
        case .int64(let number): return number
        case .null: return nil
        case .double(let number):
            if let exact = Int64(exactly: number) { return exact }
        case .string(let text):
            if let number = Int64(text) { return number }
        case .blob: break
        }
        throw damaged(index, "an integer")
    }

    /// The number in a column; NaN for NULL.
    func number(_ index: Int) throws -> Double {
        let value: DatabaseValue = row[index]
        switch value.storage {
        case .double(let number): return number
        case .int64(let number): return Double(number)
        case .null: return .nan
        case .string(let text):
            if let number = Double(text) { return number }
        case .blob: break
        }
        throw damaged(index, "a number")
    }

    /// The moment in a column; the epoch for NULL.
    func time(_ index: Int) throws -> Timestamp {
        Timestamp(milliseconds: try integer(index) ?? 0)
    }

    /// The lifecycle stage in a column; active for NULL.
    func lifecycle(_ index: Int) throws -> LifecycleStage {
        guard let text = text(index) else { return .active }
        guard let stage = LifecycleStage(rawValue: text) else {
            throw damaged(index, "active or deleted")
        }
        return stage
    }

    /// An error about a column.
    func damaged(_ index: Int, _ expectation: String) -> BancadaError {
        let name = Array(row.columnNames)[index]
        return BancadaError(
            .invalidInput,
            "\(place), column \(name): \"\((text(index) ?? "NULL").prefix(80))\" is not "
                + expectation)
    }
}
