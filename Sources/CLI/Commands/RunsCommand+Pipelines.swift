import ArgumentParser
import Components
import Documents
import Foundation
import Pipelines
import Workbench

extension RunsCommand {
    /// `bancada runs resume`
    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resume",
            abstract: "Go on with a pipeline run that was interrupted or stopped.",
            discussion: """
                Tasks that succeeded are not executed again, tasks that failed stay failed;
                'retry' executes those again too.

                EXAMPLES:
                  bancada runs resume 3f2a
                """)

        @Argument(help: "The run's id, or at least its first four digits.")
        var run: String

        @OptionGroup var resuming: ResumeOptions
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await resumeRun(run, again: false, resuming, global)
        }
    }

    /// `bancada runs retry`
    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "retry",
            abstract: "Execute the failed tasks of a pipeline run again, and what needs them.",
            discussion: """
                EXAMPLES:
                  bancada runs retry 3f2a --jobs 1
                """)

        @Argument(help: "The run's id, or at least its first four digits.")
        var run: String

        @OptionGroup var resuming: ResumeOptions
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await resumeRun(run, again: true, resuming, global)
        }
    }

    /// `bancada runs cancel`
    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cancel",
            abstract: "Ask a pipeline run to stop; a second time ends the tasks that run.",
            discussion: """
                EXAMPLES:
                  bancada runs cancel 3f2a
                """)

        @Argument(help: "The run's id, or at least its first four digits.")
        var run: String

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await OpenWorkspace.writing(global) { workspace in
                let run = try await workspace.run(named: run)
                if workspace.isInterrupted(run) {
                    throw BancadaError(
                        .conflict, "run \(run.id.text) is not executed now: it was interrupted",
                        hint: "go on with 'bancada runs resume \(run.id.text.prefix(8))'")
                }
                try await workspace.services.pipelines.requestCancel(run.id)
                let record = try await workspace.services.pipelines.pipelineRun(run.id)
                if global.json {
                    global.console.print(
                        [
                            "run_id": .string(run.id.text),
                            "cancel_requests": JSON(record.cancelRequests),
                        ] as JSON)
                } else {
                    global.console.print(
                        record.cancelRequests > 1
                            ? "asked run \(run.id.text.prefix(8)) to end its tasks now"
                            : "asked run \(run.id.text.prefix(8)) to stop; again ends its tasks")
                }
            }
        }
    }

    /// `bancada runs logs`
    struct Logs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "logs", abstract: "Show what the tasks of a pipeline run printed.",
            discussion: """
                EXAMPLES:
                  bancada runs logs 3f2a
                  bancada runs logs 3f2a note --follow
                """)

        @Argument(help: "The run's id, or at least its first four digits.")
        var run: String

        @Argument(help: "A task's place; default: all tasks in the order in which they began.")
        var task: String?

        @Flag(name: [.customShort("f"), .long], help: "Go on until the run has ended.")
        var follow = false

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await OpenWorkspace.reading(global) { workspace in
                let run = try await workspace.run(named: run)
                _ = try await workspace.services.pipelines.pipelineRun(run.id)
                try await RunLogs(workspace: workspace, run: run.id, console: global.console)
                    .show(task: task, follows: follow, json: global.json)
            }
        }
    }
}

/// How a run is gone on with.
struct ResumeOptions: ParsableArguments {
    @Option(
        name: .shortAndLong, parsing: .unconditional,
        help: "The most tasks at once; default: as when it was started.")
    var jobs: Int?

    @OptionGroup var plugins: PluginOptions
}

private func resumeRun(
    _ name: String, again: Bool, _ options: ResumeOptions, _ global: GlobalOptions
) async throws {
    if let jobs = options.jobs, !(1...1024).contains(jobs) {
        throw BancadaError(
            .invalidInput, "--jobs \(jobs), expected 1 to 1024", hint: "leave it out")
    }
    try await OpenWorkspace.writing(global) { workspace in
        let run = try await workspace.run(named: name)
        let record = try await workspace.services.pipelines.pipelineRun(run.id)
        if run.status == .finished || (run.status == .failed && !again) {
            throw BancadaError(
                .conflict, "run \(run.id.text) has ended: it is \(run.status.rawValue)",
                hint: run.status == .failed
                    ? "execute its failed tasks again with 'bancada runs retry "
                        + "\(run.id.text.prefix(8))'"
                    : "run its pipeline anew with 'bancada run'")
        }
        try await WorkspaceCatalog.using(workspace, plugins: options.plugins.plugin, global) {
            catalog in
            var loaded = try await PipelineLoading.restore(record, catalog: catalog)
            if let jobs = options.jobs { loaded.request.options.jobs = jobs }
            try await PipelineExecution(workspace: workspace, global: global)
                .resume(run.id, loaded, again: again)
        }
    }
}
