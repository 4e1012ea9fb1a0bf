import Tabular
import Testing
import Training
import Workbench

/// Small models over made-up rows, trained in milliseconds.
enum Fixtures {
    /// Rows of `numbers`: a and b decide the class, c is missing here and there.
    static let rowCount = 60

    private static func numbers(_ scale: Double, _ shift: Double) -> [Double] {
        (0..<rowCount).map { Double($0 * 7 % 13) * scale + shift + Double($0 % 3) }
    }

    /// Three numeric columns, `c` with missing values.
    static var numericColumns: [Column] {
        let gaps = numbers(0.1, 0).enumerated().map { $0.offset % 10 == 0 ? .nan : $0.element }
        return [
            Column(name: "a", type: .number, numbers: numbers(0.5, 1)),
            Column(name: "b", type: .integer, numbers: (0..<rowCount).map { Double($0 % 3) }),
            Column(name: "c", type: .number, numbers: gaps),
        ]
    }

    /// A number, truth values, texts and an integer, each with a missing value.
    static var mixedColumns: [Column] {
        let flags = (0..<rowCount).map { $0 == 4 ? Double.nan : Double($0 % 2) }
        let islands = (0..<rowCount).map { $0 == 5 ? nil : ["Biscoe", "Dream", "7"][$0 % 3] }
        return [
            Column(name: "size", type: .number, numbers: numbers(0.5, 1)),
            Column(name: "adult", type: .boolean, numbers: flags),
            Column(name: "island", texts: TextValues(islands)),
            Column(
                name: "year", type: .integer, numbers: (0..<rowCount).map { 2_000 + Double($0 % 4) }
            ),
        ]
    }

    /// A target of each type that a model may have.
    static func target(_ type: ColumnType) -> Column {
        switch type {
        case .text:
            Column(name: "y", texts: TextValues((0..<rowCount).map { ["x", "y", "z"][$0 % 3] }))
        case .integer:
            Column(name: "y", type: .integer, numbers: (0..<rowCount).map { Double($0 % 3) * 5 })
        case .boolean:
            Column(name: "y", type: .boolean, numbers: (0..<rowCount).map { Double($0 % 2) })
        case .number:
            Column(name: "y", type: .number, numbers: numbers(0.25, -2))
        }
    }

    /// A table of features and a target.
    static func table(_ features: [Column], _ target: ColumnType = .text) throws -> Table {
        try Table(name: "made-up", columns: features + [self.target(target)])
    }

    /// A model of such a table.
    static func model(
        _ features: [Column], _ target: ColumnType = .text, algorithm: Algorithm? = nil
    ) throws -> TrainedModel {
        try ModelTrainer.fit(
            table(features, target),
            plan: TrainingPlan(target: "y", task: nil, algorithm: algorithm, assignments: []),
            context: FitContext())
    }
}

/// The tensor of a column's cells in the form that clients send.
func tensor(_ column: Column, shape: [Int]? = nil) -> Tensor {
    let shape = shape ?? [column.count]
    switch column.values {
    case .texts(let texts):
        let cells = texts.codes.map { $0 < 0 ? nil : texts.levels[Int($0)] }
        return Tensor(name: column.name, type: .bytes, shape: shape, elements: .texts(cells))
    case .numbers(let values):
        let type: TensorType =
            switch column.type {
            case .boolean: .bool
            case .integer: .int64
            case .number, .text: .fp64
            }
        return Tensor(name: column.name, type: type, shape: shape, elements: .numbers(values))
    }
}

/// All columns as one matrix of numbers.
func matrix(_ columns: [Column]) -> Tensor {
    let rowCount = columns.first?.count ?? 0
    var values: [Double] = []
    for row in 0..<rowCount {
        for column in columns {
            if case .numbers(let numbers) = column.values { values.append(numbers[row]) }
        }
    }
    return Tensor(
        name: "input-0", type: .fp64, shape: [rowCount, columns.count], elements: .numbers(values))
}

/// All columns as one matrix of texts, as CSV shows them.
func textMatrix(_ columns: [Column]) -> Tensor {
    let rowCount = columns.first?.count ?? 0
    let cells = (0..<rowCount).flatMap { row in columns.map { $0.text(row: row) } }
    return Tensor(
        name: "input-0", type: .bytes, shape: [rowCount, columns.count], elements: .texts(cells))
}
