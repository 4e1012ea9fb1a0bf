import Workbench

/// A run for people: what it was, what it read, logged and made.
enum RunReport {
    /// The lines of `runs show`.
    static func text(
        _ run: Run, isInterrupted: Bool, inputs: [RunInput], outputs: [Artifact],
        tasks: [TaskRecord] = []
    ) -> String {
        var lines = [
            "run         \(run.id.text)",
            "name        \(run.name)",
            "kind        \(run.kind.rawValue)",
            "status      \(RunDocument.state(of: run, isInterrupted: isInterrupted))",
            "started     \(Format.time(run.startTime)) by \(run.user)",
        ]
        if let end = run.endTime { lines.append("ended       \(Format.time(end))") }
        lines += section("params", run.params.map { ($0.key, brief($0.value)) })
        lines += section("metrics", run.metrics.map { ($0.key, Format.number($0.value)) })
        lines += section("tags", run.tags.map { ($0.key, brief($0.value)) })
        lines += section(
            "inputs", inputs.map { ($0.name, describe($0.artifact)) })
        lines += section("outputs", outputs.map { ($0.name, describe($0)) })
        lines += section("tasks", tasks.map { ($0.path, describe($0)) })
        return lines.joined(separator: "\n")
    }

    private static func describe(_ task: TaskRecord) -> String {
        var words = [task.isCached ? "cached" : task.state.rawValue]
        if task.attempt > 1 { words.append("attempt \(task.attempt)") }
        if let run = task.run { words.append("run \(run.text.prefix(8))") }
        if let message = task.message { words.append(PipelineDocument.brief(message)) }
        return words.joined(separator: "  ")
    }

    private static func section(_ title: String, _ pairs: [(String, String)]) -> [String] {
        guard !pairs.isEmpty else { return [] }
        let width = pairs.map(\.0.count).max() ?? 0
        return ["", title]
            + pairs.map { key, value in
                "  " + key + String(repeating: " ", count: width - key.count + 2) + value
            }
    }

    /// A value on one line of a table; the whole of it is in the document.
    private static func brief(_ value: String) -> String {
        let line = value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count > 120 ? line.prefix(117) + "..." : line
    }

    private static func describe(_ artifact: Artifact) -> String {
        "\(artifact.type.rawValue)  \(Format.bytes(artifact.content.size))"
            + "  sha256 \(artifact.content.digest.hex)"
    }
}
