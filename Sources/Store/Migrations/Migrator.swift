import GRDB
import Workbench

/// Brings a database to a schema.
enum Migrator {
    /// Applies the migrations that a database lacks, in one transaction.
    ///
    /// - Throws: `internal` naming the migration that failed; the database is as it was.
    static func migrate(_ connection: DatabaseQueue, to schema: Schema) throws {
        try connection.writeWithoutTransaction { db in
            // A migration may rebuild a table that others point at; the keys are checked at the end.
            // Where it fails, the connection is given up.
            try db.execute(sql: "PRAGMA foreign_keys = OFF")
            try db.inTransaction(.immediate) {
                let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
                for migration in schema.migrations where migration.number > version {
                    try apply(migration, db)
                }
                if try !Row.fetchAll(db, sql: "PRAGMA foreign_key_check").isEmpty {
                    throw BancadaError(.internal, "the migrations left keys that lead nowhere")
                }
                return .commit
            }
            try db.execute(sql: "PRAGMA foreign_keys = ON")
        }
    }

    private static func apply(_ migration: Migration, _ db: Database) throws {
        do {
            try db.execute(sql: migration.sql)
            // A pragma takes no parameters.
            try db.execute(sql: "PRAGMA user_version = \(migration.number)")
        } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
            throw BancadaError(
                .internal,
                "migration \(migration.number) (\(migration.name)) failed: "
                    + (error.message ?? "unknown error"), cause: error)
        }
    }

    /// Makes the database of a new workspace, which is synced once, when it is whole. Nobody may see
    /// the file before that.
    static func create(
        at path: String, schema: Schema, time: Timestamp, opening: DatabaseOpening
    ) throws {
        let connection = try opening.connection(to: path)
        try connection.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = OFF")
            try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
        }
        try migrate(connection, to: schema)
        try connection.write { db in
            try db.execute(
                sql: """
                    INSERT INTO experiments (id, name, lifecycle, created_at, updated_at)
                    VALUES (:id, 'Default', 'active', :time, :time)
                    """,
                arguments: [
                    "id": ExperimentID.standard.number, "time": time.milliseconds,
                ])
        }
        try connection.writeWithoutTransaction { db in
            _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
        }
        try connection.close()
        try OpenFile(path, .read).sync()
    }

    /// Writes a copy of the whole database to `path`, which appears there complete and synced.
    static func backUp(_ connection: DatabaseQueue, to path: String) throws {
        let unfinished = path + ".part"
        try FileSystem.removeFile(unfinished)
        try connection.vacuum(into: unfinished)
        try OpenFile(unfinished, .read).sync()
        try FileSystem.rename(unfinished, to: path)
        try FileSystem.syncFolder(FileSystem.parentFolder(path))
    }
}
