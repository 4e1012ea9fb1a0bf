package import Tabular
package import Workbench

/// The classes of a classifier, in the order of its labels.
package struct ClassLabels: Sendable, Equatable {
    /// The type of the column they come from.
    package let type: ColumnType
    /// The classes as CSV shows them: texts and `false`, `true` in ascending order, numbers by
    /// value; at least two, each once.
    package let names: [String]

    /// Number of classes.
    package var count: Int { names.count }

    /// The most classes of a classifier.
    package static let maximumCount = 1000

    /// Classes in order.
    package init(type: ColumnType, names: [String]) {
        self.type = type
        self.names = names
    }

    /// The class of every row of a column; -1 where the value is missing, -2 where it is no class.
    package func labels(of column: Column) -> [Int32] {
        var known: [String: Int32] = [:]
        for (index, name) in names.enumerated() { known[name] = Int32(index) }
        switch column.values {
        case .texts(let texts):
            let codes = texts.levels.map { known[$0] ?? -2 }
            return texts.codes.map { $0 < 0 ? -1 : codes[Int($0)] }
        case .numbers(let values):
            // Numbers of one type may be shown as the other's: class 1 is also 1.0.
            let isSwapped = type == .integer && column.type == .number
            let shown = isSwapped || type == .number ? type : column.type
            var seen: [Double: Int32] = [:]
            return values.map { value in
                guard let text = Column.text(value, type: shown) else { return -1 }
                if let label = seen[value] { return label }
                let label = known[text] ?? -2
                seen[value] = label
                return label
            }
        }
    }
}

/// What a model is to give for every row.
package enum TargetValues: Sendable, Equatable {
    /// The class of every row, in `0..<count`.
    case classes([Int32], count: Int)
    /// The number of every row.
    case values([Double])

    /// Number of rows.
    package var count: Int {
        switch self {
        case .classes(let labels, _): labels.count
        case .values(let values): values.count
        }
    }
}

/// The target column of a training table, understood.
package struct Target: Sendable {
    /// The column's name.
    package let name: String
    /// What is to be learned.
    package let task: LearningTask
    /// The classes of a classification.
    package let classes: ClassLabels?
    /// The rows that have a value, in ascending order.
    package let rows: [Int]
    /// What is to be given for those rows.
    package let values: TargetValues

    /// Rows without a target, which nothing can be learned from.
    package let droppedRowCount: Int

    /// The most values of an integer column that are taken for classes.
    package static let maximumIntegerClasses = 20

    /// Understands a column as a target.
    ///
    /// Texts, booleans, and integers with at most `maximumIntegerClasses` different values are
    /// classes; other columns are numbers. `task` overrides that.
    ///
    /// - Throws: `notFound` for a column that is not there; `invalidInput` where it does not fit
    ///   the task, has no values, a single class or infinite values.
    package init(
        _ name: String, of table: Table, task: LearningTask? = nil
    ) throws(BancadaError) {
        let column = try table.column(name)
        let missing = column.missingCount
        guard missing < column.count else {
            throw BancadaError(
                .invalidInput, "the target column \"\(name)\" of \(table.name) has no values",
                hint: "choose another target column")
        }
        self.name = name
        let task = task ?? Self.task(of: column)
        self.task = task
        droppedRowCount = missing
        switch task {
        case .classification:
            let classes = try Self.classes(of: column, table.name)
            let labels = classes.labels(of: column)
            rows = labels.indices.filter { labels[$0] >= 0 }
            values = .classes(labels.filter { $0 >= 0 }, count: classes.count)
            self.classes = classes
        case .regression:
            let numbers = try Self.numbers(of: column, table.name)
            rows = numbers.indices.filter { !numbers[$0].isNaN }
            values = .values(numbers.filter { !$0.isNaN })
            classes = nil
        }
    }

    private static func task(of column: Column) -> LearningTask {
        switch column.type {
        case .text, .boolean: return .classification
        case .number: return .regression
        case .integer:
            guard case .numbers(let values) = column.values else { return .classification }
            var seen: Set<Double> = []
            for value in values where !value.isNaN {
                if seen.insert(value).inserted, seen.count > maximumIntegerClasses {
                    return .regression
                }
            }
            return .classification
        }
    }

    private static func classes(
        of column: Column, _ table: String
    ) throws(BancadaError) -> ClassLabels {
        let names: [String]
        switch column.values {
        case .texts(let texts):
            names = Set(texts.codes.lazy.filter { $0 >= 0 }.map { texts.levels[Int($0)] }).sorted()
        case .numbers(let values):
            let distinct = Set(values.lazy.filter { !$0.isNaN }).sorted()
            names = distinct.compactMap { Column.text($0, type: column.type) }
        }
        guard names.count > 1 else {
            throw BancadaError(
                .invalidInput,
                "the target column \"\(column.name)\" of \(table) has the single class "
                    + "\"\(names.first ?? "")\", expected at least two",
                hint: "choose another target column, or add rows of other classes")
        }
        guard names.count <= ClassLabels.maximumCount else {
            throw BancadaError(
                .invalidInput,
                "the target column \"\(column.name)\" of \(table) has \(names.count) different "
                    + "values, expected at most \(ClassLabels.maximumCount) classes",
                hint: column.type == .text
                    ? "choose another target column" : "train with '--task regression'")
        }
        return ClassLabels(type: column.type, names: names)
    }

    private static func numbers(
        of column: Column, _ table: String
    ) throws(BancadaError) -> [Double] {
        switch column.values {
        case .texts(let texts):
            let row = texts.codes.firstIndex { $0 >= 0 } ?? 0
            throw BancadaError(
                .invalidInput,
                "the target column \"\(column.name)\" of \(table) holds text such as "
                    + "\"\(column.text(row: row) ?? "")\", expected numbers for a regression",
                hint: "train with '--task classification', or choose another target column")
        case .numbers(let values):
            if let row = values.firstIndex(where: \.isInfinite) {
                throw BancadaError(
                    .invalidInput,
                    "the target column \"\(column.name)\" of \(table) is infinite in row "
                        + "\(row + 1), expected finite numbers",
                    hint: "replace the value, or leave it empty")
            }
            return values
        }
    }
}
