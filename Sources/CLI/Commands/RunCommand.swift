import ArgumentParser
import Components
import Documents
import Foundation
import Pipelines
import Workbench

/// `bancada run`
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a pipeline.",
        discussion: """
            Tasks run as soon as what they need is there, as many at once as there are
            processors. Results that are known already are taken from the cache. Ctrl-C lets
            running tasks end, a second one ends them; 'bancada runs resume' goes on.

            EXAMPLES:
              bancada run pipelines/penguins.yaml
              bancada run pipelines/penguins.yaml -p trials=10 --jobs 4
              bancada run pipelines/penguins.yaml --graph mermaid
            """)

    @Argument(help: ArgumentHelp("The pipeline's file.", valueName: "pipeline.yaml"))
    var pipeline: String

    @Option(
        name: [.customShort("p"), .customLong("parameter")],
        help: ArgumentHelp(
            "A parameter of the pipeline; may be repeated.", valueName: "name=value"))
    var parameters: [String] = []

    @OptionGroup var execution: ExecutionOptions

    @Option(
        help: ArgumentHelp(
            "Draw the pipeline instead of running it: text, mermaid, svg or json.",
            valueName: "form"))
    var graph: GraphForm?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        if let graph {
            return try await OpenWorkspace.temporary { workspace in
                try await load(in: workspace) { global.console.print(graph.drawing(of: $0)) }
            }
        }
        // A pipeline that cannot run makes no workspace.
        if try !OpenWorkspace.exists(global) {
            try await OpenWorkspace.temporary { try await load(in: $0) { _ in } }
        }
        try await OpenWorkspace.writing(global) { workspace in
            try await load(in: workspace) {
                try await PipelineExecution(workspace: workspace, global: global).run($0)
            }
        }
    }

    /// Reads and checks the pipeline with what there is to execute.
    private func load(
        in workspace: OpenWorkspace, _ body: (LoadedPipeline) async throws -> Void
    ) async throws {
        let settings = try PipelineSettings.parse(parameters)
        let options = try execution.options()
        try await WorkspaceCatalog.using(workspace, plugins: execution.plugins.plugin, global) {
            try await body(
                PipelineLoading.load(
                    pipeline, parameters: settings, options: options, catalog: $0))
        }
    }
}

/// How pipelines are executed.
struct ExecutionOptions: ParsableArguments {
    @Option(
        name: .shortAndLong, parsing: .unconditional,
        help: "The most tasks at once; default: the number of processors.")
    var jobs: Int?

    @Flag(help: "Execute every task, also those whose results are known.")
    var noCache = false

    @Option(
        help: ArgumentHelp(
            "A variable for the processes of all tasks; may be repeated.", valueName: "name=value"))
    var env: [String] = []

    @Option(
        parsing: .unconditional,
        help: "What everything random is made from, 0 or greater.")
    var seed: UInt64 = 0

    @Option(help: "The experiment that the run belongs to; made where there is none.")
    var experiment: String?

    @OptionGroup var plugins: PluginOptions

    /// The options that the flags describe.
    ///
    /// - Throws: `invalidInput` for a bad number of jobs or a variable without a name.
    func options() throws(BancadaError) -> PipelineOptions {
        if let jobs, !(1...1024).contains(jobs) {
            throw BancadaError(
                .invalidInput, "--jobs \(jobs), expected 1 to 1024", hint: "leave it out")
        }
        var environment: [JSON.Member] = []
        for text in env {
            let pair = try KeyValue(parsing: text)
            environment.append(.init(pair.key, .string(pair.value)))
        }
        return PipelineOptions(
            jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount, usesCache: !noCache,
            environment: environment, seed: seed, experiment: experiment)
    }
}

/// Parameters as the command line gives them.
enum PipelineSettings {
    /// Reads `name=value` texts; of a name that is there twice the last.
    ///
    /// - Throws: `invalidInput` for texts of another form.
    static func parse(
        _ texts: [String]
    ) throws(BancadaError) -> [String: PipelineParameters.Setting] {
        var settings: [String: PipelineParameters.Setting] = [:]
        for text in texts {
            let pair = try KeyValue(parsing: text)
            settings[pair.key] = .text(pair.value)
        }
        return settings
    }
}
