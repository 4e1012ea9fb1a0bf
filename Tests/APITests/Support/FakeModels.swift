import Dispatch
import Synchronization
import Workbench

/// A model with three numeric features: the class is the position of the greatest feature, the
/// probabilities are the shares of the features in their sum.
struct SharesModel: ServedModel {
    let metadata: ModelMetadata
    var operationsPerRow: Int

    init(name: String = "shares", version: String = "1", operationsPerRow: Int = 9) {
        metadata = ModelMetadata(
            name: name, version: version, platform: "test",
            inputs: [TensorSpecification(name: "input-0", type: .fp64, shape: [-1, 3])],
            outputs: [
                TensorSpecification(name: "output-0", type: .bytes, shape: [-1]),
                TensorSpecification(name: "probabilities", type: .fp64, shape: [-1, 3]),
            ])
        self.operationsPerRow = operationsPerRow
    }

    func infer(_ request: InferenceRequest) throws(BancadaError) -> InferenceResponse {
        guard let input = request.inputs.first, input.name == "input-0", input.shape.count == 2,
            input.shape[1] == 3, case .numbers(let values) = input.elements
        else { throw BancadaError(.invalidInput, "expected input-0 of shape [-1, 3]") }
        let rows = input.shape[0]
        var labels: [String?] = []
        var shares: [Double] = []
        for row in 0..<rows {
            let cells = values[row * 3..<row * 3 + 3]
            let sum = cells.reduce(0, +)
            shares.append(contentsOf: cells.map { $0 / sum })
            let greatest = cells.enumerated().max { $0.element < $1.element }
            labels.append(["a", "b", "c"][greatest?.offset ?? 0])
        }
        let all = [
            Tensor(name: "output-0", type: .bytes, shape: [rows], elements: .texts(labels)),
            Tensor(
                name: "probabilities", type: .fp64, shape: [rows, 3], elements: .numbers(shares)),
        ]
        return InferenceResponse(
            modelName: metadata.name, modelVersion: metadata.version, id: request.id,
            outputs: request.outputs.isEmpty
                ? all : all.filter { request.outputs.contains($0.name) })
    }
}

/// Answers with what it was asked, whatever that was.
struct EchoModel: ServedModel {
    let metadata = ModelMetadata(
        name: "echo", version: "1", platform: "test", inputs: [], outputs: [])
    let operationsPerRow = 1

    func infer(_ request: InferenceRequest) throws(BancadaError) -> InferenceResponse {
        InferenceResponse(
            modelName: "echo", modelVersion: "1", id: request.id, outputs: request.inputs)
    }
}

/// Fails with the error it was given.
struct FailingModel: ServedModel {
    let metadata = ModelMetadata(
        name: "failing", version: "1", platform: "test", inputs: [], outputs: [])
    let operationsPerRow = 1
    let error: BancadaError

    func infer(_ request: InferenceRequest) throws(BancadaError) -> InferenceResponse {
        throw error
    }
}

/// A heavy model that answers only once it is let go.
final class HeldModel: ServedModel {
    let metadata = ModelMetadata(
        name: "held", version: "1", platform: "test", inputs: [], outputs: [])
    let operationsPerRow = Int.max
    private let gate = DispatchSemaphore(value: 0)
    private let started = Mutex(0)

    /// How many requests have reached the model.
    var startedCount: Int { started.withLock { $0 } }

    /// Lets one request go on.
    func release() {
        gate.signal()
    }

    func infer(_ request: InferenceRequest) throws(BancadaError) -> InferenceResponse {
        started.withLock { $0 += 1 }
        gate.wait()
        return InferenceResponse(
            modelName: "held", modelVersion: "1", id: request.id, outputs: request.inputs)
    }
}
