import Foundation
import GRDB
import Store
import Testing
import Workbench

@Suite struct WorkspaceDamageTests {
    /// A closed workspace with a few runs.
    private func filled(_ scratch: Scratch, runs: Int = 5) async throws {
        let workspace = try scratch.create()
        for number in 1...runs { try await workspace.start(number) }
        try workspace.close()
    }

    private func expectRefusal(
        _ scratch: Scratch, _ expected: BancadaError.Code, access: Workspace.Access = .readWrite,
        containing text: String, _ location: SourceLocation = #_sourceLocation
    ) throws {
        let before = try scratch.contents(of: scratch.workspacePath)
        do {
            _ = try scratch.open(access)
            Issue.record("opened a damaged workspace", sourceLocation: location)
        } catch let error as BancadaError {
            #expect(error.code == expected, "\(error)", sourceLocation: location)
            #expect(error.message.contains(text), "\(error)", sourceLocation: location)
            #expect(error.hint != nil, sourceLocation: location)
        }
        #expect(
            try scratch.contents(of: scratch.workspacePath) == before,
            "the workspace was changed", sourceLocation: location)
    }

    @Test(
        "Refuses an empty database",
        arguments: [
            Workspace.Access.readWrite, .readOnly, .privateCopy,
        ])
    func empty(access: Workspace.Access) async throws {
        let scratch = try Scratch()
        try scratch.write("workspace/bancada.sqlite", [])
        try expectRefusal(scratch, .corrupt, access: access, containing: "is empty")
    }

    @Test("Refuses a file that is no database")
    func foreign() async throws {
        let scratch = try Scratch()
        try scratch.write("workspace/bancada.sqlite", Array(repeating: 0x41, count: 5000))
        try expectRefusal(scratch, .corrupt, containing: "not an SQLite database")
    }

    @Test("Refuses a database with a garbled header")
    func header() async throws {
        let scratch = try Scratch()
        try await filled(scratch)
        try scratch.overwrite(at: 0, with: Array(repeating: 0xFF, count: 100))
        try expectRefusal(scratch, .corrupt, containing: "not an SQLite database")
    }

    @Test("Refuses a database without a page size")
    func pageSize() async throws {
        let scratch = try Scratch()
        try await filled(scratch)
        try scratch.overwrite(at: 16, with: [0x0F, 0x0F])
        try expectRefusal(scratch, .corrupt, containing: "page size")
    }

    @Test("Refuses a database of another application")
    func otherApplication() async throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(
            atPath: scratch.workspacePath, withIntermediateDirectories: false)
        try scratch.execute("CREATE TABLE t (x)")
        try expectRefusal(scratch, .corrupt, containing: "another application")
    }

    @Test("Refuses a truncated database", arguments: [1, 4096, 20_000])
    func truncated(cut: Int) async throws {
        let scratch = try Scratch()
        try await filled(scratch)
        let path = scratch.workspacePath + "/bancada.sqlite"
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        try scratch.write("workspace/bancada.sqlite", Array(bytes.dropLast(cut)))
        try expectRefusal(scratch, .corrupt, containing: "cut off")
    }

    @Test("Refuses garbage in any page, changing nothing", arguments: [0, 1, 2, 5, 10, 20, 30])
    func garbage(page: Int) async throws {
        let scratch = try Scratch()
        try await filled(scratch)
        let start = page == 0 ? 100 : page * 4096
        try scratch.overwrite(at: start, with: Array(repeating: 0xA5, count: 3900))
        try expectRefusal(scratch, .corrupt, containing: "damaged")
    }

    @Test("Refuses a folder where the database should be")
    func folder() async throws {
        let scratch = try Scratch()
        try scratch.write("workspace/bancada.sqlite/x", [1])
        try expectRefusal(scratch, .corrupt, containing: "not a file")
    }

    @Test(
        "Refuses a newer schema, changing nothing",
        arguments: [
            Workspace.Access.readWrite, .readOnly, .privateCopy,
        ])
    func newer(access: Workspace.Access) async throws {
        let scratch = try Scratch()
        let newer = Schema(
            Schema.current.migrations + [
                Migration(
                    number: Schema.current.version + 1, name: "later",
                    sql: "CREATE TABLE later (x INTEGER) STRICT")
            ])
        let workspace = try Workspace.create(
            at: scratch.workspacePath, scratch.settings(schema: newer))
        try await workspace.start(1)
        try workspace.close()
        try expectRefusal(
            scratch, .corrupt, access: access, containing: "written by a newer bancada")
    }

    @Test("Values that the schema forbids are damage, not a crash")
    func forbiddenValues() async throws {
        let scratch = try Scratch()
        try await filled(scratch)
        let workspace = try scratch.open()
        try scratch.execute(
            """
            PRAGMA ignore_check_constraints = ON;
            UPDATE runs SET kind = 'unheard', id = replace(id, '0', 'x');
            """)
        #expect(
            await code { try await workspace.runs.runs(RunQuery(), limit: 9, after: nil) }
                == .corrupt)
        let problems = try await workspace.integrityCheck()
        #expect(problems.first?.contains("CHECK") == true, "\(problems)")
    }

    @Test("The check of a damaged artifact names it")
    func artifactDamage() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let content = try await workspace.artifacts.store(bytes: Array("hello".utf8))
        let other = try await workspace.artifacts.store(bytes: Array("other".utf8))
        #expect(try await workspace.integrityCheck(.digests).isEmpty)
        let path = scratch.blob(content.digest)
        try scratch.replace(path, with: Array("jello".utf8))
        try FileManager.default.removeItem(atPath: scratch.blob(other.digest))
        let sizes = try await workspace.integrityCheck()
        #expect(sizes == ["\(scratch.blob(other.digest)) is missing"])
        let digests = try await workspace.integrityCheck(.digests)
        #expect(digests.count == 2)
        #expect(digests.contains { $0.contains(content.digest.hex) && $0.contains("changed") })
    }
}

extension Scratch {
    /// Runs SQL on the workspace's database, past the stores.
    func execute(_ sql: String) throws {
        let queue = try DatabaseQueue(path: workspacePath + "/bancada.sqlite")
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    /// Overwrites bytes of the workspace's database.
    func overwrite(at offset: Int, with bytes: [UInt8]) throws {
        let path = workspacePath + "/bancada.sqlite"
        var all = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        let end = min(all.count, offset + bytes.count)
        all.replaceSubrange(offset..<end, with: bytes.prefix(end - offset))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.write(contentsOf: Data(all))
    }

    /// A connection that keeps the right to write until it is closed.
    func lockDatabase() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let queue = try DatabaseQueue(
            path: workspacePath + "/bancada.sqlite", configuration: configuration)
        try queue.writeWithoutTransaction { try $0.beginTransaction(.immediate) }
        return queue
    }

    /// Where the bytes of a digest are.
    func blob(_ digest: ContentDigest) -> String {
        "\(workspacePath)/artifacts/\(digest.hex.prefix(2))/\(digest.hex)"
    }

    /// Replaces a file, also one without permission to write.
    func replace(_ path: String, with bytes: [UInt8]) throws {
        try FileManager.default.removeItem(atPath: path)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
}
