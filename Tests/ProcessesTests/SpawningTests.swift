import Foundation
import Processes
import Testing
import Workbench

@Suite struct SpawningTests {
    @Test("Reports the exit code", arguments: [0, 1, 7, 255] as [Int32])
    func exitCode(code: Int32) async throws {
        let child = try await Child.shell("exit \(code)")
        #expect(await child.wait().exit == .exited(code))
    }

    @Test("Reports the signal that ended it", arguments: [1, 6, 9, 15] as [Int32])
    func signal(number: Int32) async throws {
        let child = try await Child.shell("kill -\(number) $$")
        #expect(await child.wait().exit == .signalled(number))
    }

    @Test("Names a program that does not exist")
    func missing() async throws {
        let byName = await error { try await Child.spawn(["no-such-program"]) }
        #expect(byName?.code == .notFound)
        #expect(byName?.message.contains("\"no-such-program\" not found on PATH") == true)
        let byPath = await error { try await Child.spawn(["./no/such"], folder: "/tmp") }
        #expect(byPath?.code == .notFound)
        #expect(byPath?.message.contains("not found at /tmp/./no/such") == true)
    }

    @Test("Says why a file cannot be run")
    func unusable() async throws {
        let folder = try TemporaryFolder()
        let plain = try folder.write("text", "plain")
        #expect(await error { try await Child.spawn([plain]) }?.code == .unavailable)
        let headless = try folder.write("echo hello", "headless", executable: true)
        let noScript = await error { try await Child.spawn([headless]) }
        #expect(noScript?.message.contains("neither a program") == true)
        let orphan = try folder.write("#!/no/such/shell -x\n", "orphan", executable: true)
        let noShell = await error { try await Child.spawn([orphan]) }
        #expect(noShell?.code == .notFound)
        #expect(noShell?.message.contains("interpreter \"/no/such/shell\"") == true)
        let isFolder = await error { try await Child.spawn([folder.path]) }
        #expect(isFolder?.message.contains("it is a folder") == true)
        let nowhere = await error { try await Child.spawn(["true"], folder: "/no/such") }
        #expect(nowhere?.message.contains("cannot enter the folder /no/such") == true)
    }

    @Test(
        "Refuses what no program can be given",
        arguments: [[], [""], ["true", "a\0b"]])
    func impossible(arguments: [String]) async throws {
        #expect(await error { try await Child.spawn(arguments) }?.code == .invalidInput)
    }

    @Test("Says that arguments are too long")
    func tooLong() async throws {
        let argument = String(repeating: "x", count: 4 << 20)
        let refusal = await error { try await Child.spawn(["true", argument]) }
        #expect(refusal?.message.contains("too long") == true)
    }

