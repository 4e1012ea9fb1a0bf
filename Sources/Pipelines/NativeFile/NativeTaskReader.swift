import Documents
import Workbench

/// Reads the body of one task.
struct NativeTaskReader {
    let file: NativePipelineReader
    let name: String
    /// Whether it runs after all others, alone.
    let isOnExit: Bool

    private static let actions = ["component", "run", "python", "pipeline"]
    private static let keys =
        actions + [
            "with", "needs", "when", "for_each", "max_parallel", "retry", "timeout", "env", "cache",
            "outputs", "requirements",
        ]

    /// What was read before the kind of task is known.
    private struct Body {
        var with: [NamedTemplate] = []
        var outputs: [OutputSpecification] = []
        var requirements: [String] = []
    }

    private var path: String { isOnExit ? "on_exit" : "tasks.\(name)" }

    /// The task of a body.
    ///
    /// - Throws: `invalidInput` with line and column; what `call` throws.
    func task(
        _ node: Node, at location: SourceLocation, call: NativePipelineReader.Caller
    ) throws(BancadaError) -> PipelineTask {
        let fields = try ObjectFields(node, document: file.document, path: path)
        var task = PipelineTask(name: name, action: .component(""), location: location)
        // It tells others what came of the run: that must not be left out the second time.
        if isOnExit { task.isCached = false }
        var body = Body()
        var kind: Node.Member?
        for member in fields.members {
            if Self.actions.contains(member.name) {
                if let kind {
                    throw file.error(
                        "\"\(path)\" has both \"\(kind.name)\" and \"\(member.name)\"",
                        at: member.location, hint: "keep one of them, or make two tasks")
                }
                kind = member
            } else {
                try read(member, into: &task, &body)
            }
        }
        guard let kind else {
            throw file.error(
                "\"\(path)\" does nothing", at: location,
                hint: "add one of \(Self.actions.joined(separator: ", "))")
        }
        try checkCombination(fields, kind: kind.name)
        task.inputs = body.with
        switch kind.name {
        case "run": try setScript(kind.value, body, &task)
        case "python": task.action = .python(try python(kind.value, body))
        case "pipeline":
            let called = try file.text(kind.value, "\(path).pipeline")
            if called.isEmpty { throw file.mismatch(kind.value, "\(path).pipeline", "a file") }
            task.action = .pipeline(try call(called, kind.value.location))
        default:
            let component = try file.text(kind.value, "\(path).component")
            guard !component.isEmpty, !component.contains(where: { $0.isWhitespace }) else {
                throw file.error(
                    "\"\(component.prefix(60))\" is no name of a component",
                    at: kind.value.location)
            }
            task.action = .component(component)
        }
        return task
    }

    // MARK: - Keys

    private func read(
        _ member: Node.Member, into task: inout PipelineTask, _ body: inout Body
    ) throws(BancadaError) {
        let value = member.value
        let here = "\(path).\(member.name)"
        switch member.name {
        case "with":
            for input in try file.members(value, here) {
                body.with.append(try file.template(input))
            }
        case "needs" where !isOnExit: task.needs = try names(value, here)
        case "when": task.condition = try condition(value, here)
        case "for_each" where !isOnExit: task.forEach = try list(value, here)
        case "max_parallel" where !isOnExit:
            task.maxParallel = try integer(value, here, atLeast: 1)
        case "retry": task.retry = try retry(value, here)
        case "timeout":
            let time = try DurationText.duration(value, name: here, document: file.document)
            if time <= .zero {
                throw file.error("\"\(here)\" must be longer than 0", at: value.location)
            }
            task.timeout = time
        case "env":
            for variable in try file.members(value, here) {
                task.environment.append(try environment(variable, here))
            }
        case "cache":
            guard case .bool(let isCached) = value.value else {
                throw file.mismatch(value, here, "true or false")
            }
            task.isCached = isCached
        case "outputs":
            for output in try file.members(value, here) {
                body.outputs.append(try self.output(output, here))
            }
        case "requirements": body.requirements = try texts(value, here)
        default:
            let known =
                isOnExit
                ? Self.keys.filter { !["needs", "for_each", "max_parallel"].contains($0) }
                : Self.keys
            throw file.unknown(member, among: known, in: path)
        }
    }

    /// Refuses what has no meaning for a task of this kind.
    private func checkCombination(_ fields: ObjectFields, kind: String) throws(BancadaError) {
        for member in fields.members {
            let reason: (String, String)? =
                switch member.name {
                case "with" where kind == "run":
                    ("a shell step", "write ${{ }} in the script, or set variables with \"env\"")
                case "outputs" where kind != "run":
                    ("a task with \"\(kind)\"", "leave it out: what it executes says its outputs")
                case "requirements" where kind != "python":
                    ("a task with \"\(kind)\"", "leave it out, or use \"python\"")
                case "env" where kind == "pipeline":
                    ("a task with \"pipeline\"", "set it in the tasks of that pipeline")
                case "max_parallel" where fields.optional("for_each") == nil:
                    ("a task without \"for_each\"", "leave it out, or add \"for_each\"")
                default: nil
                }
            if let (kind, hint) = reason {
                throw file.error(
                    "\"\(path).\(member.name)\" has no meaning for \(kind)", at: member.location,
                    hint: hint)
            }
        }
    }

