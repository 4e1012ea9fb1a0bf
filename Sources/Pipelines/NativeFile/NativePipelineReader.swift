import Documents
import Workbench

/// Makes a `Pipeline` of one document. The first thing in the order of the file that cannot be
/// meant is the error.
struct NativePipelineReader {
    /// Gives the pipeline of a file that a task calls, named at a place.
    typealias Caller = (String, SourceLocation) throws(BancadaError) -> Pipeline

    let document: String
    let folder: String

    private static let keys = [
        "name", "description", "parameters", "tasks", "outputs", "on_exit",
    ]

    /// The pipeline of a document.
    ///
    /// - Throws: `invalidInput` with line and column; what `call` throws.
    func pipeline(_ root: Node, call: Caller) throws(BancadaError) -> Pipeline {
        let fields = try ObjectFields(root, document: document)
        var pipeline = Pipeline(
            name: FilePath.stem(of: document), tasks: [], document: document, folder: folder)
        for member in fields.members {
            let value = member.value
            switch member.name {
            case "name":
                pipeline.name = try text(value, "name")
                if pipeline.name.isEmpty || pipeline.name.count > 250 {
                    throw error("\"name\" must have 1 to 250 characters", at: value.location)
                }
            case "description": pipeline.description = try text(value, "description")
            case "parameters":
                for member in try members(value, "parameters") {
                    pipeline.parameters.append(try parameter(member))
                }
            case "tasks":
                for member in try members(value, "tasks") {
                    pipeline.tasks.append(try task(member, call: call))
                }
            case "outputs":
                for member in try members(value, "outputs") {
                    try check(member.name, "an output", at: member.location)
                    pipeline.outputs.append(try template(member))
                }
            case "on_exit":
                pipeline.onExit = try NativeTaskReader(
                    file: self, name: "on_exit", isOnExit: true
                ).task(value, at: member.location, call: call)
            default: throw unknown(member, among: Self.keys, in: "")
            }
        }
        if pipeline.tasks.isEmpty {
            throw error(
                "a pipeline without tasks", at: fields.optional("tasks")?.location ?? root.location,
                hint: "add \"tasks\" with at least one task")
        }
        return pipeline
    }

    private func task(_ member: Node.Member, call: Caller) throws(BancadaError) -> PipelineTask {
        try check(member.name, "a task", at: member.location)
        if member.name == "on_exit" {
            throw error(
                "a task cannot be named \"on_exit\"", at: member.location,
                hint: "put on_exit beside tasks, or choose another name")
        }
        return try NativeTaskReader(file: self, name: member.name, isOnExit: false)
            .task(member.value, at: member.location, call: call)
    }

    // MARK: - Parameters

    private func parameter(_ member: Node.Member) throws(BancadaError) -> PipelineParameter {
        try check(member.name, "a parameter", at: member.location)
        let path = "parameters.\(member.name)"
        if case .object(let members) = member.value.value {
            return try longParameter(member, members, path)
        }
        guard let type = ParameterType(of: member.value.json) else {
            throw error(
                "\"\(path)\" has neither a type nor a default", at: member.value.location,
                hint: "write {type: string} for one that every run must set")
        }
        return PipelineParameter(
            name: member.name, type: .parameter(type), defaultValue: try value(member.value, path),
            location: member.location)
    }

    private func longParameter(
        _ member: Node.Member, _ members: [Node.Member], _ path: String
    ) throws(BancadaError) -> PipelineParameter {
        var type: PortType?
        var defaultValue: JSON?
        var description = ""
        for field in members {
            switch field.name {
            case "type": type = try portType(field.value, "\(path).type")
            case "default": defaultValue = try value(field.value, "\(path).default")
            case "description": description = try text(field.value, "\(path).description")
            default:
                throw unknown(
                    field, among: ["type", "default", "description"], in: path,
                    hint: "write {type: object, default: {..}} for an object as default")
            }
        }
        if type == nil, let value = defaultValue {
            type = ParameterType(of: value).map { .parameter($0) }
        }
        guard let type else {
            throw error(
                "\"\(path)\" has neither a type nor a default", at: member.value.location,
                hint: "write {type: string} for one that every run must set")
        }
        if let value = defaultValue {
            guard case .parameter(let kind) = type, let exact = kind.exact(value) else {
                let place = members.first { $0.name == "default" }?.value.location
                throw error(
                    "the default of \"\(path)\" is \(value.compactText), expected \(type.phrase)",
                    at: place ?? member.location)
            }
            defaultValue = exact
        }
        return PipelineParameter(
            name: member.name, type: type, defaultValue: defaultValue, description: description,
            location: member.location)
    }

    /// A value without expressions.
    private func value(_ node: Node, _ path: String) throws(BancadaError) -> JSON {
        guard case .literal(let value) = try Template(node, document: document) else {
            throw error(
                "\"\(path)\" holds an expression, expected a value", at: node.location,
                hint: "compute it in the tasks that use the parameter")
        }
        return value
    }

    /// The type that a word names.
    func portType(_ node: Node, _ path: String) throws(BancadaError) -> PortType {
        let word = try text(node, path)
        if let type = PortType(word: word) { return type }
        let words = ParameterType.allCases.map(\.word) + ArtifactType.allCases.map(\.rawValue)
        throw error(
            "\"\(path)\" is \"\(word.prefix(60))\", expected a type", at: node.location,
            hint: NearestName.of(word, among: words).map { "write \"\($0)\"" }
                ?? "use one of \(words.joined(separator: ", "))")
    }

    // MARK: - Values

    /// The members of an object.
    func members(_ node: Node, _ path: String) throws(BancadaError) -> [Node.Member] {
        if case .null = node.value { return [] }
        return try ObjectFields(node, document: document, path: path).members
    }

    /// A text.
    func text(_ node: Node, _ path: String) throws(BancadaError) -> String {
        guard let text = node.string else { throw mismatch(node, path, "a string") }
        return text
    }

    /// A value with expressions.
    func template(_ member: Node.Member) throws(BancadaError) -> NamedTemplate {
        NamedTemplate(
            member.name, try Template(member.value, document: document), location: member.location)
    }

    /// Refuses names that expressions cannot say.
    func check(
        _ name: String, _ what: String, at location: SourceLocation
    ) throws(BancadaError) {
        let isName =
            name.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20)
                    || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
            } && name.utf8.first.map { (0x61...0x7A).contains($0 | 0x20) } == true
        guard isName, name.utf8.count <= 128, name.utf8.last != UInt8(ascii: "-") else {
            throw error(
                "\"\(name.prefix(60))\" cannot be the name of \(what)", at: location,
                hint: "use up to 128 letters, digits, _ and -, a letter first")
        }
    }

    // MARK: - Errors

    /// An error at a place.
    func error(
        _ message: String, at location: SourceLocation, hint: String? = nil
    ) -> BancadaError {
        BancadaError(
            .invalidInput, "\(document):\(location.line):\(location.column): \(message)",
            hint: hint)
    }

    /// An error for a value of another kind.
    func mismatch(_ node: Node, _ path: String, _ expected: String) -> BancadaError {
        error("\"\(path)\" is \(node.kind), expected \(expected)", at: node.location)
    }

    /// An error for a key that means nothing.
    func unknown(
        _ member: Node.Member, among known: [String], in path: String, hint: String? = nil
    ) -> BancadaError {
        let full = path.isEmpty ? member.name : "\(path).\(member.name)"
        return error(
            "unknown key \"\(full)\"", at: member.location,
            hint: NearestName.of(member.name, among: known).map { "write \"\($0)\"" } ?? hint
                ?? "use one of \(known.joined(separator: ", "))")
    }
}
