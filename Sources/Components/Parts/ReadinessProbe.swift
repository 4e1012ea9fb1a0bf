import Workbench

/// Tries a loaded model with one real request.
enum ReadinessProbe {
    /// Asks for one row of zeros and empty texts.
    ///
    /// - Throws: `failed` where the answer is not one finite row; what the model throws.
    static func check(_ model: any ServedModel) async throws(BancadaError) {
        let metadata = model.metadata
        let inputs = metadata.inputs.map { specification -> Tensor in
            // Sizes that are free are those of one row.
            let shape = specification.shape.map { $0 < 0 ? 1 : $0 }
            let count = shape.reduce(1, *)
            return Tensor(
                name: specification.name, type: specification.type, shape: shape,
                elements: specification.type == .bytes
                    ? .texts([String?](repeating: "", count: count))
                    : .numbers([Double](repeating: 0, count: count)))
        }
        let request = InferenceRequest(inputs: inputs)
        let response: InferenceResponse
        if let remote = model as? any RemoteServedModel {
            response = try await remote.answer(request)
        } else {
            response = try model.infer(request)
        }
        let isWhole = response.outputs.allSatisfy { output in
            guard output.shape.first == 1 else { return false }
            switch output.elements {
            case .numbers(let values): return values.allSatisfy(\.isFinite)
            case .texts(let values): return values.allSatisfy { $0 != nil }
            }
        }
        guard isWhole, response.outputs.count == metadata.outputs.count else {
            throw BancadaError(
                .failed,
                "\(metadata.name) version \(metadata.version) does not answer a row of zeros with "
                    + "finite outputs",
                hint: "train and register it again")
        }
    }
}
