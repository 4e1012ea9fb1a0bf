import ArgumentParser
import Components
import Documents
import Workbench

/// `bancada runs`
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List runs, show one, go on with it, tag, delete or restore it.",
        discussion: """
            A run is named by its 32-digit id or by its first digits.

            EXAMPLES:
              bancada runs list --status FAILED
              bancada runs show 3f2a
              bancada runs resume 3f2a
              bancada runs tag 3f2a reviewed=yes
            """,
        subcommands: [
            List.self, Show.self, Logs.self, Cancel.self, Resume.self, Retry.self, SetTag.self,
            Delete.self, Restore.self,
        ],
        defaultSubcommand: List.self)

    /// `bancada runs list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List runs, newest first.")

        @Option(help: "Only runs of this experiment, by name.")
        var experiment: String?

        @Option(help: "Only runs in this status: RUNNING, SCHEDULED, FINISHED, FAILED, KILLED.")
        var status: String?

        @Option(help: "Only runs of this kind: train, trial, pipeline, task, job, external.")
        var kind: String?

        @Flag(help: "Show deleted runs instead.")
        var deleted = false

        @Option(name: .shortAndLong, parsing: .unconditional, help: "How many to show, 1 to 50000.")
        var limit = 50

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await OpenWorkspace.reading(global) { workspace in
                let services = workspace.services
                var query = RunQuery(view: deleted ? .deletedOnly : .activeOnly)
                if let status { query.statuses = [try runStatus(status)] }
                if let kind { query.kinds = [try runKind(kind)] }
                if let experiment {
                    query.experiments = [
                        try await services.experiments.experiment(
                            named: experiment
                        ).id
                    ]
                }
                let page = try await services.runs.runs(query, limit: limit, after: nil)
                if global.json {
                    let runs = page.items.map {
                        JSON.object(
                            RunDocument.summary($0, isInterrupted: workspace.isInterrupted($0)))
                    }
                    global.console.print(
                        ["runs": .array(runs), "more": .bool(page.next != nil)] as JSON)
                } else {
                    global.console.print(table(page.items, workspace: workspace).text)
                    if page.next != nil { global.console.note("more runs: raise --limit") }
                }
            }
        }

        private func table(_ runs: [Run], workspace: OpenWorkspace) -> TextTable {
            var table = TextTable([
                ("run", .left), ("kind", .left), ("name", .left), ("status", .left),
                ("started", .left), ("took", .right), ("metrics", .left),
            ])
            for run in runs {
                let took = run.endTime.map {
                    Format.seconds(
                        Double($0.milliseconds - run.startTime.milliseconds) / 1000)
                }
                let metrics = run.metrics.filter { $0.key.hasPrefix("test_") }.prefix(2)
                    .map { "\($0.key) \(Format.number($0.value))" }
                table.add([
                    String(run.id.text.prefix(8)), run.kind.rawValue, run.name,
                    RunDocument.state(of: run, isInterrupted: workspace.isInterrupted(run)),
                    Format.time(run.startTime), took ?? "", metrics.joined(separator: ", "),
                ])
            }
            return table
        }
    }

    /// `bancada runs show`
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one run with everything it logged.")

        @Argument(help: "The run's id, or its first digits.")
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
                let tasks =
                    run.kind == .pipeline ? try await services.pipelines.tasks(of: run.id) : []
                let inputs = try await services.artifacts.inputs(of: run.id)
                let outputs = try await services.artifacts.outputs(of: run.id)
                let interrupted = workspace.isInterrupted(run)
                if global.json {
                    global.console.print(
                        RunDocument.whole(
                            run, isInterrupted: interrupted, inputs: inputs, outputs: outputs,
                            tasks: tasks))
                } else {
                    global.console.print(
                        RunReport.text(
                            run, isInterrupted: interrupted, inputs: inputs, outputs: outputs,
                            tasks: tasks))
                }
            }
        }
    }

    /// `bancada runs tag`
    struct SetTag: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tag", abstract: "Set tags of a run: KEY=VALUE ...")

        @Argument(help: "The run's id, or its first digits.")
        var run: String

        @Argument(help: ArgumentHelp("One or more tags.", valueName: "key=value"))
        var tags: [String]

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            let parsed = try tags.map { try KeyValue(parsing: $0) }
            try await OpenWorkspace.writing(global) { workspace in
                let run = try await workspace.run(named: run)
                let batch = LogBatch(tags: parsed.map { Tag(key: $0.key, value: $0.value) })
                try await workspace.services.runs.log(batch, to: run.id)
                try await report(run.id, workspace: workspace, global: global)
            }
        }
    }

    /// `bancada runs delete`
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Move a run to the bin; 'restore' brings it back.")

        @Argument(help: "The run's id, or its first digits.")
        var run: String

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await setLifecycle(.deleted, of: run, global: global)
        }
    }

    /// `bancada runs restore`
    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Bring a deleted run back.")

        @Argument(help: "The run's id, or its first digits.")
        var run: String

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            try await setLifecycle(.active, of: run, global: global)
        }
    }
}

/// The kind that a flag names.
private func runKind(_ text: String) throws -> RunKind {
    if let kind = RunKind(rawValue: text.lowercased()) { return kind }
    let known = RunKind.allCases.map(\.rawValue)
    throw BancadaError(
        .invalidInput, "kind \"\(text)\" is not known",
        hint: NearestName.of(text, among: known).map { "write \($0)" }
            ?? "use one of \(known.joined(separator: ", "))")
}

/// The status that a flag names.
private func runStatus(_ text: String) throws -> RunStatus {
    if let status = RunStatus(rawValue: text.uppercased()) { return status }
    let known = RunStatus.allCases.map(\.rawValue)
    throw BancadaError(
        .invalidInput, "status \"\(text)\" is not known",
        hint: NearestName.of(text, among: known).map { "write \($0)" }
            ?? "use one of \(known.joined(separator: ", "))")
}

private func setLifecycle(
    _ stage: LifecycleStage, of name: String, global: GlobalOptions
) async throws {
    try await OpenWorkspace.writing(global) { workspace in
        let run = try await workspace.run(named: name)
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
