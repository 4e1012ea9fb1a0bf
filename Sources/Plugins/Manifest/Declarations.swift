import Documents
import Workbench

/// A trainer that a plugin provides.
package struct TrainerDeclaration: Sendable, Equatable {
    /// Its name, such as `sklearn.svc`.
    package let name: String
    /// What it does, in a sentence.
    package let description: String
    /// Its settings.
    package let parameters: [ParameterDeclaration]
    /// What it can learn: `classification`, `regression`, or both.
    package let tasks: [String]

    /// The tasks that a trainer can name.
    package static let knownTasks = ["classification", "regression"]

    init(_ fields: ObjectFields) throws(BancadaError) {
        try fields.refuseUnknown(known: ["name", "description", "parameters", "tasks"])
        name = try fields.capabilityName("name")
        description = try fields.description()
        parameters = try ParameterDeclaration.all(fields, "parameters")
        tasks = fields.optional("tasks") == nil ? Self.knownTasks : try fields.strings("tasks")
        for task in tasks where !Self.knownTasks.contains(task) {
            throw fields.invalid(
                "tasks", "names \"\(task)\", expected classification or regression")
        }
        if tasks.isEmpty { throw fields.invalid("tasks", "is empty") }
    }
}

/// A format of models that a plugin can serve.
package struct RuntimeDeclaration: Sendable, Equatable {
    /// The format's name, such as `sklearn`.
    package let format: String
    /// What it serves, in a sentence.
    package let description: String
    /// Patterns of file names, one of which a model folder must hold: `*.joblib`.
    package let files: [String]

    init(_ fields: ObjectFields) throws(BancadaError) {
        try fields.refuseUnknown(known: ["format", "description", "files"])
        format = try fields.capabilityName("format")
        description = try fields.description()
        files = try fields.patterns("files")
    }

    /// Whether a folder with a file of this name holds a model of the format.
    package func claims(_ fileName: String) -> Bool {
        files.contains { FilePattern.matches(fileName, $0) }
    }
}

/// A file format that a plugin can turn into a dataset folder.
package struct ReaderDeclaration: Sendable, Equatable {
    /// Its name, such as `arrow.parquet`.
    package let name: String
    /// What it reads, in a sentence.
    package let description: String
    /// Patterns of the names of files that it reads: `*.parquet`.
    package let files: [String]

    init(_ fields: ObjectFields) throws(BancadaError) {
        try fields.refuseUnknown(known: ["name", "description", "files"])
        name = try fields.capabilityName("name")
        description = try fields.description()
        files = try fields.patterns("files")
    }
}

/// A sampler that a plugin provides.
package struct SamplerDeclaration: Sendable, Equatable {
    /// Its name in study files.
    package let name: String
    /// What it does, in a sentence.
    package let description: String
    /// Its settings.
    package let settings: [ParameterDeclaration]

    init(_ fields: ObjectFields) throws(BancadaError) {
        try fields.refuseUnknown(known: ["name", "description", "settings"])
        name = try fields.capabilityName("name")
        description = try fields.description()
        settings = try ParameterDeclaration.all(fields, "settings")
    }
}

/// An objective that a plugin provides.
package struct ObjectiveDeclaration: Sendable, Equatable {
    /// Its name in study files.
    package let name: String
    /// What it judges, in a sentence.
    package let description: String
    /// The parameters that it judges.
    package let parameters: [ParameterDeclaration]

    init(_ fields: ObjectFields) throws(BancadaError) {
        try fields.refuseUnknown(known: ["name", "description", "parameters"])
        name = try fields.capabilityName("name")
        description = try fields.description()
        parameters = try ParameterDeclaration.all(fields, "parameters")
    }
}

extension ComponentSpecification {
    /// A component of a plugin; its version is the plugin's.
    init(_ fields: ObjectFields, version: String) throws(BancadaError) {
        try fields.refuseUnknown(known: ["name", "description", "inputs", "outputs"])
        var inputs: [InputSpecification] = []
        for port in try fields.named("inputs") { inputs.append(try InputSpecification(port)) }
        var outputs: [OutputSpecification] = []
        for port in try fields.named("outputs") { outputs.append(try OutputSpecification(port)) }
        self.init(
            name: try fields.capabilityName("name"), version: version,
            description: try fields.description(), inputs: inputs, outputs: outputs)
    }
}

extension InputSpecification {
    fileprivate init(
        _ port: (name: String, fields: ObjectFields)
    ) throws(BancadaError) {
        let fields = port.fields
        try fields.refuseUnknown(known: ["type", "default", "optional", "description"])
        let type = try fields.portType()
        let value = fields.members.first { $0.name == "default" }?.value.json
        if let value, value != .null {
            guard case .parameter(let parameter) = type, parameter.accepts(value) else {
                throw fields.invalid("default", "is no \(type.word)")
            }
        }
        self.init(
            port.name, type, isOptional: try fields.flag("optional"),
            defaultValue: value == .null ? nil : value, description: try fields.description())
    }
}

extension OutputSpecification {
    fileprivate init(
        _ port: (name: String, fields: ObjectFields)
    ) throws(BancadaError) {
        try port.fields.refuseUnknown(known: ["type", "optional", "description"])
        self.init(
            port.name, try port.fields.portType(),
            isOptional: try port.fields.flag("optional"),
            description: try port.fields.description())
    }
}
