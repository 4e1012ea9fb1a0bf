import Documents
import Pipelines
import Workbench

/// The values that a task is given, sorted into parameters and artifacts by what its component
/// takes.
struct TaskInputs {
    var parameters: [JSON.Member] = []
    var artifacts: [(name: String, values: [ArtifactValue])] = []

    /// Sorts the values of an execution.
    ///
    /// - Throws: `invalidInput` for values of another type than the component takes, and required
    ///   inputs without a value.
    init(
        _ given: [JSON.Member], of specification: ComponentSpecification
    ) throws(BancadaError) {
        for input in specification.inputs {
            let value = given.first { $0.name == input.name }?.value ?? input.defaultValue ?? .null
            if value == .null {
                guard input.isOptional || input.type == .any else {
                    throw BancadaError(
                        .invalidInput,
                        "input \"\(input.name)\" of \(specification.name) has no value",
                        hint: "pass a \(input.type.word)")
                }
                if input.type == .any { parameters.append(.init(input.name, .null)) }
                continue
            }
            try add(value, to: input, specification)
        }
        for member in given where specification.input(member.name) == nil {
            throw BancadaError(
                .invalidInput, "\(specification.name) has no input \"\(member.name)\"")
        }
    }

    private mutating func add(
        _ value: JSON, to input: InputSpecification, _ specification: ComponentSpecification
    ) throws(BancadaError) {
        let passed = Self.artifacts(in: value)
        switch input.type {
        case .any:
            if let passed {
                artifacts.append((input.name, passed))
            } else {
                parameters.append(.init(input.name, value))
            }
        case .artifact(let type):
            guard let passed, passed.allSatisfy({ type == .artifact || $0.type == type }) else {
                throw Self.mismatch(value, input, specification)
            }
            artifacts.append((input.name, passed))
        case .parameter(let type):
            guard passed == nil || value == .array([]), let value = Self.converted(value, to: type)
            else { throw Self.mismatch(value, input, specification) }
            parameters.append(.init(input.name, value))
        }
    }

    /// The artifacts that a value is: one, or a list of some; nil for any other value.
    private static func artifacts(in value: JSON) -> [ArtifactValue]? {
        if let artifact = ArtifactValue(value) { return [artifact] }
        guard case .array(let items) = value, !items.isEmpty else { return nil }
        let artifacts = items.compactMap { ArtifactValue($0) }
        return artifacts.count == items.count ? artifacts : nil
    }

    /// The value as its type: a whole number is also an integer, and an integer a number.
    private static func converted(_ value: JSON, to type: ParameterType) -> JSON? {
        switch (type, value) {
        case (.integer, .number(let number)): Int64(exactly: number).map(JSON.integer)
        case (.number, .integer(let number)): .number(Double(number))
        default: type.accepts(value) ? value : nil
        }
    }

    private static func mismatch(
        _ value: JSON, _ input: InputSpecification, _ specification: ComponentSpecification
    ) -> BancadaError {
        let found =
            Self.artifacts(in: value).map { "a \($0[0].type.rawValue)" } ?? value.shortText
        return BancadaError(
            .invalidInput,
            "input \"\(input.name)\" of \(specification.name) is \(found), expected a "
                + input.type.word)
    }
}

extension JSON {
    /// The compact text, cut where it is long.
    var shortText: String {
        let text = compactText
        return text.count > 60 ? String(text.prefix(57)) + "..." : text
    }
}
