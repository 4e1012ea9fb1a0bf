package import Documents
package import Workbench

/// The inputs of one execution, by their types.
package struct ComponentArguments {
    private let input: ExecutorInput
    private let specification: ComponentSpecification

    /// The inputs that a component was given.
    package init(_ input: ExecutorInput, of specification: ComponentSpecification) {
        self.input = input
        self.specification = specification
    }

    /// A value that was given, or the default; nil where there is neither.
    package func value(_ name: String) -> JSON? {
        input.parameter(name) ?? specification.input(name)?.defaultValue
    }

    /// A text that must be there; not empty.
    package func string(_ name: String) throws(BancadaError) -> String {
        guard let text = try optionalString(name) else { throw missing(name) }
        guard !text.isEmpty else { throw invalid(name, "is empty") }
        return text
    }

    /// A text.
    package func optionalString(_ name: String) throws(BancadaError) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value else { throw mismatch(name, value, "a string") }
        return text
    }

    /// An integer.
    package func integer(_ name: String) throws(BancadaError) -> Int? {
        guard let value = value(name) else { return nil }
        switch value {
        case .integer(let number):
            if let result = Int(exactly: number) { return result }
        case .number(let number):
            if let result = Int(exactly: number) { return result }
        default: break
        }
        throw mismatch(name, value, "an integer")
    }

    /// A number.
    package func number(_ name: String) throws(BancadaError) -> Double? {
        switch value(name) {
        case nil: return nil
        case .integer(let number)?: return Double(number)
        case .number(let number)?: return number
        case let value?: throw mismatch(name, value, "a number")
        }
    }

    /// A list of texts; empty where there is none.
    package func strings(_ name: String) throws(BancadaError) -> [String] {
        guard let value = value(name) else { return [] }
        guard case .array(let items) = value else { throw mismatch(name, value, "a list") }
        var texts: [String] = []
        for item in items {
            guard case .string(let text) = item else { throw mismatch(name, item, "strings") }
            texts.append(text)
        }
        return texts
    }

    /// An object as a document, for readers that name what is wrong in it; nil where there is none.
    package func object(_ name: String) throws(BancadaError) -> Node? {
        guard let value = value(name) else { return nil }
        guard case .object = value else { throw mismatch(name, value, "an object") }
        return try JSONParser.parse(Array(value.compactText.utf8), document: name)
    }

    /// What everything random is made from: the input `seed`, else that of the execution.
    ///
    /// - Throws: `invalidInput` for a negative one.
    package func seed(_ context: ExecutionContext) throws(BancadaError) -> UInt64 {
        guard let seed = try integer("seed") else { return context.seed }
        guard seed >= 0 else { throw invalid("seed", "is \(seed), expected 0 or more") }
        return UInt64(seed)
    }

    /// An artifact that must be there, once.
    package func artifact(_ name: String) throws(BancadaError) -> RuntimeArtifact {
        guard let artifact = try optionalArtifact(name) else { throw missing(name) }
        return artifact
    }

    /// An artifact.
    package func optionalArtifact(_ name: String) throws(BancadaError) -> RuntimeArtifact? {
        let given = input.artifacts[name] ?? []
        guard given.count < 2 else {
            throw invalid(name, "is \(given.count) artifacts, expected one")
        }
        return given.first
    }

    /// The path to write the output artifact `name` to.
    package func output(_ name: String) throws(BancadaError) -> String {
        guard let path = input.outputPath(name) else {
            throw BancadaError(
                .internal, "\(specification.name) was given no path for its output \"\(name)\"")
        }
        return path
    }

    /// The error for an input with a value that cannot work.
    package func invalid(
        _ name: String, _ message: String, hint: String? = nil
    ) -> BancadaError {
        BancadaError(
            .invalidInput, "the input \"\(name)\" of \(specification.name) \(message)", hint: hint)
    }

    private func missing(_ name: String) -> BancadaError {
        invalid(name, "is missing", hint: "add it under 'with'")
    }

    private func mismatch(_ name: String, _ value: JSON, _ expected: String) -> BancadaError {
        invalid(name, "is \(value.compactText.prefix(80)), expected \(expected)")
    }
}
