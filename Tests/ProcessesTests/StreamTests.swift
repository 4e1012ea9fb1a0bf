import Foundation
import Processes
import Testing
import Workbench

@Suite struct StreamTests {
    @Test("Gives the lines of both streams in their order, and the last without a newline")
    func lines() async throws {
        let child = try await Child.shell("echo one; echo two; printf three; echo bad >&2")
        let lines = try await child.allLines()
        #expect(
            lines.filter { if case .stdout = $0 { true } else { false } }
                == [.stdout("one"), .stdout("two"), .stdout("three")])
        #expect(lines.contains(.stderr("bad")))
        #expect(try await child.nextLine() == nil)
        _ = await child.wait()
    }

    @Test("A line that is too long is an event; those around it arrive")
    func overlong() async throws {
        let child = try await Child.shell(
            "echo before; head -c 3000000 /dev/zero | tr '\\0' x; echo; echo after")
        #expect(
            try await child.allLines()
                == [.stdout("before"), .overlong(.stdout), .stdout("after")])
        _ = await child.wait()
    }

    @Test("A flood of lines waits for its reader, and all of it arrives")
    func flood() async throws {
        let child = try await Child.shell("seq 1 400000")
        var next = 1
        while let line = try await child.nextLine() {
            guard line == .stdout("\(next)") else {
                Issue.record("line \(next) is \(line)")
                break
            }
            next += 1
        }
        #expect(next == 400_001)
        #expect(await child.wait().exit == .exited(0))
    }

    @Test("Both streams are appended to the log")
    func log() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("earlier\n", "log")
        let child = try await Child.shell(
            "echo one; echo two >&2; echo three", output: .log(path: folder.file("log")))
        let outcome = await child.wait()
        #expect(outcome.exit == .exited(0))
        #expect(outcome.logFailure == nil)
        #expect(try folder.text("log") == "earlier\none\ntwo\nthree\n")
    }

    @Test("A log is bounded, and says so once")
    func boundedLog() async throws {
        let folder = try TemporaryFolder()
        let child = try await Child.shell(
            "head -c 20000000 /dev/zero | tr '\\0' y; echo end",
            output: .log(path: folder.file("log"), limit: 100_000))
        #expect(await child.wait().exit == .exited(0))
        let text = try folder.text("log")
        #expect(text.hasPrefix(String(repeating: "y", count: 100_000) + "\n[bancada: "))
        #expect(text.hasSuffix("output beyond 100000 bytes is dropped]\n"))
        #expect(text.utf8.count < 100_100)
    }

    @Test("A log that cannot be opened is an error, and nothing runs")
    func missingLog() async throws {
        let folder = try TemporaryFolder()
        let refusal = await error {
            try await Child.spawn(
                ["touch", folder.file("ran")], output: .log(path: folder.file("no/such/log")))
        }
        #expect(refusal?.code == .notFound)
        #expect(!FileManager.default.fileExists(atPath: folder.file("ran")))
    }

    @Test("A log on a full disk does not hold the child up, and is told")
    func fullDisk() async throws {
        let child = try await Child.shell("seq 1 100000", output: .log(path: "/dev/full"))
        let outcome = await child.wait()
        #expect(outcome.exit == .exited(0))
        #expect(outcome.logFailure?.message.contains("/dev/full") == true)
    }

    @Test("Megabytes go in and come out")
    func input() async throws {
        let child = try await Child.spawn(["wc", "-c"], input: .pipe)
        for _ in 0..<8 { try await child.write([UInt8](repeating: 10, count: 1 << 20)) }
        child.closeInput()
        #expect(try await child.allLines() == [.stdout("8388608")])
        #expect(await child.wait().exit == .exited(0))
    }

    @Test("Writing to a child that has ended is an error, and no signal")
    func brokenPipe() async throws {
        let child = try await Child.spawn(["true"], input: .pipe)
        _ = await child.wait()
        #expect(await error { try await child.write([1]) }?.code == .unavailable)
        let deaf = try await Child.shell("exec <&-; echo closed; sleep 1000", input: .pipe)
        #expect(try await deaf.nextLine() == .stdout("closed"))
        let refusal = await error {
            try await deaf.write([UInt8](repeating: 0, count: 1 << 20))
        }
        #expect(refusal?.code == .unavailable)
        deaf.terminate()
        #expect(await deaf.wait().exit == .signalled(15))
        let without = try await Child.spawn(["cat"])
        #expect(await error { try await without.write([1]) }?.code == .unavailable)
        #expect(await without.wait().exit == .exited(0))
    }

    @Test("Reading and writing end with their time or their task")
    func bounded() async throws {
        // Longer than a busy machine lets a test wait between two of its lines.
        let child = try await Child.spawn(["sleep", "1000"], input: .pipe)
        let late = await error { try await child.nextLine(timeout: .milliseconds(20)) }
        #expect(late?.code == .timeout)
        let reading = Task { await error { try await child.nextLine() } }
        reading.cancel()
        #expect(await reading.value?.code == .cancelled)
        let big = [UInt8](repeating: 0, count: 1 << 20)
        let stuck = await error { try await child.write(big, timeout: .milliseconds(20)) }
        #expect(stuck?.code == .timeout)
        #expect(await error { try await child.write([1]) }?.code == .unavailable)
        child.terminate(grace: .zero)
        #expect(await child.wait().exit == .signalled(9))
        let other = try await Child.spawn(["sleep", "1000"], input: .pipe)
        let writing = Task { await error { try await other.write(big) } }
        writing.cancel()
        #expect(await writing.value?.code == .cancelled)
        other.terminate(grace: .zero)
        _ = await other.wait()
    }
}
