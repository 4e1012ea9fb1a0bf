/// The kinds of column, as `schema.json` and `model.json` name them.
package enum ColumnType: String, Sendable, CaseIterable {
    /// Whole numbers between -2^53 and 2^53.
    case integer
    /// Any other numbers.
    case number
    /// True and false.
    case boolean
    /// Everything else.
    case text

    /// The type in words for messages.
    package var words: String {
        switch self {
        case .integer: "an integer"
        case .number: "a number"
        case .boolean: "true or false"
        case .text: "text"
        }
    }
}

/// Texts by dictionary: row i has `levels[codes[i]]`, or nothing where the code is -1.
package struct TextValues: Sendable {
    /// A level for every row; -1 where the value is missing.
    package let codes: [Int32]
    /// The texts that occur, each once, in order of first appearance.
    package let levels: [String]

    /// Texts by dictionary.
    ///
    /// - Precondition: the codes are indices of `levels` or -1.
    package init(codes: [Int32], levels: [String]) {
        let bound = Int32(levels.count)
        precondition(codes.allSatisfy { $0 >= -1 && $0 < bound }, "a code has no level")
        self.codes = codes
        self.levels = levels
    }

    /// The dictionary of texts that are given one by one.
    package init(_ texts: [String?]) {
        var known: [String: Int32] = [:]
        var levels: [String] = []
        codes = texts.map { text in
            guard let text else { return -1 }
            if let code = known[text] { return code }
            let code = Int32(levels.count)
            known[text] = code
            levels.append(text)
            return code
        }
        self.levels = levels
    }
}

/// A named column of equal types, with missing values.
package struct Column: Sendable {
    /// The values of a column.
    package enum Values: Sendable {
        /// Integers, numbers, and booleans as 0 and 1; not a number where the value is missing.
        case numbers([Double])
        /// Texts by dictionary.
        case texts(TextValues)
    }

    /// The column's name; not empty.
    package let name: String
    /// What it holds.
    package let type: ColumnType
    /// The values, of `numbers` for every type but text.
    package let values: Values

    /// A column of integers, numbers or booleans (0 and 1); not a number is a missing value.
    ///
    /// - Precondition: the type is not text.
    package init(name: String, type: ColumnType, numbers: [Double]) {
        precondition(type != .text, "a text column has no numbers")
        self.name = name
        self.type = type
        values = .numbers(numbers)
    }

    /// A column of texts.
    package init(name: String, texts: TextValues) {
        self.name = name
        type = .text
        values = .texts(texts)
    }

    /// Number of rows.
    package var count: Int {
        switch values {
        case .numbers(let numbers): numbers.count
        case .texts(let texts): texts.codes.count
        }
    }

    /// Number of rows without a value.
    ///
    /// - Complexity: O(rows).
    package var missingCount: Int {
        switch values {
        case .numbers(let numbers): numbers.reduce(0) { $0 + ($1.isNaN ? 1 : 0) }
        case .texts(let texts): texts.codes.reduce(0) { $0 + ($1 < 0 ? 1 : 0) }
        }
    }

    /// The value of a row as a CSV file shows it; nil where it is missing.
    package func text(row: Int) -> String? {
        switch values {
        case .numbers(let numbers): Self.text(numbers[row], type: type)
        case .texts(let texts):
            texts.codes[row] < 0 ? nil : texts.levels[Int(texts.codes[row])]
        }
    }

    /// A number as a CSV file shows it in a column of `type`: integers without a point, booleans
    /// as `true` and `false`, other numbers as the shortest text that reads back as the same
    /// value; nil where it is missing.
    package static func text(_ number: Double, type: ColumnType) -> String? {
        if number.isNaN { return nil }
        switch type {
        case .boolean: return number == 0 ? "false" : "true"
        case .integer: return Int64(exactly: number).map(String.init) ?? number.description
        case .number, .text: return number.description
        }
    }

    /// The same column with the rows at `indices`, in that order.
    ///
    /// - Precondition: the indices are rows.
    package func rows(_ indices: [Int]) -> Column {
        switch values {
        case .numbers(let numbers):
            return Column(name: name, type: type, numbers: indices.map { numbers[$0] })
        case .texts(let texts):
            let codes = indices.map { texts.codes[$0] }
            return Column(name: name, texts: TextValues(codes: codes, levels: texts.levels))
        }
    }
}
