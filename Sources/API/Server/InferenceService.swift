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
    /// Threads of heavy requests: neither the event loops nor Swift's own pool may be held.
    private let threads: NIOThreadPool

    /// A service over a repository, which has to be stopped.
    package init(
        repository: ModelRepository, limits: ServingLimits, metrics: ServerMetrics
    ) {
        self.repository = repository
        self.limits = limits
        self.metrics = metrics
        let width = max(1, limits.heavyRequests ?? System.coreCount - 1)
        gate = InferenceGate(width: width, queueLimit: limits.heavyQueue)
        threads = NIOThreadPool(numberOfThreads: width)
        threads.start()
    }

    /// Ends the threads once what runs on them is done.
    package func stop() async {
        // It fails only when the threads have ended already, which is what is wanted.
        try? await threads.shutdownGracefully()
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
        } else if let remote = model as? any RemoteServedModel {
            response = try await gate.run { try await remote.answer(request) }
        } else {
            response = try await gate.run {
                try await threads.runIfActive { try model.infer(request) }
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
