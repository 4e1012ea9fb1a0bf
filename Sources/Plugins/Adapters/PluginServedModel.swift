package import Workbench

/// A model in a plugin's process. It is loaded again by itself in a new process after a failure.
///
/// A request of more rows than a message holds is asked piece by piece: rows are judged one by one.
package struct PluginServedModel: RemoteServedModel {
    package let metadata: ModelMetadata
    private let load: ModelLoadCall
    private let host: PluginHost

    init(metadata: ModelMetadata, load: ModelLoadCall, host: PluginHost) {
        self.metadata = metadata
        self.load = load
        self.host = host
    }

    package func answer(
        _ request: InferenceRequest
    ) async throws(BancadaError) -> InferenceResponse {
        for output in request.outputs
        where !metadata.outputs.contains(where: { $0.name == output }) {
            let known = metadata.outputs.map(\.name).joined(separator: " or ")
            throw BancadaError(
                .invalidInput, "the model has no output \"\(output)\"", hint: "ask for \(known)")
        }
        var outputs: [Tensor] = []
        for piece in PredictionPieces.split(request, metadata) {
            let answer = try await host.answer(
                ModelPredictCall(model: load.model, request: piece), PluginCallContext(),
                after: PluginHost.Preparation(key: load.model, call: load))
            outputs = PredictionPieces.append(try check(answer, for: request), to: outputs)
        }
        return InferenceResponse(
            modelName: metadata.name, modelVersion: metadata.version, id: request.id,
            outputs: outputs)
    }

    /// The outputs that were asked for, in that order.
    private func check(
        _ outputs: [Tensor], for request: InferenceRequest
    ) throws(BancadaError) -> [Tensor] {
        let wanted = request.outputs.isEmpty ? metadata.outputs.map(\.name) : request.outputs
        var result: [Tensor] = []
        for name in wanted {
            guard let tensor = outputs.first(where: { $0.name == name }) else {
                throw host.fault("\"model.predict\": it gave no output \"\(name)\"")
            }
            guard let declared = metadata.outputs.first(where: { $0.name == name }),
                declared.type == tensor.type, Self.fits(tensor.shape, declared.shape)
            else {
                throw host.fault(
                    "\"model.predict\": output \"\(name)\" is \(tensor.type.rawValue) of shape "
                        + "\(tensor.shape), which the model's description does not say")
            }
            result.append(tensor)
        }
        return result
    }

    private static func fits(_ shape: [Int], _ declared: [Int]) -> Bool {
        shape.count == declared.count
            && zip(shape, declared).allSatisfy { $1 == -1 || $0 == $1 }
    }

    /// Lets the plugin forget the model.
    package func unload() async throws(BancadaError) {
        try await host.undo(load.model, by: ModelUnloadCall(model: load.model))
    }
}
