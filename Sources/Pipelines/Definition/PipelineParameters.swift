import Documents
package import Workbench

/// What a run sets of a pipeline's parameters.
package enum PipelineParameters {
    /// One parameter as it was given.
    package enum Setting: Sendable, Equatable {
        /// A text such as of `-p name=text`: read by the parameter's type.
        case text(String)
        /// A value.
        case value(JSON)
    }

    /// The values of all parameters in order: those given, else the defaults.
    ///
    /// - Throws: `invalidInput` for a name that the pipeline does not have, a value of another type,
    ///   and for every required parameter that is missing.
    package static func resolve(
        given: [String: Setting], _ pipeline: Pipeline
    ) throws(BancadaError) -> [JSON.Member] {
        let names = pipeline.parameters.map(\.name)
        for name in given.keys.sorted() where !names.contains(name) {
            let near = NearestName.of(name, among: names).map { "write \"\($0)\"" }
            let all = names.isEmpty ? "it has none" : "use one of \(names.joined(separator: ", "))"
            throw BancadaError(
                .invalidInput, "pipeline \"\(pipeline.name)\" has no parameter \"\(name)\"",
                hint: near ?? all)
        }
        var values: [JSON.Member] = []
        var missing: [PipelineParameter] = []
        for parameter in pipeline.parameters {
            if let setting = given[parameter.name] {
                values.append(.init(parameter.name, try value(setting, parameter)))
            } else if let value = parameter.defaultValue {
                values.append(.init(parameter.name, value))
            } else {
                missing.append(parameter)
            }
        }
        guard missing.isEmpty else {
            let list = missing.map { "\"\($0.name)\" (\($0.type.word))" }
            throw BancadaError(
                .invalidInput,
                "pipeline \"\(pipeline.name)\" needs \(list.joined(separator: ", "))",
                hint: "set \(missing.count == 1 ? "it" : "them") with "
                    + missing.map { "-p \($0.name)=.." }.joined(separator: " "))
        }
        return values
    }

    private static func value(
        _ setting: Setting, _ parameter: PipelineParameter
    ) throws(BancadaError) -> JSON {
        guard case .parameter(let type) = parameter.type else {
            throw BancadaError(
                .invalidInput,
                "parameter \"\(parameter.name)\" takes \(parameter.type.phrase), which only a "
                    + "pipeline that calls this one can pass")
        }
        let found: String
        switch setting {
        case .text(let text):
            if let value = type.value(of: text) { return value }
            found = "\"\(text.prefix(60))\""
        case .value(let value):
            if let value = type.exact(value) { return value }
            found = String(value.compactText.prefix(60))
        }
        throw BancadaError(
            .invalidInput,
            "parameter \"\(parameter.name)\" is \(found), expected \(parameter.type.phrase)",
            hint: type == .list || type == .object ? "write it as JSON" : nil)
    }
}

extension ParameterType {
    /// The type that a value has by itself; nil for null.
    init?(of value: JSON) {
        switch value {
        case .null: return nil
        case .bool: self = .boolean
        case .integer: self = .integer
        case .number: self = .number
        case .string: self = .string
        case .array: self = .list
        case .object: self = .object
        }
    }

    /// The value as one of this type: an integer becomes a number where a number is wanted; nil for
    /// any other type.
    func exact(_ value: JSON) -> JSON? {
        guard accepts(value) else { return nil }
        if self == .number, case .integer(let number) = value { return .number(Double(number)) }
        return value
    }

    /// The value of this type that a text writes; nil where it writes none.
    func value(of text: String) -> JSON? {
        switch self {
        case .string: return .string(text)
        case .boolean:
            switch text.lowercased() {
            case "true": return true
            case "false": return false
            default: return nil
            }
        case .integer, .number, .list, .object:
            // What cannot be read is no value of this type: the caller says so with its name.
            guard let node = try? YAMLParser.parse(text, document: "") else { return nil }
            if case .number(let value) = node.value, !value.isFinite { return nil }
            return exact(node.json)
        }
    }
}

extension PortType {
    /// The type in words for messages.
    var phrase: String {
        switch self {
        case .parameter(.string): "a text (string)"
        case .parameter(.integer): "an integer (int)"
        case .parameter(.number): "a number (float)"
        case .parameter(.boolean): "true or false (bool)"
        case .parameter(.list): "a list"
        case .parameter(.object): "an object"
        case .artifact(let type): "an artifact (\(type.rawValue))"
        case .any: "anything"
        }
    }
}
