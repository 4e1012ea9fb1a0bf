import Documents
import Workbench

/// Checks what the tasks of one pipeline refer to and pass on.
struct ReferenceChecker {
    private let pipeline: Pipeline
    private let specifications: [ComponentSpecification]
    private let tasks: [String: Int]
    private let parameters: [String: PipelineParameter]

    /// Where an expression stands decides which names it may use.
    private enum Surroundings: Equatable {
        case task(Int)
        /// The list of a task with `for_each`: there is no element yet.
        case list(Int)
        case output
        case onExit

        /// The task itself; nil outside of tasks.
        var task: Int? {
            switch self {
            case .task(let index), .list(let index): index
            case .output, .onExit: nil
            }
        }
    }

    init(
        _ pipeline: Pipeline, _ specifications: [ComponentSpecification]
    ) throws(BancadaError) {
        self.pipeline = pipeline
        self.specifications = specifications
        var tasks: [String: Int] = [:]
        for (index, task) in pipeline.tasks.enumerated() {
            guard tasks.updateValue(index, forKey: task.name) == nil else {
                throw BancadaError(
                    .invalidInput,
                    "\(pipeline.position(task.location))two tasks are named \"\(task.name)\"")
            }
        }
        self.tasks = tasks
        var parameters: [String: PipelineParameter] = [:]
        for parameter in pipeline.parameters {
            guard parameters.updateValue(parameter, forKey: parameter.name) == nil else {
                throw BancadaError(
                    .invalidInput,
                    "\(pipeline.position(parameter.location))two parameters are named "
                        + "\"\(parameter.name)\"")
            }
        }
        self.parameters = parameters
    }

    /// What the pipeline takes and gives where another one calls it.
    var specification: ComponentSpecification {
        ComponentSpecification(
            name: "pipeline \(pipeline.name)", version: "1", description: pipeline.description,
            inputs: pipeline.parameters.map {
                InputSpecification(
                    $0.name, $0.type, defaultValue: $0.defaultValue, description: $0.description)
            },
            outputs: pipeline.outputs.map {
                OutputSpecification($0.name, known($0.template)?.port ?? .any)
            })
    }

    /// The tasks that each task waits for, by place.
    ///
    /// - Throws: `invalidInput` for the first thing that cannot be meant.
    func check(onExit: ComponentSpecification?) throws(BancadaError) -> [[Int]] {
        var dependencies: [[Int]] = []
        dependencies.reserveCapacity(pipeline.tasks.count)
        for (index, task) in pipeline.tasks.enumerated() {
            var before = try needs(task, index)
            if let list = task.forEach {
                before += try references(list, .list(index))
                try checkList(list, task)
            }
            before += try references(task, .task(index))
            try checkInputs(task, specifications[index])
            dependencies.append(before.count > 1 ? Array(Set(before)).sorted() : before)
        }
        for output in pipeline.outputs { _ = try references(output.template, .output) }
        if let task = pipeline.onExit, let onExit {
            _ = try references(task, .onExit)
            try checkInputs(task, onExit)
        }
        return dependencies
    }

    // MARK: - References

    private func needs(_ task: PipelineTask, _ index: Int) throws(BancadaError) -> [Int] {
        var before: [Int] = []
        for name in task.needs {
            guard let other = tasks[name] else {
                throw error(
                    "task \"\(task.name)\" needs \"\(name)\", which is no task",
                    at: task.location, hint: near(name, Array(tasks.keys)))
            }
            if other == index {
                throw error("task \"\(task.name)\" needs itself", at: task.location)
            }
            before.append(other)
        }
        return before
    }

    private func references(
        _ task: PipelineTask, _ around: Surroundings
    ) throws(BancadaError) -> [Int] {
        var before: [Int] = []
        for input in task.inputs { before += try references(input.template, around) }
        for variable in task.environment { before += try references(variable.template, around) }
        if let condition = task.condition { before += try references(condition, around) }
        return before
    }

    private func references(
        _ template: Template, _ around: Surroundings
    ) throws(BancadaError) -> [Int] {
        switch template {
        case .literal: return []
        case .expression(let expression): return try references(expression, around)
        default:
            var before: [Int] = []
            for expression in template.expressions {
                before += try references(expression, around)
            }
            return before
        }
    }

    private func references(
        _ expression: Expression, _ around: Surroundings
    ) throws(BancadaError) -> [Int] {
        var before: [Int] = []
        for reference in expression.locatedReferences {
            let path = reference.path
            switch path[0] {
            case "tasks": before.append(try taskReference(reference, expression, around))
            case "parameters":
                if path.count > 1, parameters[path[1]] == nil {
                    throw expression.error(
                        "the pipeline has no parameter \"\(path[1])\"", at: reference.offset,
                        hint: near(path[1], pipeline.parameters.map(\.name)))
                }
            case "item":
                guard case .task(let index) = around, pipeline.tasks[index].forEach != nil else {
                    throw expression.error(
                        "\"item\" is known only inside a task with for_each", at: reference.offset)
                }
            case "run": try runReference(reference, expression, around)
            default:
                let roots = ["tasks", "parameters", "item", "run"]
                throw expression.error(
                    "unknown name \"\(path[0])\"", at: reference.offset,
                    hint: NearestName.of(path[0], among: roots).map { "write \"\($0)\"" }
                        ?? (parameters[path[0]] != nil
                            ? "write parameters.\(path[0])"
                            : tasks[path[0]] != nil ? "write tasks.\(path[0])" : nil))
            }
        }
        return before
    }

