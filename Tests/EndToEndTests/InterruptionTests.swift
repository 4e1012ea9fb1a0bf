import Foundation
import Testing

/// Ctrl-C and `kill -9` in the middle of a training.
@Suite struct InterruptionTests {
    @Test(
        "A training that is interrupted ends KILLED, one that is killed shows as INTERRUPTED",
        arguments: [(SIGINT, 130, "KILLED"), (SIGTERM, 130, "KILLED"), (SIGKILL, 9, "INTERRUPTED")])
    func interrupt(signal: Int32, code: Int32, state: String) throws {
        try Scratch.withFolder { folder in
            try writeTable(to: folder.appending(path: "t.csv"))
            // Hundreds of fits: far longer than the test waits.
            let process = Executable.process(
                ["train", "--data", "t.csv", "--target", "y", "--folds", "1000", "--quiet"],
                in: folder)
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            try waitUntilRunning(in: folder)
            kill(process.processIdentifier, signal)
            process.waitUntilExit()
            #expect(process.terminationStatus == code)
            let list = try Executable.shell("bancada runs list", in: folder)
            #expect(list.stdout.contains(" \(state) "), "\(list.stdout)")
            let doctor = try Executable.shell("bancada doctor", in: folder)
            #expect(doctor.code == 0, "\(doctor.stdout)")
        }
    }

    private func writeTable(to url: URL) throws {
        var generator = SplitMix(state: 1)
        var text = (0..<60).map { "f\($0)" }.joined(separator: ",") + ",y\n"
        for row in 0..<3000 {
            let cells = (0..<60).map { _ in
                String(Double(generator.next() >> 44) / 1_048_576 + Double(row % 7) / 9)
            }
            text += cells.joined(separator: ",") + ",c\(row % 7)\n"
        }
        try Data(text.utf8).write(to: url)
    }

    private func waitUntilRunning(in folder: URL) throws {
        for _ in 0..<600 {
            let list = try Executable.shell("bancada runs list --status RUNNING", in: folder)
            if list.stdout.contains(" RUNNING ") { return }
            Thread.sleep(forTimeInterval: 0.02)
        }
        Issue.record("the training did not start")
    }
}
