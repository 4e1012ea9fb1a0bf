import GRDB
import Workbench

/// What is looked at before anything may be written.
enum DatabaseInspection {
    /// Databases up to this size are checked whole when they are opened, which takes about a
    /// millisecond; of larger ones the root of every table is read.
    private static let fullCheckLimit: Int64 = 1 << 19

    /// The schema's number of a database that this build can work with.
    ///
    /// - Throws: `corrupt` for a damaged, foreign or newer one.
    static func version(
        of connection: DatabaseQueue, path: String, schema: Schema
    ) throws -> Int {
        try connection.writeWithoutTransaction { db in
            let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            try DatabaseHeader.check(
                applicationID: try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0,
                version: version, path: path, against: schema)
            if try FileSystem.facts(path)?.size ?? 0 <= fullCheckLimit {
                if let problem = try problems(db, check: "quick_check").first {
                    throw BancadaError(
                        .corrupt, "\(path) is damaged: \(problem)", hint: corruptionHint)
                }
            } else {
                for table in try tables(db) {
                    // A name cannot be a parameter; these come from the schema.
                    let name = table.replacing("\"", with: "\"\"")
                    _ = try Row.fetchOne(db, sql: "SELECT 1 FROM \"\(name)\" LIMIT 1")
                }
            }
            return version
        }
    }

    /// What SQLite's own check (`quick_check` or `integrity_check`) finds.
    static func problems(_ db: Database, check: String) throws -> [String] {
        try String.fetchAll(db, sql: "PRAGMA \(check)(100)").filter { $0 != "ok" }
    }

    private static func tables(_ db: Database) throws -> [String] {
        try String.fetchAll(
            db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    }
}
