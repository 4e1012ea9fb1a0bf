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
