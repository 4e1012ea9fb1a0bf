import Foundation
import Store
import Testing
import Workbench

/// One after another: each starts processes of its own.
@Suite(.serialized, .enabled(if: HelperProcess.program != nil, "needs to start itself again"))
struct SeveralProcessesTests {
    @Test("Processes create one workspace together and write to it without a busy error")
    func concurrentProcesses() async throws {
        let scratch = try Scratch()
        let processes = try (1...4).map { number in
            try HelperProcess.start(
                "hundred", workspace: scratch.workspacePath, number: String(number),
                output: scratch.path("out\(number)"))
        }
        for (index, process) in processes.enumerated() {
            process.waitUntilExit()
            let output = try String(
                contentsOfFile: scratch.path("out\(index + 1)"), encoding: .utf8)
            #expect(process.terminationStatus == 0, "\(output)")
        }
        let workspace = try scratch.open()
        let runs = try await workspace.runs.runs(RunQuery(), limit: 1000, after: nil)
        #expect(runs.items.count == 400)
        #expect(try await workspace.integrityCheck().isEmpty)
    }

    @Test(
        "A workspace without permission to write is read, and left as it was",
        .enabled(if: HelperProcess.canLosePermissions, "needs setpriv where the user is root"),
        arguments: [false, true])
    func withoutPermissions(isInUse: Bool) async throws {
        let scratch = try Scratch()
        var workspace: Workspace? = try scratch.create()
        try await workspace?.start(1, name: "one")
        let content = try await workspace?.artifacts.store(bytes: Array("hello".utf8))
        if !isInUse {
            try workspace?.close()
            workspace = nil
        }
        let folder = scratch.workspacePath
        let manager = FileManager.default
        try manager.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder)
        defer {
            // The scratch folder is removed next, as far as that goes.
            try? manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
        }
        let before = try scratch.contents(of: folder)
        let process = try HelperProcess.start(
            "readOnly", workspace: folder, number: try #require(content).digest.hex,
            output: scratch.path("out"), withoutPermissions: true)
        process.waitUntilExit()
        let output = try String(contentsOfFile: scratch.path("out"), encoding: .utf8)
        #expect(process.terminationStatus == 0, "\(output)")
        #expect(output.contains("Reads where it may not write\" passed"), "\(output)")
        #expect(try scratch.contents(of: folder).keys == before.keys)
        #expect(
            try scratch.contents(of: folder)["bancada.sqlite"] == before["bancada.sqlite"])
        _ = workspace
    }

    @Test(
        "A process killed at any moment loses nothing that it acknowledged",
        arguments: [
            1, 7, 40,
        ])
    func killed(after lines: Int) async throws {
        let scratch = try Scratch()
        let output = scratch.path("out")
        let process = try HelperProcess.start(
            "endless", workspace: scratch.workspacePath, number: "", output: output)
        func acknowledged() throws -> [(Int, ContentDigest)] {
            let text = try String(contentsOfFile: output, encoding: .utf8)
            return text.split(separator: "\n").compactMap { line in
                let parts = line.split(separator: " ")
                guard parts.count == 3, parts[0] == "DONE", let number = Int(parts[1]),
                    let digest = ContentDigest(hex: String(parts[2]))
                else { return nil }
                return (number, digest)
            }
        }
        while try acknowledged().count < lines, process.isRunning {
            try await Task.sleep(for: .milliseconds(2))
        }
        let text = try String(contentsOfFile: output, encoding: .utf8)
        #expect(process.isRunning, "\(text)")
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()

        let workspace = try scratch.open()
        let done = try acknowledged()
        #expect(done.count >= lines)
        for (number, digest) in done {
            let run = try await workspace.runs.run(runID(number))
            #expect(run.status == .running)
            #expect(run.lease?.isDead(at: at(Int64(number))) == true)
            _ = try await workspace.artifacts.content(digest)
        }
        #expect(try await workspace.integrityCheck(.digests).isEmpty)
        let temporary = scratch.workspacePath + "/artifacts/temporary"
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary).isEmpty)
        try await workspace.start(5_000_000)
    }
}
