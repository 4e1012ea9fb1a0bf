import Foundation
import GRDB
import Store
import Testing
import Workbench

@Suite struct MigrationTests {
    private let next = Schema(
        Schema.current.migrations + [
            Migration(
                number: Schema.current.version + 1, name: "notes",
                sql: """
                    CREATE TABLE notes (
                        run INTEGER NOT NULL REFERENCES runs (number),
                        text TEXT NOT NULL
                    ) STRICT;
                    INSERT INTO notes SELECT number, name FROM runs;
                    """)
        ])

    @Test("Brings an older workspace to the newer schema and keeps a backup of it")
    func migrates() async throws {
        let scratch = try Scratch()
        let old = try scratch.create()
        try await old.start(1, name: "kept")
        try old.close()

        let new = try Workspace.open(
            at: scratch.workspacePath, scratch.settings(schema: next))
        #expect(try await new.report().schemaVersion == next.version)
        #expect(try await new.runs.run(runID(1)).name == "kept")
        try new.close()

        let backups = scratch.workspacePath + "/backups"
        let names = try FileManager.default.contentsOfDirectory(atPath: backups)
        #expect(names.count == 1)
        let name = try #require(names.first)
        #expect(name.hasPrefix("bancada-\(Schema.current.version)-"))
        #expect(name.hasSuffix(".sqlite"))

        let restored = scratch.path("restored")
        try FileManager.default.createDirectory(
            atPath: restored, withIntermediateDirectories: false)
        try FileManager.default.copyItem(
            atPath: backups + "/" + name, toPath: restored + "/bancada.sqlite")
        let copy = try Workspace.open(at: restored, scratch.settings())
        #expect(try await copy.runs.run(runID(1)).name == "kept")
        #expect(try await copy.report().schemaVersion == Schema.current.version)
    }

    @Test("Points of logged models stay, and histories are known to be in time or not")
    func points() async throws {
        let scratch = try Scratch()
        let before = Schema(Array(Schema.current.migrations.prefix(6)))
        try Workspace.create(at: scratch.workspacePath, scratch.settings(schema: before)).close()
        let database = try DatabaseQueue(path: scratch.workspacePath + "/bancada.sqlite")
        try await database.write { db in
            try db.execute(
                sql: """
                    INSERT INTO runs (
                        number, id, kind, experiment, name, user, status, lifecycle, started_at)
                    VALUES (1, '\(runID(1).text)', 'train', 0, 'r', 'u', 'RUNNING', 'active', 1);
                    INSERT INTO logged_models (
                        number, id, experiment, name, type, status, lifecycle, created_at, updated_at)
                    VALUES (1, 'm-\(runID(1).text)', 0, 'm', '', 'LOGGED_MODEL_READY', 'active', 1, 1);
                    INSERT INTO logged_model_metrics VALUES
                        (1, 'loss', '', '', 1, 7, 2, 0.5, 0), (1, 'loss', 'd', 'x', 1, 3, 1, 0, 1);
                    INSERT INTO metrics VALUES
                        (1, 'good', 1, 5, 1, 0), (1, 'good', 2, 5, 2, 0), (1, 'good', 3, 6, 3, 0),
                        (1, 'bad', 1, 5, 1, 0), (1, 'bad', 2, 4, 2, 0), (1, 'bad', 3, 6, 3, 0);
                    INSERT INTO latest_metrics VALUES
                        (1, 'good', 3, 6, 3, 0), (1, 'bad', 3, 6, 3, 0);
                    """)
        }
        try database.close()

        let workspace = try scratch.open()
        let id = LoggedModelID(digitsOf: runID(1))
        let found = try await workspace.loggedModels.loggedModel(id).metrics
        #expect(found.map(\.metric.timestamp) == [at(3), at(7)])
        #expect(found[0].metric.value.isNaN && found[1].metric.value == 0.5)
        #expect(found[0].metric.subject?.datasetName == "d")
        #expect(found.allSatisfy { $0.run == runID(1) })
        for (key, values) in [("good", [1.0, 2, 3]), ("bad", [2, 1, 3])] {
            let history = try await workspace.runs.history(
                of: key, run: runID(1), order: .time, limit: 9, after: nil)
            #expect(history.items.map(\.value) == values)
        }
        let notes = try await workspace.query(
            "SELECT key, in_time FROM latest_metrics ORDER BY key", limit: 9)
        #expect(
            notes.rows == [[.text("bad"), .integer(0)], [.text("good"), .integer(1)]])
    }

    @Test("A migration that fails leaves the database as it was")
    func failing() async throws {
        let scratch = try Scratch()
        try scratch.create().close()
        let broken = Schema(
            next.migrations + [
                Migration(number: next.version + 1, name: "broken", sql: "CREATE TABLE runs (x)")
            ])
        #expect(
            await code {
                try Workspace.open(at: scratch.workspacePath, scratch.settings(schema: broken))
            } == .internal)
        #expect(try await scratch.open().report().schemaVersion == Schema.current.version)
    }

    @Test("A private copy of an older workspace is migrated, the workspace is not")
    func privateCopy() async throws {
        let scratch = try Scratch()
        let old = try scratch.create()
        try await old.start(1, name: "kept")
        try old.close()
        let before = try scratch.contents(of: scratch.workspacePath)
        let reader = try Workspace.open(
            at: scratch.workspacePath, access: .privateCopy, scratch.settings(schema: next))
        #expect(try await reader.report().schemaVersion == next.version)
        #expect(try await reader.runs.run(runID(1)).name == "kept")
        try reader.close()
        #expect(try scratch.contents(of: scratch.workspacePath) == before)
    }

    @Test("A process that has an older schema stops writing once the workspace is migrated")
    func migratedUnderneath() async throws {
        let scratch = try Scratch()
        let old = try scratch.create()
        try await old.start(1)
        let new = try Workspace.open(
            at: scratch.workspacePath, scratch.settings(schema: next))
        #expect(await code { try await old.start(2) } == .unavailable)
        try await new.start(2)
    }

    @Test("Many openers migrate once")
    func race() async throws {
        let scratch = try Scratch()
        try scratch.create().close()
        let settings = scratch.settings(schema: next)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let workspace = try Workspace.open(at: scratch.workspacePath, settings)
                    return try await workspace.report().schemaVersion
                }
            }
            for try await version in group { #expect(version == next.version) }
        }
        let backups = try FileManager.default.contentsOfDirectory(
            atPath: scratch.workspacePath + "/backups")
        #expect(backups.count == 1)
    }

    @Test("Many creators make one workspace")
    func creationRace() async throws {
        let scratch = try Scratch()
        let settings = scratch.settings()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...8 {
                group.addTask {
                    let workspace = try Workspace.openOrCreate(
                        at: scratch.workspacePath, settings)
                    try await workspace.start(number)
                }
            }
            try await group.waitForAll()
        }
        let runs = try await scratch.open().runs.runs(RunQuery(), limit: 100, after: nil)
        #expect(runs.items.count == 8)
    }
}
