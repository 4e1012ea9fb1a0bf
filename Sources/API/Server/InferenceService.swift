package import Inference
import NIOCore
import NIOPosix
package import Workbench

/// Answers inference requests for every protocol: finds the model, keeps to the limits, sends heavy
/// requests through the gate and off the event loop, counts rows.
package struct InferenceService: Sendable {
    /// What is served.
    package let repository: ModelRepository
    /// The bounds.
    package let limits: ServingLimits
    /// What is counted.
    package let metrics: ServerMetrics
    private let gate: InferenceGate

    /// A service over a repository.
    package init(
        repository: ModelRepository, limits: ServingLimits, metrics: ServerMetrics
    ) {
        self.repository = repository
        self.limits = limits
        self.metrics = metrics
        let processors = System.coreCount
        gate = InferenceGate(
            width: limits.heavyRequests ?? max(1, processors - 1), queueLimit: limits.heavyQueue)
    }

    /// The model's answer.
    ///
    /// - Throws: `HTTPFailure` 413 beyond the limits and 503 under load; what the model throws.
    package func infer(
        _ request: InferenceRequest, with model: any ServedModel
    ) async throws -> InferenceResponse {
        if let excess = limits.inference.excess(of: request) {
            throw HTTPFailure(413, code: "tooLarge", excess, hint: "send fewer rows at once")
        }
        let response: InferenceResponse
        if isLight(request, for: model) {
            response = try model.infer(request)
        } else {
            response = try await gate.run {
                // A thread of its own: neither the event loops nor Swift's own pool may be held.
                try await NIOThreadPool.singleton.runIfActive { try model.infer(request) }
            }
        }
        metrics.count(rows: request.rowCount, model: response.modelName)
        return response
    }

    /// The model's answer to a light request, at once; nil when the request is heavy, beyond the
    /// limits or wrong, so that `infer` has to answer it. Counts nothing.
    package func inferAtOnce(
        _ request: InferenceRequest, with model: any ServedModel
    ) -> InferenceResponse? {
        guard isLight(request, for: model), limits.inference.excess(of: request) == nil
        else { return nil }
        // The error is made again, and answered, by the ordinary route.
        return try? model.infer(request)
    }

    /// Whether answering takes so little that it may be done on an event loop.
    private func isLight(_ request: InferenceRequest, for model: any ServedModel) -> Bool {
        let (operations, overflow) = model.operationsPerRow
            .multipliedReportingOverflow(by: max(1, request.rowCount))
        return !overflow && operations < limits.heavyOperations
    }
}
