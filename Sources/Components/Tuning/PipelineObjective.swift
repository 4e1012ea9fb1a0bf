import Pipelines
package import Workbench

/// Evaluates an assignment by running a pipeline with it: its parameters of the same names are set,
/// and one of its outputs is the metric. The pipeline's run is a child of the trial's.
///
/// Tasks that do not depend on what is searched are taken from the cache after the first trial.
package struct PipelineObjective: Objective {
    private let request: PipelineRunRequest
    private let components: ResolvedComponents
    private let output: String
    private let metric: String
    private let services: Services

    /// The objective of a pipeline.
    ///
    /// - Parameters:
    ///   - request: the pipeline with the values of the parameters that are not searched.
    ///   - output: the output that is the metric.
    ///   - metric: the metric's name in the study.
    /// - Throws: `notFound` when the pipeline has no such output.
    package init(
        _ request: PipelineRunRequest, components: ResolvedComponents, output: String,
        metric: String, services: Services
    ) throws(BancadaError) {
        let names = request.pipeline.outputs.map(\.name)
        guard names.contains(output) else {
            throw BancadaError(
                .notFound, "pipeline \"\(request.pipeline.name)\" has no output \"\(output)\"",
                hint: names.isEmpty
                    ? "give it one under 'outputs'" : "use one of \(names.joined(separator: ", "))")
        }
        self.request = request
        self.components = components
        self.output = output
        self.metric = metric
        self.services = services
    }

    package func evaluate(
        _ assignment: Assignment, context: TrialContext
    ) async throws(BancadaError) -> [JSON.Member] {
        var request = request
        request.parameters = request.parameters.map { parameter in
            assignment.values.first { $0.name == parameter.name } ?? parameter
        }
        request.options.seed = context.execution.seed
        request.parent = context.execution.run
        let stops = PipelineRunner.Stops()
        let unlink = context.execution.cancellation.onRequest {
            stops.drain.request()
            stops.kill.request()
        }
        defer { unlink() }
        let result = try await PipelineRunner(
            services: services, observer: SilentPipelineObserver(),
            threads: context.execution.threads
        ).run(request, components: components, stops: stops)
        switch result.outcome.state {
        case .succeeded: return try metrics(of: result.outcome)
        case .cancelled: throw BancadaError(.cancelled, "the trial's pipeline was stopped")
        default:
            throw BancadaError(
                .failed, "run \(result.run.text.prefix(8)): \(result.outcome.message ?? "failed")",
                hint: "see 'bancada runs logs \(result.run.text.prefix(8))'")
        }
    }

    private func metrics(of outcome: RunOutcome) throws(BancadaError) -> [JSON.Member] {
        var metrics: [JSON.Member] = []
        for member in outcome.outputs {
            switch member.value {
            case .integer, .number:
                let name = member.name == output ? metric : member.name
                metrics.append(.init(name, member.value))
            default: break
            }
        }
        guard metrics.contains(where: { $0.name == metric }) else {
            let value = outcome.outputs.first { $0.name == output }?.value ?? .null
            throw BancadaError(
                .failed,
                "the pipeline's output \"\(output)\" is \(value.shortText), expected a "
                    + "number")
        }
        return metrics
    }
}
