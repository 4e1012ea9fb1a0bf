package import Documents

extension PipelineTask {
    /// The names of the tasks that must have ended before: those that it refers to, in order of
    /// appearance, then `needs`; each once.
    package var dependencies: [String] {
        var names: [String] = []
        var seen: Set<String> = []
        func add(_ name: String) {
            if seen.insert(name).inserted { names.append(name) }
        }
        for path in references where path.count > 1 && path[0] == "tasks" { add(path[1]) }
        needs.forEach(add)
        return names
    }

    /// The paths that its expressions refer to.
    package var references: [[String]] {
        expressions.flatMap(\.references)
    }

    /// All its expressions.
    package var expressions: [Expression] {
        inputs.flatMap(\.template.expressions) + environment.flatMap(\.template.expressions)
            + (condition.map { [$0] } ?? []) + (forEach?.expressions ?? [])
    }
}