    private func taskReference(
        _ reference: Expression.Reference, _ expression: Expression, _ around: Surroundings
    ) throws(BancadaError) -> Int {
        let path = reference.path
        guard around != .onExit else {
            throw expression.error(
                "tasks may have failed when on_exit runs", at: reference.offset,
                hint: "use run.state, run.id or run.error")
        }
        guard path.count > 1 else {
            throw expression.error(
                "\"tasks\" alone is no value", at: reference.offset,
                hint: "write tasks.TASK.OUTPUT")
        }
        guard let index = tasks[path[1]] else {
            throw expression.error(
                "there is no task \"\(path[1])\"", at: reference.offset,
                hint: near(path[1], Array(tasks.keys)))
        }
        if around.task == index {
            throw expression.error(
                "task \"\(path[1])\" refers to itself", at: reference.offset)
        }
        guard path.count > 2 else { return index }
        let outputs = specifications[index].outputs
        guard outputs.contains(where: { $0.name == path[2] }) else {
            let title = pipeline.tasks[index].action.title
            throw expression.error(
                "task \"\(path[1])\" (\(title)) has no output \"\(path[2])\"",
                at: reference.offset, hint: near(path[2], outputs.map(\.name)))
        }
        if pipeline.tasks[index].forEach != nil, path.count > 3, Int(path[3]) == nil {
            throw expression.error(
                "tasks.\(path[1]).\(path[2]) is a list, one for each element, and has no "
                    + "\"\(path[3])\"",
                at: reference.offset, hint: "write tasks.\(path[1]).\(path[2])[0] for the first")
        }
        return index
    }

    private func runReference(
        _ reference: Expression.Reference, _ expression: Expression, _ around: Surroundings
    ) throws(BancadaError) {
        guard around == .onExit else {
            throw expression.error("\"run\" is known only in on_exit", at: reference.offset)
        }
        let members = ["state", "id", "error"]
        if reference.path.count > 1, !members.contains(reference.path[1]) {
            throw expression.error(
                "\"run\" has no \"\(reference.path[1])\"", at: reference.offset,
                hint: near(reference.path[1], members))
        }
    }

    /// What to write instead of a name.
    private func near(_ name: String, _ names: [String]) -> String? {
        if let dash = name.lastIndex(of: "-"), names.contains(String(name[..<dash])) {
            return "put spaces around - to subtract"
        }
        if let near = NearestName.of(name, among: names.sorted()) { return "write \"\(near)\"" }
        if names.isEmpty { return nil }
        if names.count == 1 { return "write \"\(names[0])\"" }
        return names.count > 20 ? nil : "use one of \(names.joined(separator: ", "))"
    }

    // MARK: - Inputs

    private func checkInputs(
        _ task: PipelineTask, _ specification: ComponentSpecification
    ) throws(BancadaError) {
        for input in task.inputs {
            guard let wanted = specification.input(input.name) else {
                throw error(
                    "task \"\(task.name)\": \(task.action.title) has no input \"\(input.name)\"",
                    at: input.location, hint: near(input.name, specification.inputs.map(\.name)))
            }
            guard let found = known(input.template) else { continue }
            if found.kind == .literal(.null), wanted.isOptional { continue }
            if !found.fits(wanted.type) {
                throw error(
                    "task \"\(task.name)\": \"\(input.name)\" is \(found.title), expected "
                        + wanted.type.phrase,
                    at: input.location, hint: found.hint(wanted.type))
            }
        }
        let given = Set(task.inputs.map(\.name))
        let missing = specification.inputs.filter { !$0.isOptional && !given.contains($0.name) }
        if !missing.isEmpty {
            let list = missing.map { "\"\($0.name)\" (\($0.type.word))" }
            throw error(
                "task \"\(task.name)\": \(task.action.title) needs "
                    + list.joined(separator: ", "),
                at: task.location, hint: "add it under \"with\"")
        }
    }

    private func checkList(_ list: Template, _ task: PipelineTask) throws(BancadaError) {
        guard let found = known(list), !found.fits(.parameter(.list)) else { return }
        let message = "task \"\(task.name)\": for_each is \(found.title), expected a list"
        if case .expression(let expression) = list { throw expression.error(message) }
        throw error(message, at: task.location)
    }

    /// What is known of a value before anything runs; nil where that is nothing.
    private func known(_ template: Template) -> KnownValue? {
        switch template {
        case .literal(let value): return KnownValue(.literal(value))
        case .text: return KnownValue(.port(.parameter(.string), nil))
        case .list: return KnownValue(.port(.parameter(.list), nil))
        case .object: return KnownValue(.port(.parameter(.object), nil))
        case .expression(let expression):
            guard let path = expression.path, path.count > 1 else { return nil }
            let text = expression.text
            switch path[0] {
            case "parameters":
                guard path.count == 2, let type = parameters[path[1]]?.type else { return nil }
                return KnownValue(.port(type, text))
            case "tasks":
                guard path.count > 2, let index = tasks[path[1]],
                    let type = specifications[index].output(path[2])?.type
                else { return nil }
                if pipeline.tasks[index].forEach == nil {
                    return path.count == 3 ? KnownValue(.port(type, text)) : nil
                }
                if path.count == 3 { return KnownValue(.each(type, text)) }
                return path.count == 4 ? KnownValue(.port(type, text)) : nil
            default: return nil
            }
        }
    }

    private func error(
        _ message: String, at location: SourceLocation, hint: String? = nil
    ) -> BancadaError {
        BancadaError(.invalidInput, pipeline.position(location) + message, hint: hint)
    }
}
