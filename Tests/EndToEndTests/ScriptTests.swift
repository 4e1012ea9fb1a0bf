import Foundation
import Testing

@Suite struct ScriptTests {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appending(path: "Scripts")

    static var names: [String] {
        let files = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        return (files ?? []).filter { $0.hasSuffix(".test") }.sorted()
    }

    @Test("There are scripts")
    func present() {
        #expect(!Self.names.isEmpty)
        #expect(FileManager.default.isExecutableFile(atPath: Executable.path))
    }

    @Test("Commands print what the script says", arguments: names)
    func run(name: String) throws {
        let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
        try Scratch.withFolder { folder in
            for step in Script(text: text).steps {
                let outcome = try Executable.shell(step.command, in: folder)
                check(outcome, against: step, in: name)
            }
        }
    }

    private func check(_ outcome: Executable.Outcome, against step: Script.Step, in name: String) {
        let place = "\(name):\(step.line): \(step.command)"
        #expect(outcome.code == step.code, "\(place)\n\(outcome.stderr)")
        var lines = outcome.stdout.components(separatedBy: "\n").filter { !$0.isEmpty }
        if lines.last == "" { lines.removeLast() }
        #expect(
            Script.matches(lines[...], step.stdout[...]),
            "\(place)\nexpected:\n\(step.stdout.joined(separator: "\n"))\nfound:\n\(outcome.stdout)"
        )
        let errors = outcome.stderr.components(separatedBy: "\n")
        for expected in step.stderr {
            #expect(
                errors.contains { Script.matches($0, expected) },
                "\(place)\nstderr lacks:\n\(expected)\nfound:\n\(outcome.stderr)")
        }
    }
}
