import Documents
import Workbench

/// What a function of a Python file takes and gives.
struct PythonSignature: Sendable, Equatable {
    /// How a parameter of the function meets the task's inputs and outputs.
    enum Kind: String {
        case parameter, input, inputPath, output, outputPath, outputParameter
    }

    /// A parameter of the function.
    struct Port: Sendable, Equatable {
        let name: String
        let kind: Kind
        let type: PortType
        let isList: Bool
        let isOptional: Bool
        let defaultValue: JSON?
        /// The values that a `Literal` allows.
        let choices: [JSON]
    }

    let ports: [Port]
    /// What it returns: several by name, or one that has none.
    let returns: [OutputSpecification]
    let returnsOne: Bool
    /// Parameters that can only be passed by their place.
    let positional: [String]
    /// What its decorator asks to be installed.
    let packages: [String]
    let description: String

    /// The name of the output of a function that returns a value without a name, as KFP calls it.
    static let resultName = "Output"
    /// The same output as native files may call it.
    static let resultAlias = "output"

    /// What `SignatureScript` printed of one function.
    init(_ fields: ObjectFields) throws(BancadaError) {
        var ports: [Port] = []
        for port in try fields.objects("ports") { ports.append(try Port(port)) }
        self.ports = ports
        var returns: [OutputSpecification] = []
        for output in try fields.objects("returns") {
            returns.append(
                OutputSpecification(try output.string("name"), try Port.type(output)))
        }
        self.returns = returns
        returnsOne = try fields.required("single").json == .bool(true)
        positional = try fields.strings("positional")
        packages = try fields.strings("packages")
        description = try fields.string("description")
    }

    /// The inputs of the component.
    var inputs: [InputSpecification] {
        ports.filter { [.parameter, .input, .inputPath].contains($0.kind) }.map { port in
            InputSpecification(
                port.name, port.type, isOptional: port.isOptional,
                defaultValue: port.defaultValue)
        }
    }

    /// The outputs of the component: those it writes, then those it returns. A single result has
    /// two names.
    var outputs: [OutputSpecification] {
        var result = ports.filter { [.output, .outputPath, .outputParameter].contains($0.kind) }
            .map { OutputSpecification($0.name, $0.type) }
        result += returns
        if returnsOne, let single = returns.first,
            !result.contains(where: { $0.name == Self.resultAlias })
        {
            result.append(
                OutputSpecification(
                    Self.resultAlias, single.type, isOptional: true,
                    description: "the same as \(Self.resultName)"))
        }
        return result
    }

    /// The signature as the launcher reads it.
    var plan: [JSON.Member] {
        [
            .init("ports", .array(ports.map(\.plan))),
            .init(
                "returns",
                .array(
                    returns.map { ["name": .string($0.name), "type": .string($0.type.kfpWord)] })),
            .init("single", .bool(returnsOne)),
            .init("positional", .array(positional.map(JSON.string))),
        ]
    }
}

extension PythonSignature.Port {
    fileprivate init(_ fields: ObjectFields) throws(BancadaError) {
        name = try fields.string("name")
        guard let kind = PythonSignature.Kind(rawValue: try fields.string("kind")) else {
            throw fields.invalid("kind", "is not known")
        }
        self.kind = kind
        type = try Self.type(fields)
        isList = fields.optional("list") != nil
        isOptional = fields.optional("optional") != nil
        choices = fields.optional("choices") == nil ? [] : try fields.array("choices").map(\.json)
        let value = fields.optional("default")?.json
        if let value, case .parameter(let wanted) = type, !wanted.accepts(value) {
            throw BancadaError(
                .invalidInput, "parameter \"\(name)\": its default is no \(wanted.word)")
        }
        defaultValue = value
    }

    fileprivate static func type(_ fields: ObjectFields) throws(BancadaError) -> PortType {
        let word = try fields.string("type")
        if let type = ParameterType(rawValue: word) { return .parameter(type) }
        guard let type = ArtifactType(rawValue: word) else {
            throw fields.invalid("type", "is not known")
        }
        return .artifact(type)
    }

    fileprivate var plan: JSON {
        var members: [JSON.Member] = [
            .init("name", .string(name)), .init("kind", .string(kind.rawValue)),
            .init("type", .string(type.kfpWord)), .init("list", .bool(isList)),
            .init("optional", .bool(isOptional)),
        ]
        if let defaultValue { members.append(.init("default", defaultValue)) }
        if !choices.isEmpty { members.append(.init("choices", .array(choices))) }
        return .object(members)
    }
}

extension PortType {
    /// The word that the launcher knows the type by.
    fileprivate var kfpWord: String {
        switch self {
        case .parameter(let type): type.rawValue
        case .artifact(let type): type.rawValue
        case .any: "STRING"
        }
    }
}
