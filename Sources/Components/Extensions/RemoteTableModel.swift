import LinearAlgebra
package import Tabular
package import Training
package import Workbench

/// A model behind a runtime, asked about tables: the rows become a request of the Open Inference
/// Protocol, and the answer becomes predictions.
///
/// The model has either an input for each column, by its name, or one matrix of all columns that
/// are no texts. Its output `output-0`, or its only one, is the class in the type of the target or
/// the number; `probabilities`, where it is there, has a column for every class in ascending order.
package struct RemoteTableModel: Sendable {
    /// What is known of the model.
    package let facts: LearnedFacts
    private let served: any ServedModel

    /// `served`, of which `facts` are known.
    package init(_ served: any ServedModel, facts: LearnedFacts) {
        self.served = served
        self.facts = facts
    }

    /// The predictions for the rows of a table.
    ///
    /// - Throws: `notFound` for a column that is missing; `invalidInput` for values of another
    ///   type; `pluginFailed` for an answer that does not fit.
    package func predict(_ table: Table) async throws(BancadaError) -> Predictions {
        guard table.rowCount > 0 else {
            throw BancadaError(.invalidInput, "\(table.name) has no rows")
        }
        let request = InferenceRequest(inputs: try inputs(table))
        let response: InferenceResponse
        if let remote = served as? any RemoteServedModel {
            response = try await remote.answer(request)
        } else {
            response = try served.infer(request)
        }
        return try predictions(response, rows: table.rowCount)
    }

    // MARK: - Request

    private func inputs(_ table: Table) throws(BancadaError) -> [Tensor] {
        let specifications = served.metadata.inputs
        if specifications.count == 1, specifications[0].shape.count == 2 {
            return [try matrix(table, specifications[0])]
        }
        var tensors: [Tensor] = []
        for specification in specifications {
            tensors.append(try tensor(table.column(specification.name), specification))
        }
        return tensors
    }

    /// The columns that are no texts, side by side.
    private func matrix(
        _ table: Table, _ specification: TensorSpecification
    ) throws(BancadaError) -> Tensor {
        let features = facts.features.filter { $0.type != .text }
        let width = specification.shape[1]
        guard width < 0 || width == features.count else {
            throw fault(
                "takes \(width) columns without names, and the training table has "
                    + "\(features.count) that are no texts")
        }
        var columns: [[Double]] = []
        for feature in features {
            let column = try table.column(feature.name)
            guard case .numbers(let values) = column.values else {
                throw Self.mismatch(column, "numbers")
            }
            columns.append(values)
        }
        var values: [Double] = []
        values.reserveCapacity(table.rowCount * columns.count)
        for row in 0..<table.rowCount {
            for column in columns { values.append(column[row]) }
        }
        return Tensor(
            name: specification.name, type: specification.type,
            shape: [table.rowCount, columns.count], elements: .numbers(values))
    }

    private func tensor(
        _ column: Column, _ specification: TensorSpecification
    ) throws(BancadaError) -> Tensor {
        let elements: TensorElements
        switch (column.values, specification.type) {
        case (_, .bytes): elements = .texts((0..<column.count).map { column.text(row: $0) })
        case (.numbers(let values), _): elements = .numbers(values)
        case (.texts, _): throw Self.mismatch(column, "numbers")
        }
        return Tensor(
            name: specification.name, type: specification.type,
            shape: [column.count] + specification.shape.dropFirst().map { _ in 1 },
            elements: elements)
    }

    private static func mismatch(_ column: Column, _ expected: String) -> BancadaError {
        BancadaError(
            .invalidInput,
            "the column \"\(column.name)\" holds \(column.type.rawValue) values, and the model was "
                + "trained with \(expected)")
    }

    // MARK: - Answer

    private func predictions(
        _ response: InferenceResponse, rows: Int
    ) throws(BancadaError) -> Predictions {
        guard
            let output = response.outputs.first(where: { $0.name == "output-0" })
                ?? (response.outputs.count == 1 ? response.outputs.first : nil)
        else { throw fault("has no output \"output-0\"") }
        guard output.elements.count == rows else {
            throw fault("gave \(output.elements.count) predictions for \(rows) rows")
        }
        guard let classes = facts.classes else {
            guard case .numbers(let values) = output.elements, values.allSatisfy(\.isFinite) else {
                throw fault("gave predictions that are no finite numbers")
            }
            return Predictions(rowCount: rows, classes: nil, values: values, probabilities: nil)
        }
        let column: Column =
            switch output.elements {
            case .texts(let texts): Column(name: "prediction", texts: TextValues(texts))
            case .numbers(let values):
                Column(
                    name: "prediction", type: classes.type == .text ? .number : classes.type,
                    numbers: values)
            }
        let labels = classes.labels(of: column)
        if let row = labels.firstIndex(where: { $0 < 0 }) {
            throw fault(
                "gave the class \"\(column.text(row: row) ?? "")\", which it was not taught")
        }
        return Predictions(
            rowCount: rows, classes: classes, values: labels.map(Double.init),
            probabilities: try probabilities(response, rows, classes.count))
    }

    private func probabilities(
        _ response: InferenceResponse, _ rows: Int, _ count: Int
    ) throws(BancadaError) -> Matrix? {
        guard let output = response.outputs.first(where: { $0.name == "probabilities" }) else {
            return nil
        }
        guard output.shape == [rows, count], case .numbers(let values) = output.elements,
            values.allSatisfy({ $0 >= 0 && $0 <= 1.000_001 })
        else { throw fault("gave probabilities that are not of \(rows) rows x \(count) classes") }
        return Matrix(rows: rows, columns: count, values: values)
    }

    private func fault(_ what: String) -> BancadaError {
        BancadaError(
            .pluginFailed, "plugin \"\(facts.plugin)\": the model of \(facts.trainer) \(what)",
            hint: "check the plugin with 'bancada plugins check \(facts.plugin)'")
    }
}
