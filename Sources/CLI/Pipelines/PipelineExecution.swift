import Components
import Documents
import Pipelines
import Workbench

/// Runs or resumes a loaded pipeline with display, signals and report.
struct PipelineExecution {
    let workspace: OpenWorkspace
    let global: GlobalOptions

    /// Runs a pipeline and prints what it came to.
    ///
    /// - Throws: exit code 1 when the run failed, 130 when it was stopped.
    func run(_ loaded: LoadedPipeline) async throws {
        try await report { runner, stops in
            try await runner.run(loaded.request, components: loaded.components, stops: stops) {
                id in
                global.console.note("run \(id.text)  \(loaded.request.pipeline.name)")
            }
        }
    }

    /// Goes on with a run.
    ///
    /// - Parameter again: whether failed tasks are executed again.
    func resume(_ run: RunID, _ loaded: LoadedPipeline, again: Bool) async throws {
        try await report { runner, stops in
            try await runner.resume(
                run, loaded.request, components: loaded.components, again: again, stops: stops)
        }
    }

    /// Runs `body` with a live display.
    func showing(
        _ body: (PipelineRunner, PipelineRunner.Stops) async throws -> PipelineResult
    ) async throws -> PipelineResult {
        let display = PipelineDisplay(console: global.console)
        let runner = PipelineRunner(
            services: workspace.services, observer: display, threads: try Threads.count())
        return try await RunStops.listening(global.console) { stops in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await display.refresh() }
                defer {
                    group.cancelAll()
                    display.clear()
                }
                return try await body(runner, stops)
            }
        }
    }

    private func report(
        _ body: (PipelineRunner, PipelineRunner.Stops) async throws -> PipelineResult
    ) async throws {
        let began = ContinuousClock.now
        let result = try await showing(body)
        let seconds = (ContinuousClock.now - began).inSeconds
        if global.json {
            global.console.print(PipelineDocument.json(result, seconds: seconds))
        } else {
            global.console.print(
                PipelineDocument.text(result, seconds: seconds, option: workspace.option))
        }
        try Self.checkOutcome(result)
    }

    /// - Throws: the exit code of a run that did not succeed; what happened is printed already.
    static func checkOutcome(_ result: PipelineResult) throws {
        switch result.outcome.state {
        case .succeeded: return
        case .cancelled: throw ExitStatus.interrupted.exit
        default: throw ExitStatus.failed.exit
        }
    }
}
