import Documents
import Tabular
import Training
import Workbench

/// Turns the inputs of a request into a model's columns, and asks the model.
struct TabularInputs: Sendable {
    /// The name of the input that holds all features.
    static let matrixInput = "input-0"

    private let model: TrainedModel
    private let features: [Feature]
    private let positions: [String: Int]
    private let flagPositions: [Int]

    /// The inputs of `model`.
    init(_ model: TrainedModel) {
        self.model = model
        features = model.features
        positions = Dictionary(
            features.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        flagPositions = features.indices.filter { model.features[$0].type == .boolean }
    }

    /// What the model publishes: one matrix when all features are numbers, else its columns.
    var specifications: [TensorSpecification] {
        guard !model.encoder.isNumeric else {
            let shape = [-1, features.count]
            return [TensorSpecification(name: Self.matrixInput, type: .fp64, shape: shape)]
        }
        return features.map { feature in
            let type: TensorType =
                switch feature.type {
                case .integer: .int64
                case .number: .fp64
                case .boolean: .bool
                case .text: .bytes
                }
            return TensorSpecification(name: feature.name, type: type, shape: [-1])
        }
    }

    /// The model's predictions for the rows of a request.
    ///
    /// - Throws: `invalidInput` naming the input that is missing, unknown or does not fit.
    func predict(_ inputs: [Tensor]) throws(BancadaError) -> Predictions {
        if inputs.count == 1, inputs[0].name == Self.matrixInput, positions[inputs[0].name] == nil {
            return try predict(matrix: inputs[0])
        }
        return try predict(columns: inputs)
    }

    // MARK: - One matrix

    private func predict(matrix: Tensor) throws(BancadaError) -> Predictions {
        let width = features.count
        guard matrix.shape.count == 2, matrix.shape[1] == width else {
            throw BancadaError(
                .invalidInput,
                "the input \"\(matrix.name)\" has shape \(matrix.shape), expected [rows, \(width)]",
                hint: "give the features in this order: \(Self.list(features.map(\.name)))")
        }
        let rowCount = matrix.shape[0]
        try checkRows(rowCount)
        switch matrix.elements {
        case .numbers(let values):
            if model.encoder.isNumeric, matrix.type != .bool {
                try checkFlags(values, rowCount: rowCount)
                return try model.predict(numericRows: values, rowCount: rowCount)
            }
            return try predict(rowCount) { position in
                .numbers((0..<rowCount).map { values[$0 * width + position] })
            } type: { _ in
                matrix.type
            }
        case .texts(let texts):
            return try predict(rowCount) { position in
                .texts((0..<rowCount).map { texts[$0 * width + position] })
            } type: { _ in
                matrix.type
            }
        }
    }

    /// Numbers for a feature of truth values are 0 or 1.
    private func checkFlags(_ values: [Double], rowCount: Int) throws(BancadaError) {
        for position in flagPositions {
            for row in 0..<rowCount {
                let value = values[row * features.count + position]
                guard value.isNaN || value == 0 || value == 1 else {
                    throw BancadaError(
                        .invalidInput,
                        "column \"\(features[position].name)\" of the request has \"\(value)\" in "
                            + "row \(row + 1), expected \(features[position].type.words)")
                }
            }
        }
    }

    // MARK: - A column for each feature

    private func predict(columns inputs: [Tensor]) throws(BancadaError) -> Predictions {
        var found = [Int?](repeating: nil, count: features.count)
        for (index, input) in inputs.enumerated() {
            guard let position = positions[input.name] else { throw unknown(input.name, inputs) }
            if found[position] != nil {
                throw BancadaError(.invalidInput, "the input \"\(input.name)\" is there twice")
            }
            found[position] = index
        }
        let missing = features.indices.filter { found[$0] == nil }.map { features[$0].name }
        guard missing.isEmpty else {
            throw BancadaError(
                .invalidInput,
                missing.count == 1
                    ? "the input \"\(missing[0])\" is missing"
                    : "the inputs \(Self.list(missing)) are missing",
                hint: "give every feature of the model, with null where a value is missing")
        }
        let ordered = found.compactMap { $0.map { inputs[$0] } }
        let rowCount = ordered.first?.shape.first ?? 0
        for input in ordered { try check(input, rowCount: rowCount) }
        try checkRows(rowCount)
        return try predict(rowCount) {
            ordered[$0].elements
        } type: {
            ordered[$0].type
        }
    }

    private func check(_ input: Tensor, rowCount: Int) throws(BancadaError) {
        let isColumn = input.shape.count == 1 || input.shape.count == 2 && input.shape[1] == 1
        guard isColumn, input.shape[0] == rowCount else {
            throw BancadaError(
                .invalidInput,
                "the input \"\(input.name)\" has shape \(input.shape), expected [\(rowCount)] or "
                    + "[\(rowCount), 1] as the first feature has \(rowCount) rows")
        }
    }

    private func checkRows(_ rowCount: Int) throws(BancadaError) {
        guard rowCount > 0 else {
            throw BancadaError(.invalidInput, "the request has no rows, expected at least one")
        }
    }

    private func unknown(_ name: String, _ inputs: [Tensor]) -> BancadaError {
        let names = features.map(\.name)
        let hint: String
        if name == Self.matrixInput {
            hint = "give either \"\(name)\" alone or a column for each feature"
        } else if let near = NearestName.of(name, among: names) {
            hint = "write \"\(near)\""
        } else {
            hint =
                "give \"\(Self.matrixInput)\" of shape [rows, \(names.count)] or the features "
                + Self.list(names)
        }
        return BancadaError(.invalidInput, "the model has no input \"\(name)\"", hint: hint)
    }

    // MARK: - Columns

    private func predict(
        _ rowCount: Int, _ elements: (Int) -> TensorElements, type: (Int) -> TensorType
    ) throws(BancadaError) -> Predictions {
        let columns = features.indices.map { position in
            Self.column(features[position], elements(position), type: type(position))
        }
        return try model.predict(columns: columns, rowCount: rowCount, source: "the request")
    }

    /// The column that a table with these cells would have; the model says what does not fit.
    private static func column(
        _ feature: Feature, _ elements: TensorElements, type: TensorType
    ) -> Column {
        switch elements {
        case .numbers(let values):
            if feature.type == .text, type != .bool {
                return Column(name: feature.name, texts: TextValues(values.map(text)))
            }
            let columnType: ColumnType =
                switch type {
                case .bool: .boolean
                case .fp16, .fp32, .fp64: .number
                default: .integer
                }
            return Column(name: feature.name, type: columnType, numbers: values)
        case .texts(let texts):
            // Raw bytes have no null: an empty text is a missing value, as in a CSV file.
            let cells = texts.map { $0?.isEmpty == true ? nil : $0 }
            if feature.type == .boolean, let flags = flags(cells) {
                return Column(name: feature.name, type: .boolean, numbers: flags)
            }
            return Column(name: feature.name, texts: TextValues(cells))
        }
    }

    /// A number as a cell of a text column: JSON does not tell 1 from 1.0, so whole numbers have no
    /// point.
    private static func text(_ value: Double) -> String? {
        let isWhole = value == value.rounded() && value.magnitude <= 0x1p53
        return Column.text(value, type: isWhole ? .integer : .number)
    }

    /// Truth values as CSV files have them, or 0 and 1; nil when one is neither.
    private static func flags(_ cells: [String?]) -> [Double]? {
        var flags: [Double] = []
        flags.reserveCapacity(cells.count)
        for cell in cells {
            switch cell?.lowercased() {
            case nil: flags.append(.nan)
            case "true"?, "1"?: flags.append(1)
            case "false"?, "0"?: flags.append(0)
            default: return nil
            }
        }
        return flags
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(10).map { "\"\($0)\"" }.joined(separator: ", ")
        return names.count > 10 ? "\(shown) and \(names.count - 10) more" : shown
    }
}
