import Components
import Documents
import Pipelines
import Testing
import Workbench

@Suite struct PipelineRunnerTests {
    /// A component that runs in this process, or in one that was there before, as plugins do: it
    /// waits until it is stopped, at most five seconds.
    private struct Waiting: Component {
        let specification = ComponentSpecification(
            name: "waiting", version: "1", inputs: [], outputs: [])
        let readsSharedInputs: Bool

        func run(
            _ input: ExecutorInput, context: ExecutionContext
        ) async throws(BancadaError) -> ExecutorOutput {
            for _ in 0..<500 {
                try context.cancellation.check()
                // Ends early when the task is cancelled, which the next look says.
                try? await Task.sleep(for: .milliseconds(10))
            }
            return ExecutorOutput()
        }
    }

    private struct Catalog: ComponentCatalog {
        let component: any Component

        func component(for task: PipelineTask) async throws(BancadaError) -> any Component {
            component
        }
    }

    private func run(_ component: any Component, timeout: Duration) async throws -> (
        PipelineResult, [TaskRecord]
    ) {
        let bench = try Bench()
        let pipeline = Pipeline(
            name: "p",
            tasks: [
                PipelineTask(
                    name: "a", action: .component("waiting"), timeout: timeout, isCached: false)
            ])
        let result = try await PipelineRunner(
            services: bench.services, observer: SilentPipelineObserver(), threads: 1
        ).run(
            PipelineRunRequest(
                pipeline: pipeline, base: bench.folder, documents: [], parameters: [],
                options: PipelineOptions(jobs: 2)),
            components: try await ResolvedComponents(
                of: pipeline, catalog: Catalog(component: component)),
            stops: PipelineRunner.Stops())
        return (result, try await bench.services.pipelines.tasks(of: result.run))
    }

    @Test(
        "A task that starts no process of its own is stopped at its time-out",
        arguments: [true, false])
    func timeout(readsSharedInputs: Bool) async throws {
        let (result, tasks) = try await run(
            Waiting(readsSharedInputs: readsSharedInputs), timeout: .milliseconds(50))
        #expect(result.outcome.state == .failed)
        #expect(result.outcome.message?.contains("timed out after") == true)
        #expect(tasks.map(\.state) == [.failed])
    }
}
