import ArgumentParser
import Components
import Workbench

/// `bancada runs`
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List and search runs, show, compare, plot, resume, tag or delete them.",
        discussion: """
            A run is named by its 32-digit id, or by at least the first four digits of it.

            EXAMPLES:
              bancada runs list --status FAILED
              bancada runs search "metrics.accuracy > 0.9" --order "metrics.accuracy DESC"
              bancada runs show 3f2a
              bancada runs artifacts 3f2a model --output out
              bancada runs compare 3f2a 9c01
              bancada runs plot 3f2a 9c01 --metric loss
              bancada runs resume 3f2a
              bancada runs tag 3f2a reviewed=yes
            """,
        subcommands: [
            List.self, Search.self, Show.self, Artifacts.self, Compare.self, Plot.self, Logs.self,
            Cancel.self,
            Resume.self, Retry.self, SetTag.self, Delete.self, Restore.self,
        ],
        defaultSubcommand: List.self)

    /// `bancada runs list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List runs, newest first.")

        @Option(help: "Only runs of this experiment, by name.")
        var experiment: String?

        @Option(help: "Only runs in this status: RUNNING, SCHEDULED, FINISHED, FAILED, KILLED.")
        var status: String?

        @Option(help: "Only runs of this kind: train, trial, pipeline, task, job, external.")
        var kind: String?

        @Flag(help: "Show deleted runs instead.")
        var deleted = false

        @Option(name: .limit, parsing: .unconditional, help: "How many to show, 1 to 50000.")
        var limit = 50

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await OpenWorkspace.reading(global) { workspace in
                var query = RunQuery(view: deleted ? .deletedOnly : .activeOnly)
                if let status {
                    query.statuses = [
                        try Choice.of(status, among: RunStatus.allCases, what: "status")
                    ]
                }
                if let kind {
                    query.kinds = [try Choice.of(kind, among: RunKind.allCases, what: "kind")]
                }
                if let experiment {
                    query.experiments = [try await workspace.experiment(named: experiment).id]
                }
                let page = try await workspace.services.runs.runs(
                    query, limit: limit, after: nil)
                RunListing(workspace: workspace, global: global).print(page)
            }
        }
    }

    /// `bancada runs show`
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show one run with everything it logged.")

        @Argument(help: "The run's id, or at least its first four digits.")
        var run: String

        @Option(
            help: ArgumentHelp(
                "Draw a pipeline run's tasks with their states: text, mermaid, svg or json.",
                valueName: "form"))
        var graph: GraphForm?

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await OpenWorkspace.reading(global) { workspace in
                let services = workspace.services
                let run = try await workspace.run(named: run)
                if let graph {
                    return global.console.print(
                        try await graph.drawing(of: run.id, services: services))
                }
                let details = try await RunDetails(of: run, services)
                let interrupted = workspace.isInterrupted(run)
                if global.json {
                    global.console.print(
                        RunDocument.whole(run, isInterrupted: interrupted, details))
                } else {
                    global.console.print(
                        RunReport.text(run, isInterrupted: interrupted, details))
                }
            }
        }
    }

    /// `bancada runs tag`
    struct SetTag: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tag", abstract: "Set or remove tags of a run: KEY=VALUE ...")

        @Argument(help: "The run's id, or at least its first four digits.")
        var run: String

        @OptionGroup var tagging: TagOptions
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            let tags = try tagging.parsed()
            try await OpenWorkspace.changing(global) { workspace in
                let run = try await workspace.run(named: run)
                try await workspace.services.runs.log(LogBatch(tags: tags), to: run.id)
                for key in tagging.delete {
                    try await workspace.services.runs.deleteTag(key, of: run.id)
                }
                try await report(run.id, workspace: workspace, global: global)
            }
        }
    }

    /// `bancada runs delete`
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete", abstract: "Move a run to the bin; 'restore' brings it back.")

        @Argument(help: "The run's id, or at least its first four digits.")
        var run: String

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await setLifecycle(.deleted, of: run, global: global)
        }
    }

    /// `bancada runs restore`
    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "restore", abstract: "Bring a deleted run back.")

        @Argument(help: "The run's id, or at least its first four digits.")
        var run: String

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await setLifecycle(.active, of: run, global: global)
        }
    }
}

private func setLifecycle(
    _ stage: LifecycleStage, of name: String, global: GlobalOptions
) async throws {
    try await OpenWorkspace.changing(global) { workspace in
        let run = try await workspace.run(named: name)
        guard run.lifecycle != stage else {
            throw BancadaError(.conflict, "run \(run.id.text) is \(stage.rawValue) already")
        }
        try await workspace.services.runs.setLifecycle(stage, of: run.id)
        try await report(run.id, workspace: workspace, global: global)
    }
}

/// Prints a run after a change.
private func report(
    _ id: RunID, workspace: OpenWorkspace, global: GlobalOptions
) async throws {
    let run = try await workspace.services.runs.run(id)
    if global.json {
        global.console.print(
            JSON.object(RunDocument.summary(run, isInterrupted: workspace.isInterrupted(run))))
    } else {
        global.console.print("\(run.id.text)  \(run.name)  \(run.lifecycle.rawValue)")
    }
}