    @Test("Gives exactly the variables it is told to, and the run's id")
    func environment() async throws {
        let child = try await ChildProcess.spawn(
            ProcessSpecification(
                arguments: ["/usr/bin/env"],
                environment: [("A", "1"), ("B", "two words = ok"), ("A", "3")]),
            output: .lines, group: Child.run, recorder: UnrecordedProcessGroups())
        let lines = try await child.allLines()
        #expect(
            lines == [
                .stdout("A=3"), .stdout("B=two words = ok"),
                .stdout("BANCADA_RUN_ID=\(Child.run.text)"),
            ])
        _ = await child.wait()
    }

    @Test("Starts in its folder, where a relative program is looked for")
    func folder() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("#!/bin/sh\npwd -P\n", "here", executable: true)
        let child = try await Child.spawn(["./here"], folder: folder.path)
        let lines = try await child.allLines()
        let expected = URL(fileURLWithPath: folder.path).resolvingSymlinksInPath().path
        #expect(lines == [.stdout(expected)])
        _ = await child.wait()
    }

    @Test("Leads its own group and session, with nothing open but the standard streams")
    func isolation() async throws {
        let child = try await Child.shell(
            "ls /proc/self/fd | wc -l; cut -d' ' -f1,5,6 /proc/$$/stat")
        let lines = try await child.allLines()
        // The fourth is the folder that ls reads.
        #expect(lines.first == .stdout("4"))
        let number = child.processID
        #expect(lines.last == .stdout("\(number) \(number) \(number)"))
        _ = await child.wait()
    }

    @Test("Has every signal at its default and none blocked")
    func signals() async throws {
        let child = try await Child.spawn(["cat", "/proc/self/status"])
        let lines = try await child.allLines().compactMap { line in
            if case .stdout(let text) = line { text } else { nil }
        }
        let masks = lines.filter { line in
            ["SigBlk:", "SigIgn:", "SigCgt:"].contains { line.hasPrefix($0) }
        }
        #expect(masks.count == 3)
        for mask in masks { #expect(mask.hasSuffix("\t0000000000000000"), "\(mask)") }
        _ = await child.wait()
    }

    @Test("Keeps the limits it is given")
    func limits() async throws {
        let limits = ProcessLimits(cpuSeconds: 33, addressSpaceBytes: 1 << 30, openFiles: 50)
        let child = try await Child.shell(
            "ulimit -t; ulimit -v; ulimit -n; ulimit -c", limits: limits)
        #expect(
            try await child.allLines()
                == [.stdout("33"), .stdout("1048576"), .stdout("50"), .stdout("0")])
        _ = await child.wait()
        let spinning = try await Child.shell(
            "while :; do :; done", limits: ProcessLimits(cpuSeconds: 1))
        // SIGXCPU.
        #expect(await spinning.wait().exit == .signalled(24))
    }

    @Test("Reports processor time and the peak of memory")
    func usage() async throws {
        let child = try await Child.spawn(
            ["python3", "-c", "import time\nx = bytearray(400 << 20)\ntime.sleep(0.3)"])
        _ = try await child.allLines()
        let usage = await child.wait().usage
        #expect(usage.userSeconds + usage.systemSeconds > 0)
        #expect(try #require(usage.maxResidentBytes) > 400 << 20)
    }

    @Test("Tells the memory of a child that is smaller than this process")
    func smallUsage() async throws {
        // This process is above 100 MiB, which the kernel would report.
        let ballast = [UInt8](repeating: 1, count: 100 << 20)
        let child = try await Child.spawn(["sleep", "0.2"])
        let usage = await child.wait().usage
        #expect(try #require(usage.maxResidentBytes) < 50 << 20)
        #expect(ballast.last == 1)
    }

    @Test("Records the group before the program runs, and forgets it afterwards")
    func recording() async throws {
        let groups = RememberedGroups()
        let child = try await Child.spawn(["true"], recorder: groups)
        #expect(groups.recorded == [child.group])
        #expect(groups.forgotten.isEmpty)
        _ = await child.wait()
        _ = await child.wait()
        #expect(groups.forgotten == [child.group])
    }

    @Test("Runs nothing when the group cannot be recorded")
    func unrecorded() async throws {
        let folder = try TemporaryFolder()
        let groups = RememberedGroups(refusing: BancadaError(.unavailable, "no record"))
        let refusal = await error {
            try await Child.spawn(["touch", folder.file("ran")], recorder: groups)
        }
        #expect(refusal?.message == "no record")
        let process = try #require(groups.recorded.first).leader.processID
        #expect(!Child.isAlive(process))
        #expect(!FileManager.default.fileExists(atPath: folder.file("ran")))
    }

    @Test("Starts two hundred at once; no descriptor and no zombie is left")
    func many() async throws {
        let before = try openFiles()
        let numbers = try await withThrowingTaskGroup(of: (Int, [ProcessLine]).self) { group in
            for number in 0..<200 {
                group.addTask {
                    let child = try await Child.shell(
                        "echo \(number); read x; echo $x", input: .pipe)
                    try await child.write(Array("again \(number)\n".utf8))
                    child.closeInput()
                    let lines = try await child.allLines()
                    #expect(await child.wait().exit == .exited(0))
                    return (number, lines)
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for number in 0..<200 {
            #expect(numbers[number] == [.stdout("\(number)"), .stdout("again \(number)")])
        }
        // Other suites of this program open files too; what leaks here would be hundreds.
        #expect(await Child.eventually { ((try? openFiles()) ?? .max) < before + 40 })
        #expect(await Child.eventually { ((try? zombies()) ?? .max) < 20 })
    }

    private func openFiles() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }

    private func zombies() throws -> Int {
        let me = "\(ProcessInfo.processInfo.processIdentifier)"
        return try FileManager.default.contentsOfDirectory(atPath: "/proc").count { name in
            guard Int(name) != nil,
                let text = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
                let end = text.lastIndex(of: ")")
            else { return false }
            let fields = text[end...].split(separator: " ")
            return fields[1] == "Z" && fields[2] == me
        }
    }
}

/// The error that `body` throws.
func error<T>(_ body: () async throws -> T) async -> BancadaError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? BancadaError
    }
}
