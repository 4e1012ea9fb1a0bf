import Documents
package import Workbench

/// A typed setting of a trainer, sampler or objective.
package struct ParameterDeclaration: Sendable, Equatable {
    /// What a setting can be.
    package enum Kind: Sendable, Equatable {
        /// A number, within bounds where there are some.
        case float(low: Double?, high: Double?, log: Bool, step: Double?)
        /// An integer, within bounds where there are some.
        case int(low: Int?, high: Int?, log: Bool, step: Int)
        /// True or false.
        case bool
        /// Any text.
        case string
        /// One of some values.
        case categorical([JSON])
    }

    /// Its name.
    package let name: String
    /// What it can be.
    package let kind: Kind
    /// The value where nothing is said; nil leaves it out, and the plugin decides.
    package let defaultValue: JSON?
    /// What it is for, in a sentence.
    package let description: String

    /// Reads the settings under `name`: an object of objects, or nothing.
    static func all(
        _ fields: ObjectFields, _ name: String
    ) throws(BancadaError) -> [ParameterDeclaration] {
        var result: [ParameterDeclaration] = []
        for (name, fields) in try fields.named(name) {
            result.append(try ParameterDeclaration(name, fields))
        }
        return result
    }

    private init(_ name: String, _ fields: ObjectFields) throws(BancadaError) {
        self.name = name
        description = try fields.description()
        kind = try Self.kind(fields)
        guard let node = fields.optional("default") else {
            defaultValue = nil
            return
        }
        guard let value = Self.value(node.json, kind: kind) else {
            throw fields.invalid(
                "default", "is \(node.json.compactText), expected \(Self.expectation(kind))")
        }
        defaultValue = value
    }

    private static func kind(_ fields: ObjectFields) throws(BancadaError) -> Kind {
        let word = try fields.string("type")
        let common = ["type", "default", "description"]
        switch word {
        case "float":
            try fields.refuseUnknown(known: common + ["low", "high", "log", "step"])
            let low = fields.optional("low") == nil ? nil : try fields.double("low")
            let high = fields.optional("high") == nil ? nil : try fields.double("high")
            let step = fields.optional("step") == nil ? nil : try fields.double("step")
            let log = try fields.flag("log")
            try checkBounds(fields, low, high, log: log, step: step)
            return .float(low: low, high: high, log: log, step: step)
        case "int":
            try fields.refuseUnknown(known: common + ["low", "high", "log", "step"])
            let low = fields.optional("low") == nil ? nil : try fields.integer("low")
            let high = fields.optional("high") == nil ? nil : try fields.integer("high")
            let step = fields.optional("step") == nil ? 1 : try fields.integer("step")
            let log = try fields.flag("log")
            try checkBounds(
                fields, low.map(Double.init), high.map(Double.init), log: log, step: Double(step))
            return .int(low: low, high: high, log: log, step: step)
        case "bool", "string":
            try fields.refuseUnknown(known: common)
            return word == "bool" ? .bool : .string
        case "categorical":
            try fields.refuseUnknown(known: common + ["choices"])
            let choices = try fields.array("choices").map(\.json)
            if choices.isEmpty { throw fields.invalid("choices", "is empty") }
            return .categorical(choices)
        default:
            let words = ["float", "int", "bool", "string", "categorical"]
            let error = fields.invalid(
                "type", "is \"\(word)\", expected one of \(words.joined(separator: ", "))")
            let near = NearestName.of(word, among: words)
            throw BancadaError(error.code, error.message, hint: near.map { "write \"\($0)\"" })
        }
    }

    private static func checkBounds(
        _ fields: ObjectFields, _ low: Double?, _ high: Double?, log: Bool, step: Double?
    ) throws(BancadaError) {
        if let low, let high, low > high {
            throw fields.invalid("low", "is above \"high\"")
        }
        if log, (low ?? 1) <= 0 {
            throw fields.invalid("low", "must be above 0 where \"log\" is true")
        }
        if let step, step <= 0 { throw fields.invalid("step", "must be above 0") }
    }

    /// The values to search; nil where a kind has no bounds.
    package var domain: SearchSpace.Domain? {
        switch kind {
        case .float(let low?, let high?, let log, let step):
            .float(low: low, high: high, scale: log ? .log : .linear, step: step)
        case .int(let low?, let high?, let log, let step):
            .int(low: low, high: high, log: log, step: step)
        case .categorical(let choices): .categorical(choices)
        case .bool: .categorical([false, true])
        default: nil
        }
    }

    /// What the setting can be, in words.
    package var expectation: String { Self.expectation(kind) }

    /// Completes `given` by defaults and checks it: the order of the declarations, no unknown names,
    /// values of the right kind.
    ///
    /// - Parameter owner: whose settings they are, in messages: `trainer "sklearn.svc"`.
    /// - Throws: `invalidInput` naming the setting and what was expected.
    package static func resolve(
        _ given: [JSON.Member], by declarations: [ParameterDeclaration], of owner: String
    ) throws(BancadaError) -> [JSON.Member] {
        let names = declarations.map(\.name)
        for member in given where !names.contains(member.name) {
            let near = NearestName.of(member.name, among: names)
            let known =
                names.isEmpty ? "it has none" : "use one of " + names.joined(separator: ", ")
            throw BancadaError(
                .invalidInput, "\(owner) has no parameter \"\(member.name)\"",
                hint: near.map { "write \"\($0)\"" } ?? known)
        }
        var result: [JSON.Member] = []
        for declaration in declarations {
            let value = given.first { $0.name == declaration.name }?.value ?? .null
            if value == .null {
                if let fallback = declaration.defaultValue {
                    result.append(JSON.Member(declaration.name, fallback))
                }
                continue
            }
            guard let value = Self.value(value, kind: declaration.kind) else {
                throw BancadaError(
                    .invalidInput,
                    "parameter \"\(declaration.name)\" of \(owner) is \(value.compactText), "
                        + "expected \(declaration.expectation)")
            }
            result.append(JSON.Member(declaration.name, value))
        }
        return result
    }

    /// `value` in the type of `kind`; nil when it is none.
    private static func value(_ value: JSON, kind: Kind) -> JSON? {
        switch (kind, value) {
        case (.float(let low, let high, _, _), .number(let number)):
            isWithin(number, low, high) ? value : nil
        case (.float(let low, let high, _, _), .integer(let integer)):
            isWithin(Double(integer), low, high) ? .number(Double(integer)) : nil
        case (.int(let low, let high, _, _), .integer(let integer)):
            isWithin(Double(integer), low.map(Double.init), high.map(Double.init)) ? value : nil
        case (.bool, .bool), (.string, .string): value
        case (.categorical(let choices), _): choices.first { $0 == value }
        default: nil
        }
    }

    private static func isWithin(_ number: Double, _ low: Double?, _ high: Double?) -> Bool {
        number.isFinite && number >= low ?? -.infinity && number <= high ?? .infinity
    }

    private static func expectation(_ kind: Kind) -> String {
        switch kind {
        case .float(let low, let high, _, _):
            "a number" + bounds(low.map(\.description), high.map(\.description))
        case .int(let low, let high, _, _):
            "an integer" + bounds(low.map(\.description), high.map(\.description))
        case .bool: "true or false"
        case .string: "a text"
        case .categorical(let choices):
            "one of " + choices.map(\.compactText).joined(separator: ", ")
        }
    }

    private static func bounds(_ low: String?, _ high: String?) -> String {
        switch (low, high) {
        case (let low?, let high?): " from \(low) to \(high)"
        case (let low?, nil): " from \(low) on"
        case (nil, let high?): " up to \(high)"
        case (nil, nil): ""
        }
    }
}
