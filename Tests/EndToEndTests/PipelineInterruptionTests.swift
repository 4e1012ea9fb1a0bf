import Foundation
import Testing

/// Requests to stop a pipeline, and what goes on after them.
@Suite struct PipelineInterruptionTests {
    /// A step that counts its executions in the file `name` and ends with an error while there is no
    /// file `fixed`.
    private func step(_ name: String) -> String {
        "echo x >> \(name); printf 'a\\0b\\n'; test -e fixed"
    }

    @Test("A second request from another process ends what ignores SIGTERM; resume completes it")
    func cancelTwice() throws {
        try Scratch.withFolder { folder in
            let process = try start(
                """
                name: stubborn
                tasks:
                  slow: {run: "trap '' TERM; echo x >> slow; test -e fixed || sleep 600"}
                """, in: folder)
            try waitFor("slow", in: folder)
            let run = try runID(folder)
            for _ in 0..<2 {
                #expect(try bancada("runs cancel \(run)", folder).code == 0)
            }
            process.waitUntilExit()
            #expect(process.terminationStatus == 130)
            #expect(try bancada("runs show \(run)", folder).stdout.contains("KILLED"))
            try Data().write(to: folder.appending(path: "fixed"))
            #expect(try bancada("runs resume \(run)", folder).code == 0)
            #expect(try lines("slow", folder) == 2)
        }
    }

    @Test("Ctrl-C ends the pause before a retry at once; resume tries again")
    func interruptedPause() throws {
        try Scratch.withFolder { folder in
            let process = try start(
                """
                name: pause
                tasks:
                  weak: {run: "\(step("weak"))", retry: {limit: 1, backoff: 600s}}
                on_exit: {run: "echo ${{ run.state }} >> ends"}
                """.replacing("\\0", with: "\\\\0").replacing("\\n'", with: "\\\\n'"), in: folder)
            try waitFor("weak", in: folder)
            kill(process.processIdentifier, SIGINT)
            process.waitUntilExit()
            #expect(process.terminationStatus == 130)
            let run = try runID(folder)
            let shown = try bancada("runs show \(run)", folder).stdout
            #expect(!shown.contains("RUNNING") && shown.contains("CANCELED"), "\(shown)")
            try Data().write(to: folder.appending(path: "fixed"))
            #expect(try bancada("runs resume \(run)", folder).code == 0)
            #expect(try lines("weak", folder) == 2)
            #expect(try lines("ends", folder) == 2, "on_exit runs at each end")
        }
    }

    @Test("Retry executes what failed and what needs it, and nothing else")
    func retry() throws {
        try Scratch.withFolder { folder in
            let process = try start(
                """
                name: again
                tasks:
                  first: {run: "echo x >> first"}
                  weak: {run: "\(step("weak"))", needs: [first]}
                  last: {run: "echo x >> last", needs: [weak]}
                """.replacing("\\0", with: "\\\\0").replacing("\\n'", with: "\\\\n'"), in: folder)
            process.waitUntilExit()
            #expect(process.terminationStatus == 1)
            let run = try runID(folder)
            try Data().write(to: folder.appending(path: "fixed"))
            #expect(try bancada("runs resume \(run)", folder).code == 2)
            #expect(try bancada("runs retry \(run)", folder).code == 0)
            #expect(try ["first", "weak", "last"].map { try lines($0, folder) } == [1, 2, 1])
        }
    }

    private func start(_ pipeline: String, in folder: URL) throws -> Process {
        try Data(pipeline.utf8).write(to: folder.appending(path: "p.yaml"))
        let process = Executable.process(["run", "p.yaml", "--workspace", "w"], in: folder)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private func bancada(_ arguments: String, _ folder: URL) throws -> Executable.Outcome {
        try Executable.shell("bancada \(arguments) --workspace w", in: folder)
    }

    private func runID(_ folder: URL) throws -> String {
        let list = try bancada("runs list --kind pipeline --json", folder)
        let text = list.stdout.firstMatch(of: /"run_id": "([0-9a-f]{32})"/)
        return String(try #require(text).1)
    }

    private func lines(_ file: String, _ folder: URL) throws -> Int {
        try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            .split(separator: "\n").count
    }

    private func waitFor(_ file: String, in folder: URL) throws {
        for _ in 0..<600 {
            if FileManager.default.fileExists(atPath: folder.appending(path: file).path) { return }
            Thread.sleep(forTimeInterval: 0.02)
        }
        Issue.record("\(file) was not written")
    }
}
