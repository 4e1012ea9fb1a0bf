/// KFP's types of parameters.
package enum ParameterType: String, Sendable, CaseIterable {
    case string = "STRING"
    case integer = "NUMBER_INTEGER"
    case number = "NUMBER_DOUBLE"
    case boolean = "BOOLEAN"
    case list = "LIST"
    case object = "STRUCT"

    /// Whether `value` is of this type; an integer is also a number.
    package func accepts(_ value: JSON) -> Bool {
        switch (self, value) {
        case (.string, .string), (.integer, .integer), (.number, .number), (.number, .integer),
            (.boolean, .bool), (.list, .array), (.object, .object):
            true
        default: false
        }
    }

    /// The word that native files use: `string`, `int`, `float`, `bool`, `list` or `object`.
    package var word: String {
        switch self {
        case .string: "string"
        case .integer: "int"
        case .number: "float"
        case .boolean: "bool"
        case .list: "list"
        case .object: "object"
        }
    }

    /// The type that a native file's word, a KFP name or an annotation of Python names; nil for
    /// anything else.
    package init?(word: String) {
        switch word {
        case "string", "str", "String", "STRING": self = .string
        case "int", "integer", "Integer", "NUMBER_INTEGER": self = .integer
        case "float", "number", "Float", "Double", "NUMBER_DOUBLE": self = .number
        case "bool", "boolean", "Boolean", "Bool", "BOOLEAN": self = .boolean
        case "list", "List", "LIST": self = .list
        case "object", "dict", "Dict", "Struct", "STRUCT": self = .object
        default: return nil
        }
    }
}

/// What passes through an input or output: a small value, or an artifact by path.
package enum PortType: Sendable, Equatable {
    case parameter(ParameterType)
    case artifact(ArtifactType)
    /// Whatever is passed: what a shell step's expression gives.
    case any

    /// The type's word in native files: `int`, `Dataset` ...
    package var word: String {
        switch self {
        case .parameter(let type): type.word
        case .artifact(let type): type.rawValue
        case .any: "any"
        }
    }

    /// The type with this word, of a parameter or of an artifact (also as `system.Dataset`); nil for
    /// an unknown one.
    package init?(word: String) {
        if let type = ParameterType(word: word) {
            self = .parameter(type)
        } else if let type = ArtifactType(
            rawValue: word.hasPrefix("system.") ? String(word.dropFirst(7)) : word)
        {
            self = .artifact(type)
        } else {
            return nil
        }
    }
}

/// An input of a component.
package struct InputSpecification: Sendable, Equatable {
    /// Its name, unique among the inputs.
    package let name: String
    /// What it takes.
    package let type: PortType
    /// Whether a task may leave it out.
    package let isOptional: Bool
    /// The value where a task leaves it out; nil is none.
    package let defaultValue: JSON?
    /// What it is for, in a sentence.
    package let description: String

    /// An input; one with a default value is optional.
    package init(
        _ name: String, _ type: PortType, isOptional: Bool = false, defaultValue: JSON? = nil,
        description: String = ""
    ) {
        self.name = name
        self.type = type
        self.isOptional = isOptional || defaultValue != nil
        self.defaultValue = defaultValue
        self.description = description
    }
}

/// An output of a component.
package struct OutputSpecification: Sendable, Equatable {
    /// Its name, unique among the outputs.
    package let name: String
    /// What it gives.
    package let type: PortType
    /// Whether a run may leave it out.
    package let isOptional: Bool
    /// What it is, in a sentence.
    package let description: String

    /// An output.
    package init(
        _ name: String, _ type: PortType, isOptional: Bool = false, description: String = ""
    ) {
        self.name = name
        self.type = type
        self.isOptional = isOptional
        self.description = description
    }
}

/// What a component says of itself; the same for built-in ones, plugins, shell steps and functions.
package struct ComponentSpecification: Sendable, Equatable {
    /// Its name, such as `data.import`.
    package let name: String
    /// The version of what it does: another version never reuses cached results.
    package let version: String
    /// What it does, in a sentence.
    package let description: String
    /// What it takes, in order.
    package let inputs: [InputSpecification]
    /// What it gives, in order.
    package let outputs: [OutputSpecification]

    /// A component's description of itself.
    package init(
        name: String, version: String, description: String = "",
        inputs: [InputSpecification], outputs: [OutputSpecification]
    ) {
        self.name = name
        self.version = version
        self.description = description
        self.inputs = inputs
        self.outputs = outputs
    }

    /// The input with a name.
    package func input(_ name: String) -> InputSpecification? {
        inputs.first { $0.name == name }
    }

    /// The output with a name.
    package func output(_ name: String) -> OutputSpecification? {
        outputs.first { $0.name == name }
    }
}
