import Foundation
import Testing

/// `kill -9` of a pipeline at random moments: it is gone on with, nothing that was recorded as
/// succeeded runs again, nothing stays behind.
///
/// Ten moments in `make test`, fifty with BANCADA_TORTURE set (`make torture`).
@Suite(.serialized) struct PipelineTortureTests {
    static let rounds = ProcessInfo.processInfo.environment["BANCADA_TORTURE"] == nil ? 10 : 50

    /// Forty tasks: a chain, a fan, a loop, and children that outlive their shell. Each notes that it
    /// ran in a file of its own.
    private func pipeline(_ mark: String) -> String {
        var lines = ["name: torture", "tasks:"]
        func task(_ name: String, _ needs: [String], _ script: String, _ more: String = "") {
            lines.append("  \(name):")
            lines.append("    run: |")
            lines.append("      echo \(mark) >> counters/\(name)")
            lines.append("      \(script)")
            lines.append("    needs: [\(needs.joined(separator: ", "))]")
            lines.append("    cache: false")
            if !more.isEmpty { lines.append("    \(more)") }
        }
        task("c0", [], "echo start")
        for n in 1..<14 { task("c\(n)", ["c\(n - 1)"], "sleep 0.01") }
        for n in 0..<20 { task("f\(n)", ["c0"], "sleep 0.02; echo f\(n)") }
        for n in 0..<4 { task("b\(n)", ["f\(n)"], "sh -c 'sleep 300; : \(mark)' & sleep 0.03") }
        lines.append("  each:")
        lines.append("    for_each: [1, 2, 3, 4]")
        lines.append("    run: 'echo \(mark) >> counters/e${{ item }}; sleep 0.01'")
        lines.append("    needs: [c1]")
        lines.append("    cache: false")
        task("end", ["c13", "f19", "b3", "each"], "echo done")
        return lines.joined(separator: "\n") + "\n"
    }

    @Test("A pipeline killed at a random moment is resumed whole", arguments: [2027])
    func kill(seed: UInt64) throws {
        var generator = SplitMix(state: seed)
        var caught = 0
        for round in 0..<Self.rounds {
            try Scratch.withFolder { folder in
                let mark = "bancada-torture-\(UUID().uuidString)"
                try prepare(folder, mark)
                let moment = Double.random(in: 0.01...0.7, using: &generator)
                let place = "seed \(seed), round \(round), killed after \(moment) s"
                try runAndKill(after: moment, in: folder)
                if try check(folder, mark: mark, place: place) { caught += 1 }
            }
        }
        #expect(caught * 2 >= Self.rounds, "most moments fall into the run")
    }

    private func prepare(_ folder: URL, _ mark: String) throws {
        try FileManager.default.createDirectory(
            at: folder.appending(path: "counters"), withIntermediateDirectories: true)
        try pipeline(mark).write(
            to: folder.appending(path: "torture.yaml"), atomically: true, encoding: .utf8)
    }

    private func runAndKill(after seconds: Double, in folder: URL) throws {
        let process = Executable.process(
            ["run", "torture.yaml", "--workspace", "w", "--json", "--jobs", "3"], in: folder)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        Thread.sleep(forTimeInterval: seconds)
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Looks at what a killed run left and goes on with it; whether there was anything.
    private func check(_ folder: URL, mark: String, place: String) throws -> Bool {
        let list = try Executable.shell(
            "bancada runs list --kind pipeline --json --workspace w", in: folder)
        guard list.code == 0, let run = runID(list.stdout) else {
            // Killed before the run was there: there is nothing to go on with.
            #expect(list.code == 2 || !list.stdout.contains("run_id"), "\(place): \(list.stderr)")
            #expect(processes(mark).isEmpty, "\(place)")
            return false
        }
        #expect(processes(mark).isEmpty, "\(place): processes stay behind")
        let before = try succeeded(run, folder)
        let counted = try before.reduce(into: [:]) { $0[$1] = try count($1, folder) }
        let resumed = try Executable.shell(
            "bancada runs resume \(run) --json --workspace w", in: folder)
        // A run that ended before it was killed cannot be resumed.
        let wasOver = resumed.code == 2 && before.count >= 43
        #expect(resumed.code == 0 || wasOver, "\(place): \(resumed.stdout)\(resumed.stderr)")
        for (task, times) in counted {
            #expect(try count(task, folder) == times, "\(place): \(task) ran again")
        }
        #expect(try succeeded(run, folder).contains("end"), "\(place)")
        #expect(processes(mark).isEmpty, "\(place): processes stay behind")
        let doctor = try Executable.shell("bancada doctor --json --workspace w", in: folder)
        #expect(doctor.stdout.contains("\"integrity\": \"ok\""), "\(place): \(doctor.stdout)")
        return true
    }

    private struct Runs: Decodable {
        struct Run: Decodable { let run_id: String }
        let runs: [Run]
    }

    private struct Shown: Decodable {
        struct Task: Decodable {
            let name: String
            let state: String
        }
        let tasks: [Task]
    }

    private func runID(_ json: String) -> String? {
        try? JSONDecoder().decode(Runs.self, from: Data(json.utf8)).runs.first?.run_id
    }

    private func succeeded(_ run: String, _ folder: URL) throws -> [String] {
        let shown = try Executable.shell(
            "bancada runs show \(run) --json --workspace w", in: folder)
        return try JSONDecoder().decode(Shown.self, from: Data(shown.stdout.utf8)).tasks
            .filter { $0.state == "SUCCEEDED" }.map(\.name)
    }

    private func count(_ task: String, _ folder: URL) throws -> Int {
        let file =
            task.hasPrefix("each[") ? "e\((Int(task.dropFirst(5).dropLast()) ?? 0) + 1)" : task
        let path = folder.appending(path: "counters/\(file)").path
        guard let text = FileManager.default.contents(atPath: path) else { return 0 }
        return text.split(separator: UInt8(ascii: "\n")).count
    }

    /// The processes whose command line has the mark.
    private func processes(_ mark: String) -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.filter { Int($0) != nil }.filter { id in
            guard let line = FileManager.default.contents(atPath: "/proc/\(id)/cmdline") else {
                return false
            }
            return String(decoding: line, as: UTF8.self).contains(mark)
        }
    }
}
