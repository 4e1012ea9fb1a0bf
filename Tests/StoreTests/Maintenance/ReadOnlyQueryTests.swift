import Foundation
import Store
import Testing
import Workbench

@Suite struct ReadOnlyQueryTests {
    private let scratch: Scratch
    private let workspace: Workspace

    init() throws {
        scratch = try Scratch()
        workspace = try scratch.create()
    }

    @Test("Answers with names, values of every kind, and whether there is more")
    func values() async throws {
        let result = try await workspace.query(
            "SELECT 1 AS a, 2.5 AS b, 'text' AS a, x'00ff' AS d, NULL AS e", limit: 10)
        #expect(result.columns == ["a", "b", "a", "d", "e"])
        #expect(
            result.rows == [[.integer(1), .number(2.5), .text("text"), .blob([0, 255]), .null]])
        #expect(!result.hasMore)
        for number in 1...3 { try await workspace.start(number) }
        let some = try await workspace.query("SELECT id FROM runs ORDER BY number", limit: 2)
        #expect(some.rows.count == 2 && some.hasMore)
        #expect(try await workspace.query("SELECT id FROM runs", limit: 3).hasMore == false)
        #expect(try await workspace.query("SELECT id FROM runs WHERE 0", limit: 3).rows.isEmpty)
    }

    @Test(
        "Refuses everything that could change something",
        arguments: [
            "DELETE FROM runs", "INSERT INTO runs DEFAULT VALUES", "UPDATE runs SET name = 'x'",
            "DROP TABLE runs", "CREATE TABLE x (y)", "CREATE TEMP TABLE x (y)",
            "ATTACH 'x.sqlite' AS other", "DETACH main", "VACUUM", "VACUUM INTO 'copy.sqlite'",
            "REINDEX", "ANALYZE", "BEGIN", "BEGIN EXCLUSIVE", "COMMIT", "SAVEPOINT x",
            "PRAGMA journal_mode = DELETE", "PRAGMA journal_mode(DELETE)", "PRAGMA query_only = 0",
            "PRAGMA writable_schema(1)", "PRAGMA user_version = 9", "PRAGMA wal_checkpoint",
            "PRAGMA main.user_version = 9", "PRAGMA optimize", "PRAGMA",
            "WITH x AS (SELECT 1) DELETE FROM runs",
            "WITH x AS (SELECT 1) INSERT INTO runs SELECT 1",
            "-- a comment\nDELETE FROM runs", "/* SELECT */ DELETE FROM runs",
            "; DELETE FROM runs", "SELECT 1; DELETE FROM runs", "REPLACE INTO runs SELECT 1",
            "ALTER TABLE runs ADD COLUMN x", "SELECT load_extension('x')", "", "   ", "-- nothing",
            "SELECT", "SELECT * FROM nothing", "SELEKT 1", "SELECT 'open", "SELECT ?1 +", "\u{0}",
        ])
    func refuses(sql: String) async throws {
        try await workspace.start(1)
        #expect(await code { try await workspace.query(sql, limit: 10) } == .invalidInput)
        #expect(try await workspace.runs.run(runID(1)).lifecycle == .active)
        #expect(try await workspace.integrityCheck() == [])
        #expect(!FileManager.default.fileExists(atPath: "copy.sqlite"))
    }

    @Test(
        "Reads in every form that only reads",
        arguments: [
            "SELECT count(*) FROM runs;", "  select 1", "WITH x(n) AS (SELECT 1) SELECT n FROM x",
            "VALUES (1), (2)", "EXPLAIN QUERY PLAN SELECT * FROM runs", "PRAGMA table_info(runs)",
            "PRAGMA user_version", "PRAGMA foreign_key_list('runs');",
            "-- a comment\nSELECT 1", "/* one */ /* two */ SELECT 1",
            "SELECT 'DELETE FROM runs; ATTACH x'",
        ])
    func reads(sql: String) async throws {
        #expect(!(try await workspace.query(sql, limit: 100)).columns.isEmpty)
    }

    @Test(
        "Sees what is committed, also in a workspace that is open for reading",
        .timeLimit(.minutes(1)))
    func committed() async throws {
        let reader = try scratch.open(.readOnly)
        try await workspace.start(1, name: "fresh")
        for reader in [workspace, reader, try scratch.open(.privateCopy)] {
            let result = try await reader.query("SELECT name FROM runs", limit: 2)
            #expect(result.rows == [[.text("fresh")]])
        }
    }

    @Test(
        "A task that is cancelled interrupts a query that would never end", .timeLimit(.minutes(1)))
    func cancelled() async throws {
        let endless = """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
            SELECT max(i) FROM n
            """
        let workspace = workspace
        let task = Task { try await workspace.query(endless, limit: 1) }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        #expect(await code { try await task.value } == .cancelled)
    }

    @Test("Describes every table with its columns and where they lead")
    func tables() async throws {
        let tables = try await workspace.tables()
        #expect(tables.map(\.name) == tables.map(\.name).sorted())
        let runs = try #require(tables.first { $0.name == "runs" })
        #expect(runs.columns.first?.name == "number" && runs.columns.first?.isKey == true)
        #expect(runs.columns.first { $0.name == "experiment" }?.target == "experiments.id")
        #expect(!tables.contains { $0.name.hasPrefix("sqlite_") })
    }

    @Test("Limits outside their range are refused", arguments: [0, -1, 1_000_001])
    func limits(limit: Int) async throws {
        #expect(await code { try await workspace.query("SELECT 1", limit: limit) } == .invalidInput)
    }
}