    private func condition(_ node: Node, _ here: String) throws(BancadaError) -> Expression {
        if case .bool(let value) = node.value {
            return try Expression(
                parsing: value ? "true" : "false", at: .init(node, document: file.document))
        }
        let text = try file.text(node, here)
        let place = Expression.Place(node, document: file.document)
        guard text.utf8.contains(UInt8(ascii: "$")) else {
            return try Expression(parsing: text, at: place)
        }
        let segments = try Template.segments(of: text, at: place)
        let parts = segments.filter { segment in
            if case .text(let text) = segment { !text.allSatisfy(\.isWhitespace) } else { true }
        }
        if parts.count == 1, case .expression(let expression) = parts[0] { return expression }
        throw file.error(
            "\"\(here)\" is \"\(text.prefix(60))\", expected one expression", at: node.location,
            hint: "write the condition without ${{ }}")
    }

    private func list(_ node: Node, _ here: String) throws(BancadaError) -> Template {
        let template = try Template(node, document: file.document)
        switch template {
        case .expression, .list, .literal(.array): return template
        default:
            throw file.error(
                "\"\(here)\" is \(node.kind), expected a list", at: node.location,
                hint: "write [..], or ${{ }} with an expression that gives a list")
        }
    }

    private func retry(_ node: Node, _ here: String) throws(BancadaError) -> RetryPolicy {
        if case .integer = node.value {
            return RetryPolicy(limit: try integer(node, here, atLeast: 0), backoff: .zero)
        }
        guard case .object = node.value else {
            throw file.error(
                "\"\(here)\" is \(node.kind), expected a number of further attempts",
                at: node.location, hint: "write it like 3, or {limit: 3, backoff: 2s}")
        }
        var limit: Int?
        var backoff = Duration.zero
        var longest = Duration.seconds(3600)
        for member in try ObjectFields(node, document: file.document, path: here).members {
            let path = "\(here).\(member.name)"
            switch member.name {
            case "limit": limit = try integer(member.value, path, atLeast: 0)
            case "backoff":
                backoff = try DurationText.duration(
                    member.value, name: path, document: file.document)
            case "max_backoff":
                longest = try DurationText.duration(
                    member.value, name: path, document: file.document)
            default:
                throw file.unknown(member, among: ["limit", "backoff", "max_backoff"], in: here)
            }
        }
        guard let limit else {
            throw file.error(
                "missing \"\(here).limit\"", at: node.location,
                hint: "say how many further attempts there are")
        }
        return RetryPolicy(limit: limit, backoff: backoff, maximumBackoff: longest)
    }

    private func environment(
        _ member: Node.Member, _ here: String
    ) throws(BancadaError) -> NamedTemplate {
        let name = member.name
        let isName =
            !name.isEmpty
            && name.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x5F
            } && name.utf8.first.map { $0 > 0x39 } == true
        guard isName, !name.hasPrefix("BANCADA_") else {
            throw file.error(
                "\"\(name.prefix(60))\" cannot be the name of a variable", at: member.location,
                hint: name.hasPrefix("BANCADA_")
                    ? "choose one that does not start with BANCADA_"
                    : "use letters, digits and _, no digit first")
        }
        switch member.value.value {
        case .string, .integer, .number, .bool: return try file.template(member)
        default: throw file.mismatch(member.value, "\(here).\(name)", "a text or a number")
        }
    }

    private func output(
        _ member: Node.Member, _ here: String
    ) throws(BancadaError) -> OutputSpecification {
        try file.check(member.name, "an output", at: member.location)
        return OutputSpecification(
            member.name, try file.portType(member.value, "\(here).\(member.name)"))
    }

    private func names(_ node: Node, _ here: String) throws(BancadaError) -> [String] {
        if let name = node.string { return [name] }
        return try texts(node, here)
    }

    private func texts(_ node: Node, _ here: String) throws(BancadaError) -> [String] {
        guard case .array(let items) = node.value else {
            throw file.mismatch(node, here, "a list of strings")
        }
        var texts: [String] = []
        for (index, item) in items.enumerated() {
            texts.append(try file.text(item, "\(here)[\(index)]"))
        }
        return texts
    }

    private func integer(
        _ node: Node, _ here: String, atLeast minimum: Int
    ) throws(BancadaError) -> Int {
        guard case .integer(let value) = node.value else {
            throw file.mismatch(node, here, "an integer")
        }
        guard value >= minimum, value <= 1_000_000 else {
            throw file.error(
                "\"\(here)\" is \(value), expected \(minimum) to 1000000", at: node.location)
        }
        return Int(value)
    }

    // MARK: - Actions

    private func python(_ node: Node, _ body: Body) throws(BancadaError) -> PythonStep {
        let text = try file.text(node, "\(path).python")
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let function = parts.last.map(String.init) ?? ""
        let source = parts.dropLast().joined(separator: ":")
        let isName =
            function.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x5F
                    || $0 >= 0x80
            } && function.utf8.first.map { $0 > 0x39 } == true
        guard isName, !source.isEmpty else {
            throw file.error(
                "\"\(path).python\" is \"\(text.prefix(60))\", expected FILE:FUNCTION",
                at: node.location, hint: "write it like \"steps.py:clean\"")
        }
        return PythonStep(
            file: source, function: function, requirements: body.requirements, folder: file.folder)
    }

    private func setScript(
        _ node: Node, _ body: Body, _ task: inout PipelineTask
    ) throws(BancadaError) {
        let text = try file.text(node, "\(path).run")
        let place = Expression.Place(node, document: file.document)
        let script = try ShellScript(text, at: place)
        task.inputs = script.expressions.enumerated().map { index, expression in
            NamedTemplate(
                ShellScript.variable(index), .expression(expression),
                location: expression.place.location)
        }
        task.action = .shell(
            ShellStep(script: script.text, outputs: body.outputs, folder: file.folder))
    }
}
