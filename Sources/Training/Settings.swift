package import Documents
package import Workbench

/// The value of a setting of an algorithm.
package enum SettingValue: Sendable, Equatable {
    case number(Double)
    case integer(Int)
    case boolean(Bool)
    case text(String)

    /// The value as text, as `--set` takes it.
    package var text: String {
        switch self {
        case .number(let value): value.description
        case .integer(let value): String(value)
        case .boolean(let value): value ? "true" : "false"
        case .text(let value): value
        }
    }

    /// The value as JSON.
    package var json: JSON {
        switch self {
        case .number(let value): .number(value)
        case .integer(let value): JSON(value)
        case .boolean(let value): .bool(value)
        case .text(let value): .string(value)
        }
    }
}

/// A setting that an algorithm has.
package struct ParameterSpecification: Sendable, Equatable {
    /// What values it takes.
    package enum Kind: Sendable, Equatable {
        /// A number within bounds, both included.
        case number(ClosedRange<Double>)
        /// An integer within bounds, both included.
        case integer(ClosedRange<Int>)
        /// True or false.
        case boolean
        /// One of some words.
        case choice([String])

        /// `float`, `int` or `bool`, as study files name the types, or the words.
        package var name: String {
            switch self {
            case .number: "float"
            case .integer: "int"
            case .boolean: "bool"
            case .choice(let words): words.joined(separator: "|")
            }
        }
    }

    /// The setting's name.
    package let name: String
    /// What values it takes.
    package let kind: Kind
    /// The value where none is given.
    package let defaultValue: SettingValue
    /// What it does, in a sentence.
    package let description: String

    /// Reads a value as `--set` gives it.
    ///
    /// - Throws: `invalidInput` naming type and range.
    package func parse(_ text: String) throws(BancadaError) -> SettingValue {
        switch kind {
        case .number(let range):
            if let value = Double(text), range.contains(value) { return .number(value) }
        case .integer(let range):
            if let value = Int(text), range.contains(value) { return .integer(value) }
        case .boolean:
            if let value = Bool(text.lowercased()) { return .boolean(value) }
        case .choice(let words):
            if words.contains(text) { return .text(text) }
        }
        throw mismatch(text)
    }

    /// Reads a value of JSON.
    ///
    /// - Throws: `invalidInput` naming type and range.
    package func parse(_ node: Node) throws(BancadaError) -> SettingValue {
        switch (kind, node.value) {
        case (.number(let range), _):
            if let value = node.double, range.contains(value) { return .number(value) }
        case (.integer(let range), .integer(let value)):
            if let value = Int(exactly: value), range.contains(value) { return .integer(value) }
        case (.boolean, .bool(let value)): return .boolean(value)
        case (.choice(let words), .string(let word)):
            if words.contains(word) { return .text(word) }
            throw mismatch(word)
        default: break
        }
        throw mismatch(node.json.compactText)
    }

    private func mismatch(_ text: String) -> BancadaError {
        let expected =
            switch kind {
            case .number(let range):
                "a number from \(range.lowerBound) to \(range.upperBound)"
            case .integer(let range):
                "an integer from \(range.lowerBound) to \(range.upperBound)"
            case .boolean: "true or false"
            case .choice(let words): words.joined(separator: " or ")
            }
        var near: String?
        if case .choice(let words) = kind { near = NearestName.of(text, among: words) }
        return BancadaError(
            .invalidInput, "the setting \"\(name)\" is \"\(text)\", expected \(expected)",
            hint: near.map { "write \"\($0)\"" })
    }
}

/// The values of all settings of an algorithm.
package struct Settings: Sendable, Equatable {
    /// The settings, in the order in which the algorithm lists them.
    package let values: [(name: String, value: SettingValue)]

    /// Values by name over the defaults of `specifications`.
    ///
    /// - Throws: `invalidInput` for unknown names, with the nearest one as the hint, and values of
    ///   the wrong kind.
    package init(
        _ given: [String: SettingValue] = [:], of specifications: [ParameterSpecification]
    ) throws(BancadaError) {
        for name in given.keys.sorted() { _ = try Self.find(name, specifications) }
        values = specifications.map { ($0.name, given[$0.name] ?? $0.defaultValue) }
    }

    /// Values as `--set` gives them: `name=value` each; of a name that is there twice the last.
    ///
    /// - Throws: `invalidInput` for texts of another form, unknown names and wrong values.
    package init(
        assignments: [String], of specifications: [ParameterSpecification]
    ) throws(BancadaError) {
        var given: [String: SettingValue] = [:]
        for assignment in assignments {
            guard let equals = assignment.firstIndex(of: "=") else {
                throw BancadaError(
                    .invalidInput, "the setting \"\(assignment)\" has no value",
                    hint: "write it as name=value")
            }
            let name = String(assignment[..<equals])
            let text = String(assignment[assignment.index(after: equals)...])
            given[name] = try Self.find(name, specifications).parse(text)
        }
        try self.init(given, of: specifications)
    }

    /// Values of a JSON object.
    ///
    /// - Throws: `invalidInput` for unknown names and wrong values.
    package init(
        _ object: ObjectFields, of specifications: [ParameterSpecification]
    ) throws(BancadaError) {
        var given: [String: SettingValue] = [:]
        for member in object.members {
            given[member.name] = try Self.find(member.name, specifications).parse(member.value)
        }
        try self.init(given, of: specifications)
    }

    /// The values as a JSON object.
    package var json: JSON {
        .object(values.map { .init($0.name, $0.value.json) })
    }

    package static func == (left: Settings, right: Settings) -> Bool {
        left.values.elementsEqual(right.values) { $0 == $1 }
    }

    /// The number of a setting that the algorithm has.
    func number(_ name: String) -> Double {
        guard case .number(let value) = value(name) else {
            preconditionFailure("the setting \(name) is no number")
        }
        return value
    }

    /// The integer of a setting that the algorithm has.
    func integer(_ name: String) -> Int {
        guard case .integer(let value) = value(name) else {
            preconditionFailure("the setting \(name) is no integer")
        }
        return value
    }

    /// The boolean of a setting that the algorithm has.
    func boolean(_ name: String) -> Bool {
        guard case .boolean(let value) = value(name) else {
            preconditionFailure("the setting \(name) is no boolean")
        }
        return value
    }

    /// The word of a setting that the algorithm has.
    func text(_ name: String) -> String {
        guard case .text(let value) = value(name) else {
            preconditionFailure("the setting \(name) is no word")
        }
        return value
    }

    private func value(_ name: String) -> SettingValue {
        guard let setting = values.first(where: { $0.name == name }) else {
            preconditionFailure("the algorithm has no setting \(name)")
        }
        return setting.value
    }

    private static func find(
        _ name: String, _ specifications: [ParameterSpecification]
    ) throws(BancadaError) -> ParameterSpecification {
        if let found = specifications.first(where: { $0.name == name }) { return found }
        let names = specifications.map(\.name)
        throw BancadaError(
            .invalidInput, "unknown setting \"\(name)\"",
            hint: NearestName.of(name, among: names).map { "write \"\($0)\"" }
                ?? "use one of \(names.joined(separator: ", "))")
    }
}
