import Foundation
import GRDB
import Store
import Testing
import Workbench

@Suite struct WorkspaceTests {
    @Test("A new workspace has the Default experiment and only its database")
    func create() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let standard = try await workspace.experiments.experiment(.standard)
        #expect(standard.name == "Default")
        #expect(standard.lifecycle == .active)
        try workspace.close()
        #expect(try scratch.contents(of: scratch.workspacePath).keys.sorted() == ["bancada.sqlite"])
    }

    @Test("Commits are synced: the writer itself says synchronous FULL, WAL and foreign keys")
    func durability() async throws {
        let workspace = try Scratch().create()
        let settings = try await workspace.writerSettings()
        #expect(settings.journalMode == "wal")
        #expect(settings.synchronous == 2)
        #expect(settings.foreignKeys)
    }

    @Test("Makes the folders above a workspace")
    func createsFolders() async throws {
        let scratch = try Scratch()
        let workspace = try Workspace.create(at: scratch.path("a/b/c"), scratch.settings())
        #expect(try await workspace.experiments.experiment(.standard).id.number == 0)
    }

    @Test("Refuses to make a workspace where there is one")
    func createTwice() async throws {
        let scratch = try Scratch()
        try scratch.create().close()
        #expect(await code { try scratch.create() } == .conflict)
        let again = try Workspace.openOrCreate(at: scratch.workspacePath, scratch.settings())
        #expect(try await again.report().schemaVersion == Schema.current.version)
    }

    @Test("Keeps what was written when it is opened again")
    func reopen() async throws {
        let scratch = try Scratch()
        let first = try scratch.create()
        try await first.start(1, name: "kept")
        try first.close()
        let second = try scratch.open()
        #expect(try await second.runs.run(runID(1)).name == "kept")
    }

    @Test("Says what is missing")
    func missing() async throws {
        let scratch = try Scratch()
        #expect(await code { try scratch.open() } == .notFound)
        try FileManager.default.createDirectory(
            atPath: scratch.workspacePath, withIntermediateDirectories: false)
        #expect(await code { try scratch.open() } == .notFound)
        #expect(!Workspace.exists(at: scratch.workspacePath))
    }

    @Test("Refuses a file where the workspace should be")
    func file() async throws {
        let scratch = try Scratch()
        try scratch.write("workspace", [1])
        #expect(await code { try scratch.create() } == .invalidInput)
        #expect(
            await code {
                try Workspace.create(at: scratch.path("workspace/inside"), scratch.settings())
            } == .invalidInput)
        #expect(await code { try scratch.open() } == .invalidInput)
    }

    @Test("Refuses a file system that cannot be written")
    func readOnlyFileSystem() async throws {
        let scratch = try Scratch()
        let failure = await code {
            try Workspace.create(at: "/proc/bancada", scratch.settings())
        }
        #expect(failure == .unavailable || failure == .notFound)
    }

    @Test("A closed workspace says so")
    func closed() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try workspace.close()
        #expect(await code { try await workspace.runs.run(runID(1)) } == .unavailable)
        #expect(await code { try await workspace.start(1) } == .unavailable)
    }

    @Test("A lock that another keeps is waited for, then reported")
    func locked() async throws {
        let scratch = try Scratch()
        try scratch.create().close()
        let workspace = try Workspace.open(
            at: scratch.workspacePath, scratch.settings(patience: .milliseconds(30)))
        let other = try scratch.lockDatabase()
        do {
            try await workspace.start(1)
            Issue.record("wrote to a locked database")
        } catch let error as BancadaError {
            #expect(error.code == .unavailable)
            #expect(error.message.contains("locked by another process"))
            #expect(error.hint != nil)
        }
        #expect(try await workspace.experiments.experiment(.standard).name == "Default")
        try other.close()
        try await workspace.start(1)
    }

    @Test("Reports versions, sizes and counts")
    func report() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1)
        _ = try await workspace.artifacts.store(bytes: Array("hello".utf8))
        let report = try await workspace.report()
        #expect(report.schemaVersion == Schema.current.version)
        #expect(report.sqliteVersion.hasPrefix("3."))
        #expect(report.databaseBytes > 0)
        #expect(report.artifactBytes == 5)
        #expect(report.counts.first { $0.name == "runs" }?.count == 1)
        #expect(report.counts.first { $0.name == "contents" }?.count == 1)
    }
}

@Suite struct WorkspaceReadingTests {
    @Test("A private copy shows everything, takes no writes and changes no byte")
    func privateCopy() async throws {
        let scratch = try Scratch()
        let writer = try scratch.create()
        try await writer.start(1, name: "one")
        try writer.close()
        let before = try scratch.contents(of: scratch.workspacePath)

        let reader = try scratch.open(.privateCopy)
        #expect(try await reader.runs.run(runID(1)).name == "one")
        #expect(await code { try await reader.start(2) } == .unavailable)
        #expect(await code { try await reader.artifacts.store(bytes: [1]) } == .unavailable)
        try reader.close()

        #expect(try scratch.contents(of: scratch.workspacePath) == before)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == ["workspace"])
    }

    @Test("A private copy of a workspace in use has its latest commits")
    func privateCopyOfLive() async throws {
        let scratch = try Scratch()
        let writer = try scratch.create()
        try await writer.start(1, name: "one")
        let reader = try scratch.open(.privateCopy)
        try await writer.start(2, name: "two")
        #expect(try await reader.runs.run(runID(1)).name == "one")
        #expect(await code { try await reader.runs.run(runID(2)) } == .notFound)
    }

    @Test("A private copy includes the log that a crash left")
    func privateCopyAfterCrash() async throws {
        let scratch = try Scratch()
        let writer = try scratch.create()
        try await writer.start(1, name: "one")
        let crashed = scratch.path("crashed")
        try FileManager.default.createDirectory(
            atPath: crashed, withIntermediateDirectories: false)
        for name in ["bancada.sqlite", "bancada.sqlite-wal"] {
            try FileManager.default.copyItem(
                atPath: scratch.workspacePath + "/" + name, toPath: crashed + "/" + name)
        }
        let before = try scratch.contents(of: crashed)
        let reader = try Workspace.open(
            at: crashed, access: .privateCopy, scratch.settings())
        #expect(try await reader.runs.run(runID(1)).name == "one")
        #expect(try scratch.contents(of: crashed) == before)
    }

    @Test("Opened for reading, it refuses writes and sees those of others")
    func readOnly() async throws {
        let scratch = try Scratch()
        let writer = try scratch.create()
        let reader = try scratch.open(.readOnly)
        #expect(await code { try await reader.start(1) } == .unavailable)
        try await writer.start(1, name: "one")
        #expect(try await reader.runs.run(runID(1)).name == "one")
    }

    @Test("Private copies of processes that died are swept")
    func sweepsPrivateCopies() async throws {
        let scratch = try Scratch()
        try scratch.create().close()
        let me = try ProcessIdentity.current()
        let boot = me.bootID.replacing("/", with: "_")
        let dead = "bancada-copy-\(boot).\(me.processID).\(me.startTicks + 1).1.part"
        let alive = "bancada-copy-\(boot).\(me.processID).\(me.startTicks).999.part"
        try scratch.write(dead + "/bancada.sqlite", [1])
        try scratch.write(alive + "/bancada.sqlite", [1])
        try scratch.open(.privateCopy).close()
        let left = try FileManager.default.contentsOfDirectory(atPath: scratch.folder)
        #expect(left.sorted() == [alive, "workspace"].sorted())
    }
}
