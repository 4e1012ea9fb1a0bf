import ArgumentParser
import Components
import Documents
import Pipelines
import Workbench

/// `bancada cache`
struct CacheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache", abstract: "Say why a task was executed or taken from the cache.",
        subcommands: [Explain.self])

    /// `bancada cache explain`
    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain",
            abstract: "Show what a task's result depends on, and what changed since the last run.",
            discussion: """
                EXAMPLES:
                  bancada cache explain split
                  bancada cache explain split --run 3f2a --json
                """)

        @Argument(help: "The task's name, or its place such as inner/load or each[2].")
        var task: String

        @Option(help: "The pipeline run; default: the newest that has such a task.")
        var run: String?

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await OpenWorkspace.reading(global) { workspace in
                let explanation = try await CacheExplanation.of(
                    task, run: try await owner(workspace), services: workspace.services)
                if global.json {
                    global.console.print(CacheReport.json(explanation))
                } else {
                    global.console.print(CacheReport.text(explanation))
                }
            }
        }

        private func owner(_ workspace: OpenWorkspace) async throws(BancadaError) -> RunID? {
            guard let run else { return nil }
            return try await workspace.run(named: run).id
        }
    }
}
