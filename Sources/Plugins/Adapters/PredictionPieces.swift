import Workbench

/// Cuts inference requests into pieces of rows that fit into messages, and joins the answers.
enum PredictionPieces {
    /// About how many bytes a piece and its answer may take; a line holds more.
    static let budget = 400_000
    /// About how many bytes a number takes in JSON.
    private static let numberSize = 24

    /// `request`, whole where it is small or its inputs do not share their rows.
    static func split(_ request: InferenceRequest, _ model: ModelMetadata) -> [InferenceRequest] {
        guard let rows = request.inputs.first?.shape.first, rows > 1,
            request.inputs.allSatisfy({ $0.shape.first == rows }),
            model.outputs.allSatisfy({ $0.shape.first == -1 })
        else { return [request] }
        let asked = request.inputs.reduce(0) { $0 + size(of: $1.elements) } / rows
        let answered = model.outputs.reduce(0) { sum, output in
            sum + numberSize * output.shape.dropFirst().reduce(1) { $0 * max(1, $1) }
        }
        let count = max(1, budget / max(1, asked, answered))
        guard count < rows else { return [request] }
        return stride(from: 0, to: rows, by: count).map { start in
            let range = start..<min(rows, start + count)
            return InferenceRequest(
                id: request.id, inputs: request.inputs.map { slice($0, range) },
                outputs: request.outputs)
        }
    }

    /// The rows of `piece` below those of `outputs`.
    static func append(_ piece: [Tensor], to outputs: [Tensor]) -> [Tensor] {
        guard !outputs.isEmpty else { return piece }
        return zip(outputs, piece).map { above, below in
            let rows = (above.shape.first ?? 0) + (below.shape.first ?? 0)
            let elements: TensorElements
            switch (above.elements, below.elements) {
            case (.numbers(let first), .numbers(let second)): elements = .numbers(first + second)
            case (.texts(let first), .texts(let second)): elements = .texts(first + second)
            default: elements = above.elements
            }
            return Tensor(
                name: above.name, type: above.type, shape: [rows] + above.shape.dropFirst(),
                elements: elements)
        }
    }

    private static func size(of elements: TensorElements) -> Int {
        switch elements {
        case .numbers(let values): values.count * numberSize
        case .texts(let values): values.reduce(0) { $0 + 2 * ($1?.utf8.count ?? 2) + 3 }
        }
    }

    private static func slice(_ tensor: Tensor, _ rows: Range<Int>) -> Tensor {
        let width = tensor.shape.dropFirst().reduce(1, *)
        let range = rows.lowerBound * width..<rows.upperBound * width
        let elements: TensorElements =
            switch tensor.elements {
            case .numbers(let values): .numbers(Array(values[range]))
            case .texts(let values): .texts(Array(values[range]))
            }
        return Tensor(
            name: tensor.name, type: tensor.type, shape: [rows.count] + tensor.shape.dropFirst(),
            elements: elements)
    }
}
