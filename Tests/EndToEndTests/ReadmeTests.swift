import Foundation
import Testing

/// What the executable offers stands in README, and nothing else does.
@Suite struct ReadmeTests {
    private struct Help: Decodable {
        struct Command: Decodable {
            let commandName: String
            let subcommands: [Command]?
            let arguments: [Argument]?
        }
        struct Argument: Decodable {
            struct Name: Decodable {
                let kind: String
                let name: String
            }
            let kind: String
            let shouldDisplay: Bool
            let names: [Name]?
        }
        let command: Command
    }

    private func readme() throws -> String {
        try String(contentsOf: Executable.root.appending(path: "README.md"), encoding: .utf8)
    }

    private func help() throws -> Help {
        let dump = try Executable.shell(
            "bancada --experimental-dump-help", in: FileManager.default.temporaryDirectory)
        return try JSONDecoder().decode(Help.self, from: Data(dump.stdout.utf8))
    }

    @Test("Every command is in README")
    func commands() throws {
        let readme = try readme()
        for command in try help().command.subcommands ?? [] where command.commandName != "help" {
            let leaves = (command.subcommands ?? []).filter { $0.commandName != "help" }
            #expect(readme.contains("bancada \(command.commandName)"), "\(command.commandName)")
            for leaf in leaves {
                let name = "\(command.commandName) \(leaf.commandName)"
                #expect(
                    readme.contains("bancada \(name)") || readme.contains("`\(leaf.commandName)"),
                    "bancada \(name)")
            }
        }
    }

    @Test("Every flag is in README")
    func flags() throws {
        let readme = try readme()
        func check(_ command: Help.Command, path: String) {
            for argument in command.arguments ?? [] where argument.shouldDisplay {
                for name in argument.names ?? [] where name.kind == "long" {
                    #expect(readme.contains("--\(name.name)"), "\(path) --\(name.name)")
                }
            }
            for sub in command.subcommands ?? [] {
                check(sub, path: path + " " + sub.commandName)
            }
        }
        check(try help().command, path: "bancada")
    }

    @Test("Every command that README shows exists")
    func nothingElse() throws {
        let names = Set(
            (try help().command.subcommands ?? []).map(\.commandName) + ["help"])
        let shown = try readme().matches(of: /(?:^|[`\s\/])bancada ([a-z]+)/)
            .map { String($0.output.1) }
        for name in Set(shown) where !["is", "and", "or", "needs", "for"].contains(name) {
            #expect(names.contains(name), "README shows 'bancada \(name)'")
        }
    }

    @Test(
        "Every exit code, route and variable is in README",
        arguments: [
            "| 0 |", "| 1 |", "| 2 |", "| 3 |", "| 4 |", "| 64 |", "| 65 |", "| 69 |", "| 130 |",
            "/v2/health/live", "/v2/health/ready", "/v2/models/", "/infer", "/v1/models",
            ":predict",
            "/metrics", "/health", "/version", "BANCADA_WORKSPACE", "BANCADA_THREADS",
            "BANCADA_TOKEN",
        ])
    func contracts(text: String) throws {
        #expect(try readme().contains(text))
    }
}
