import Crypto
import GRDB
package import Workbench

/// What a workspace holds, for `doctor` and for people.
package struct WorkspaceReport: Sendable {
    /// The schema of the database.
    package let schemaVersion: Int
    /// The version of the SQLite library.
    package let sqliteVersion: String
    /// Bytes of the database's file and of its log.
    package let databaseBytes: Int64
    /// Bytes of all files below `artifacts/` that the database knows.
    package let artifactBytes: Int64
    /// How many rows there are of each kind, in a fixed order.
    package let counts: [RowCount]
}

/// How the connection that writes is set up, as SQLite itself says.
package struct WriterSettings: Sendable, Equatable {
    /// `wal`.
    package let journalMode: String
    /// 2, which is `FULL`: a commit is on the disk when it is acknowledged.
    package let synchronous: Int
    /// Whether keys must lead somewhere.
    package let foreignKeys: Bool
}

/// How many rows there are of one kind.
package struct RowCount: Sendable, Equatable {
    /// What is counted, such as `runs`.
    package let name: String
    /// How many there are.
    package let count: Int
}

/// How closely stored content is looked at.
package enum ContentCheck: Sendable {
    /// Every file is there and has its size.
    case sizes
    /// Every file has its digest: all bytes are read.
    case digests
}

extension Workspace {
    /// What the workspace holds.
    package func report() async throws(BancadaError) -> WorkspaceReport {
        let layout = layout
        return try await database.read { db in
            let counts = try Self.countedTables.map { table in
                // A name cannot be a parameter; these are ours.
                RowCount(
                    name: table.name,
                    count: try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table.table)") ?? 0)
            }
            let sizes = [layout.database, layout.log].map { path in
                // The log comes and goes with the processes that use the workspace.
                ((try? FileSystem.facts(path)) ?? nil)?.size ?? 0
            }
            return WorkspaceReport(
                schemaVersion: try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0,
                sqliteVersion: try String.fetchOne(db, sql: "SELECT sqlite_version()") ?? "",
                databaseBytes: sizes.reduce(0, +),
                artifactBytes: try Int64.fetchOne(
                    db, sql: "SELECT coalesce(sum(size), 0) FROM contents WHERE kind = 'file'")
                    ?? 0,
                counts: counts)
        }
    }

    /// How the connection that writes is set up.
    package func writerSettings() async throws(BancadaError) -> WriterSettings {
        try await database.readOnWriter { db in
            WriterSettings(
                journalMode: try String.fetchOne(db, sql: "PRAGMA journal_mode") ?? "",
                synchronous: try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1,
                foreignKeys: try Int.fetchOne(db, sql: "PRAGMA foreign_keys") == 1)
        }
    }

    /// What is wrong with the workspace, one sentence each; empty when all is well.
    ///
    /// - Throws: `corrupt` when the database is too damaged to be looked at.
    package func integrityCheck(
        _ check: ContentCheck = .sizes
    ) async throws(BancadaError) -> [String] {
        // On the writer: SQLite ignores CHECK constraints on connections that only read.
        let (problems, contents) = try await database.readOnWriter { db in
            var problems = try DatabaseInspection.problems(db, check: "integrity_check")
                .map { "database: \($0)" }
            if problems.isEmpty {
                problems = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { row in
                    "database: a row of \(try row.text(0)) points at a missing row of "
                        + (try row.text(2))
                }
            }
            let contents = try db.all("SELECT digest, kind, size FROM contents ORDER BY digest") {
                StoredContent(
                    digest: try $0.digest(0), kind: try $0.choice(1), size: try $0.integer(2))
            }
            return (problems, contents)
        }
        let found = try await artifacts.problems(of: contents, check)
        return problems + found
    }

    private static let countedTables: [(name: String, table: String)] = [
        ("experiments", "experiments"), ("runs", "runs"), ("metric points", "metrics"),
        ("params", "params"), ("contents", "contents"), ("artifacts", "artifacts"),
        ("dataset versions", "datasets"), ("registered models", "registered_models"),
        ("model versions", "model_versions"),
        ("leases held", "leases WHERE released_at IS NULL"),
    ]
}

extension SQLiteArtifactStore {
    /// What is wrong with the files of `contents`, one sentence each.
    func problems(
        of contents: [StoredContent], _ check: ContentCheck
    ) async throws(BancadaError) -> [String] {
        let files = files
        do {
            return try await queue.run { stop in
                try contents.compactMap { try files.problem(with: $0, check, stop: stop) }
            }
        } catch {
            throw storeError(error, at: files.folder)
        }
    }
}

extension ContentFiles {
    fileprivate func problem(
        with content: StoredContent, _ check: ContentCheck, stop: StopFlag
    ) throws -> String? {
        try stop.check()
        let path = path(of: content.digest)
        guard let facts = try FileSystem.facts(path) else { return "\(path) is missing" }
        // The size of a folder is that of its files; its manifest is as long as it is.
        if content.kind == .file, facts.size != content.size {
            return "\(path) has \(facts.size) bytes, expected \(content.size)"
        }
        switch check {
        case .sizes: return nil
        case .digests:
            return try digest(ofFile: path, stop: stop) == content.digest
                ? nil : "\(path) was changed: its bytes do not have its digest"
        }
    }

    private func digest(ofFile path: String, stop: StopFlag) throws -> ContentDigest? {
        let file = try OpenFile(path, .read)
        var hasher = SHA256()
        var buffer = [UInt8](repeating: 0, count: try Self.bufferSize(for: file))
        while true {
            try stop.check()
            let count = try file.read(into: &buffer)
            hasher.update(data: buffer[..<count])
            if count < buffer.count { return ContentDigest(hasher.finalize()) }
        }
    }
}
