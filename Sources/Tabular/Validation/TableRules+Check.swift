import Documents
import Workbench

extension TableRules {
    /// What in a table breaks the rules, all of it errors: first the table's, then each column's in
    /// the order of the rules, each with the number of rows and the first of them.
    package func findings(in table: Table) -> [TableFinding] {
        var findings: [TableFinding] = []
        if let minimumRows, table.rowCount < minimumRows {
            findings.append(
                .init(
                    .error, nil,
                    "there are \(table.rowCount) rows, expected at least \(minimumRows)"))
        }
        if let maximumRows, table.rowCount > maximumRows {
            findings.append(
                .init(
                    .error, nil, "there are \(table.rowCount) rows, expected at most \(maximumRows)"
                ))
        }
        for rules in columns {
            guard let column = table[rules.name] else {
                if rules.isRequired {
                    let near = NearestName.of(rules.name, among: table.columnNames)
                    let guess = near.map { "; there is \"\($0)\"" } ?? ""
                    findings.append(.init(.error, rules.name, "is missing\(guess)"))
                }
                continue
            }
            findings += rules.findings(in: column)
        }
        if !allowsNew {
            let known = Set(columns.map(\.name))
            for name in table.columnNames where !known.contains(name) {
                findings.append(.init(.error, name, "is new, and new columns are not allowed"))
            }
        }
        return findings
    }
}

extension TableRules.ColumnRules {
    /// What in a column breaks its rules.
    func findings(in column: Column) -> [TableFinding] {
        var findings: [TableFinding] = []
        let absent = (0..<column.count).filter { column.isMissing(row: $0) }
        if let missing, Double(absent.count) > missing * Double(column.count) {
            let allowed = missing > 0 ? "a share of at most \(missing)" : "none"
            findings.append(
                .init(.error, name, "has no value, expected \(allowed),", rows: absent))
        }
        if absent.count < column.count {
            if let finding = typeFinding(column) {
                // What follows would only say the same again.
                return findings + [finding]
            }
            findings += [rangeFinding(column), valuesFinding(column), patternFinding(column)]
                .compactMap { $0 }
        }
        if isUnique, let finding = repetitionFinding(column) { findings.append(finding) }
        return findings
    }

    private func typeFinding(_ column: Column) -> TableFinding? {
        let isNumeric = column.type == .integer || column.type == .number
        if let type {
            guard column.type != type, !(type == .number && column.type == .integer) else {
                return nil
            }
            return .init(
                .error, name, "is \(column.type.rawValue), expected \(type.rawValue)")
        }
        guard minimum != nil || maximum != nil, !isNumeric else { return nil }
        return .init(.error, name, "is \(column.type.rawValue), expected numbers")
    }

    private func rangeFinding(_ column: Column) -> TableFinding? {
        guard minimum != nil || maximum != nil, case .numbers(let numbers) = column.values
        else { return nil }
        let low = minimum ?? -.infinity
        let high = maximum ?? .infinity
        let rows = numbers.indices.filter { numbers[$0] < low || numbers[$0] > high }
        guard let first = rows.first else { return nil }
        let expected: String =
            switch (minimum, maximum) {
            case (let low?, let high?): "\(Self.text(low)) to \(Self.text(high))"
            case (let low?, nil): "at least \(Self.text(low))"
            default: "at most \(Self.text(high))"
            }
        let value = column.text(row: first) ?? ""
        return .init(.error, name, "has \(value), expected \(expected),", rows: rows)
    }

    private func valuesFinding(_ column: Column) -> TableFinding? {
        guard let values else { return nil }
        let rows: [Int]
        switch column.values {
        case .numbers(let numbers) where column.type != .boolean:
            let known = Set(values.compactMap(Self.number))
            rows = numbers.indices.filter { !numbers[$0].isNaN && !known.contains(numbers[$0]) }
        case .numbers, .texts:
            let known = Set(values.map(Self.text))
            rows = column.rows { !known.contains($0) }
        }
        guard let first = rows.first else { return nil }
        let listed = values.prefix(5).map(Self.text).joined(separator: ", ")
        let rest = values.count > 5 ? " or \(values.count - 5) others" : ""
        return .init(
            .error, name,
            "has \"\(Self.shortened(column.text(row: first)))\", expected one of \(listed)\(rest),",
            rows: rows)
    }

    private func patternFinding(_ column: Column) -> TableFinding? {
        // It was a regular expression when the rules were read.
        guard let pattern, let expression = try? Regex(pattern) else { return nil }
        let rows = column.rows { text in
            // A match that fails half-way is none.
            (try? expression.wholeMatch(in: text)) == nil
        }
        guard let first = rows.first else { return nil }
        return .init(
            .error, name,
            "has \"\(Self.shortened(column.text(row: first)))\", expected what matches "
                + "\"\(pattern)\",", rows: rows)
    }

    private func repetitionFinding(_ column: Column) -> TableFinding? {
        var seen: Set<String> = []
        var rows: [Int] = []
        for row in 0..<column.count {
            guard let text = column.text(row: row) else { continue }
            if !seen.insert(text).inserted { rows.append(row) }
        }
        guard let first = rows.first else { return nil }
        return .init(
            .error, name,
            "has \"\(Self.shortened(column.text(row: first)))\" again, expected no value twice,",
            rows: rows)
    }

    private static func shortened(_ text: String?) -> String {
        let text = text ?? ""
        return text.count > 40 ? "\(text.prefix(40))..." : text
    }

    private static func number(_ value: JSON) -> Double? {
        switch value {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .string(let text): Double(text)
        default: nil
        }
    }

    private static func text(_ value: JSON) -> String {
        if case .string(let text) = value { return text }
        return value.compactText
    }

    private static func text(_ number: Double) -> String {
        Column.text(number, type: Int64(exactly: number) == nil ? .number : .integer) ?? ""
    }
}

extension Column {
    /// Whether a row has no value.
    fileprivate func isMissing(row: Int) -> Bool {
        switch values {
        case .numbers(let numbers): numbers[row].isNaN
        case .texts(let texts): texts.codes[row] < 0
        }
    }

    /// The rows with a value whose text, as CSV shows it, `isWrong`; every text is asked about once.
    fileprivate func rows(where isWrong: (String) -> Bool) -> [Int] {
        switch values {
        case .texts(let texts):
            let wrong = texts.levels.map(isWrong)
            return texts.codes.indices.filter { row in
                let code = texts.codes[row]
                return code >= 0 && wrong[Int(code)]
            }
        case .numbers(let numbers):
            var known: [Double: Bool] = [:]
            return numbers.indices.filter { row in
                guard let text = text(row: row) else { return false }
                if let answer = known[numbers[row]] { return answer }
                let answer = isWrong(text)
                known[numbers[row]] = answer
                return answer
            }
        }
    }
}
