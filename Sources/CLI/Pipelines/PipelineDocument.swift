import Components
import Documents
import Pipelines
import Workbench

/// What `bancada run` prints of a run that ended.
enum PipelineDocument {
    /// The document of `run --json`: its fields are a contract.
    static func json(_ result: PipelineResult, seconds: Double) -> JSON {
        let tasks = result.tasks.map { task -> JSON in
            [
                "name": .string(task.path), "state": .string(task.state.rawValue),
                "component": .string(task.component), "cached": .bool(task.isCached),
                "seconds": .number(task.seconds), "outputs": outputs(task.outputs),
                "message": JSON(task.message), "hint": JSON(task.hint),
            ]
        }
        return [
            "run_id": .string(result.run.text), "state": .string(result.outcome.state.rawValue),
            "outputs": outputs(result.outcome.outputs), "message": JSON(result.outcome.message),
            "tasks": .array(tasks), "seconds": .number(seconds),
        ]
    }

    /// The same for people.
    static func text(_ result: PipelineResult, seconds: Double, option: String) -> String {
        var table = TextTable([
            ("task", .left), ("state", .left), ("time", .right), ("what", .left),
        ])
        let shown = result.tasks.count > 60 ? Array(result.tasks.prefix(60)) : result.tasks
        for task in shown {
            let state = task.isCached ? "cached" : task.state.rawValue.lowercased()
            table.add([
                task.path, state, task.seconds > 0 ? Format.seconds(task.seconds) : "",
                task.message.map { brief($0) } ?? summary(task.outputs),
            ])
        }
        var lines = [table.text]
        if shown.count < result.tasks.count {
            lines.append("... and \(result.tasks.count - shown.count) more")
        }
        if !result.outcome.outputs.isEmpty {
            lines += ["", "outputs"]
            let width = result.outcome.outputs.map(\.name.count).max() ?? 0
            lines += result.outcome.outputs.map {
                "  \($0.name.padding(to: width))  \(plain($0.value))"
            }
        }
        let cached = result.tasks.filter(\.isCached).count
        let count = result.tasks.filter { !$0.isComposite }.count
        lines += [
            "",
            "\(result.outcome.state.rawValue) in \(Format.seconds(seconds)): run "
                + "\(result.run.text.prefix(8)), \(count) task\(count == 1 ? "" : "s"), \(cached) from the cache",
        ]
        if let message = result.outcome.message {
            lines.append("because \(message)")
            if let hint = result.tasks.first(where: { $0.state == .failed && $0.hint != nil })?.hint
            {
                lines.append("hint: \(hint)")
            }
        }
        if result.outcome.state != .succeeded {
            lines.append("next: bancada runs logs \(result.run.text.prefix(8))\(option)")
        }
        return lines.joined(separator: "\n")
    }

    /// Outputs with artifacts by type and digest.
    static func outputs(_ members: [JSON.Member]) -> JSON {
        .object(members.map { .init($0.name, shown($0.value)) })
    }

    private static func shown(_ value: JSON) -> JSON {
        if let artifact = ArtifactValue(value) {
            return [
                "type": .string(artifact.type.rawValue), "digest": .string(artifact.digest.hex),
                "metadata": .object(artifact.metadata),
            ]
        }
        if case .array(let items) = value { return .array(items.map(shown)) }
        return value
    }

    /// Outputs on a line, for people.
    static func summary(_ members: [JSON.Member]) -> String {
        members.prefix(6).map { "\($0.name) \(plain($0.value))" }.joined(separator: "  ")
    }

    private static func plain(_ value: JSON) -> String {
        if let artifact = ArtifactValue(value) {
            return "\(artifact.type.rawValue) \(artifact.digest.short)"
        }
        switch value {
        case .string(let text): return short(text)
        case .number(let number): return Format.number(number)
        case .array(let items) where items.contains(where: { ArtifactValue($0) != nil }):
            return "\(items.count) artifacts"
        default: return short(value.compactText)
        }
    }

    /// A message without the lines that follow its first one.
    static func brief(_ message: String) -> String {
        let first = message.prefix { !$0.isNewline }
        guard first.count < message.count, first.hasSuffix(":") else { return String(first) }
        return String(first.prefix { $0 != ";" })
    }

    private static func short(_ text: String) -> String {
        let line = text.replacing("\n", with: " ")
        return line.count > 48 ? line.prefix(45) + "..." : line
    }
}
