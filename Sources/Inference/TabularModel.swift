import Documents
import LinearAlgebra
import Tabular
package import Training
package import Workbench

/// A trained model behind the Open Inference Protocol.
///
/// Inputs, both forms for every model: one matrix `input-0` of rows x features in the order of the
/// features, or a column for each feature by its name. Outputs: `output-0`, the class in the type
/// its column had or the number, and `probabilities` of rows x classes. Answers are bit-equal to
/// what `TrainedModel.predict` gives for a table with the same cells.
package struct TabularModel: ServedModel {
    /// The name of the output that every model has.
    package static let predictionOutput = "output-0"
    /// The name of the output that classifiers have as well.
    package static let probabilityOutput = "probabilities"

    package let metadata: ModelMetadata
    package var operationsPerRow: Int { model.operationsPerRow }

    private let model: TrainedModel
    private let rows: TabularInputs
    /// What a classifier writes for each label, where its classes are numbers or booleans.
    private let classNumbers: [Double]

    /// `model`, served as `name` and `version`.
    package init(_ model: TrainedModel, name: String, version: String) {
        self.model = model
        rows = TabularInputs(model)
        classNumbers =
            model.classes.map { classes in
                classes.names.map { $0 == "true" ? 1 : $0 == "false" ? 0 : Double($0) ?? .nan }
            } ?? []
        metadata = ModelMetadata(
            name: name, version: version, platform: "bancada_tabular", inputs: rows.specifications,
            outputs: Self.outputs(of: model), properties: Self.properties(of: model))
    }

    /// Answers a request.
    ///
    /// - Throws: `invalidInput` for inputs that are missing, unknown, of another shape or type, for
    ///   no rows, and for outputs that the model has not.
    package func infer(
        _ request: InferenceRequest
    ) throws(BancadaError) -> InferenceResponse {
        try check(outputs: request.outputs)
        let predictions = try rows.predict(request.inputs)
        let names = request.outputs.isEmpty ? metadata.outputs.map(\.name) : request.outputs
        return InferenceResponse(
            modelName: metadata.name, modelVersion: metadata.version, id: request.id,
            outputs: names.map { name in
                name == Self.predictionOutput
                    ? prediction(predictions) : probabilities(predictions)
            })
    }

    private func check(outputs: [String]) throws(BancadaError) {
        for (position, name) in outputs.enumerated() {
            if !metadata.outputs.contains(where: { $0.name == name }) {
                let known = metadata.outputs.map(\.name)
                let near = NearestName.of(name, among: known)
                throw BancadaError(
                    .invalidInput, "the model has no output \"\(name)\"",
                    hint: near.map { "ask for \"\($0)\"" }
                        ?? "ask for \(known.joined(separator: " or "))")
            }
            if outputs[..<position].contains(name) {
                throw BancadaError(.invalidInput, "the output \"\(name)\" is asked for twice")
            }
        }
    }

    // MARK: - Outputs

    private func prediction(_ predictions: Predictions) -> Tensor {
        let elements: TensorElements
        switch model.classes?.type {
        case .text?:
            let names = model.classes?.names ?? []
            elements = .texts(predictions.values.map { names[Int($0)] })
        case .integer?, .boolean?, .number?:
            elements = .numbers(predictions.values.map { classNumbers[Int($0)] })
        case nil: elements = .numbers(predictions.values)
        }
        return Tensor(
            name: Self.predictionOutput, type: Self.predictionType(of: model),
            shape: [predictions.rowCount], elements: elements)
    }

    private func probabilities(_ predictions: Predictions) -> Tensor {
        let matrix = predictions.probabilities
        return Tensor(
            name: Self.probabilityOutput, type: .fp64,
            shape: [predictions.rowCount, matrix?.columns ?? 0],
            elements: .numbers(matrix?.values ?? []))
    }

    private static func predictionType(of model: TrainedModel) -> TensorType {
        switch model.classes?.type {
        case .text?: .bytes
        case .integer?: .int64
        case .boolean?: .bool
        case .number?, nil: .fp64
        }
    }

    private static func outputs(of model: TrainedModel) -> [TensorSpecification] {
        let prediction = TensorSpecification(
            name: predictionOutput, type: predictionType(of: model), shape: [-1])
        guard let classes = model.classes else { return [prediction] }
        return [
            prediction,
            TensorSpecification(name: probabilityOutput, type: .fp64, shape: [-1, classes.count]),
        ]
    }

    /// The orders that shapes do not tell, as JSON texts: the protocol has texts only.
    private static func properties(of model: TrainedModel) -> [String: String] {
        var properties = [
            "algorithm": model.algorithm.rawValue, "task": model.task.rawValue,
            "target": model.target,
            "features": JSON.array(model.features.map { .string($0.name) }).compactText,
        ]
        if let classes = model.classes {
            properties["classes"] = JSON.array(classes.names.map(JSON.string)).compactText
        }
        return properties
    }
}
