import Components
import Workbench

/// A run for people: what it was, what it read, logged and made.
enum RunReport {
    /// How many files, and how many children, are listed.
    private static let listed = 10

    /// The lines of `runs show`.
    static func text(_ run: Run, isInterrupted: Bool, _ details: RunDetails) -> String {
        var lines = head(run, isInterrupted: isInterrupted, details)
        lines += section("params", run.params.map { ($0.key, brief($0.value)) })
        lines += section("metrics", run.metrics.map { ($0.key, Format.number($0.value)) })
        lines += section("tags", run.tags.map { ($0.key, brief($0.value)) })
        lines += section("datasets", run.datasets.map { ($0.name, describe($0)) })
        lines += section("inputs", details.inputs.map { ($0.name, describe($0.artifact)) })
        lines += section("models read", run.modelInputs.map { ("models:/\($0.text)", "") })
        lines += section("outputs", details.outputs.map { ($0.name, describe($0)) })
        lines += section("models", details.models.map { ($0.name, describe($0)) })
        lines += section("registered", details.versions.map { ($0.uri, describe($0)) })
        lines += artifacts(run, details)
        if details.tasks.isEmpty { lines += children(run, details) }
        lines += section("tasks", details.tasks.map { ($0.path, describe($0)) })
        return lines.joined(separator: "\n")
    }

    private static func head(
        _ run: Run, isInterrupted: Bool, _ details: RunDetails
    ) -> [String] {
        var lines = [
            "run         \(run.id.text)",
            "name        \(run.name)",
            "kind        \(run.kind.rawValue)",
            "status      \(RunDocument.state(of: run, isInterrupted: isInterrupted))",
        ]
        if run.lifecycle == .deleted {
            lines.append(
                "lifecycle   deleted: 'bancada runs restore \(short(run.id))' brings it back")
        }
        lines.append("experiment  \(details.experiment.name) (\(details.experiment.id.number))")
        if let parent = details.parent {
            lines.append("part of     \(short(parent.id))  \(parent.name)")
        }
        lines.append("started     \(Format.time(run.startTime)) by \(run.user)")
        if let end = run.endTime { lines.append("ended       \(Format.time(end))") }
        return lines
    }

    // MARK: - Sections

    private static func artifacts(_ run: Run, _ details: RunDetails) -> [String] {
        var lines = section(
            "artifacts",
            details.files.prefix(listed).map { ($0.path.text, Format.bytes($0.size)) })
        let more = details.files.count - listed
        if more > 0 {
            let count = details.hasAllFiles ? "\(more)" : "over \(more)"
            lines.append("  ... \(count) more: 'bancada runs artifacts \(short(run.id))'")
        }
        if let place = details.elsewhere {
            if lines.isEmpty { lines = ["", "artifacts"] }
            lines.append("  elsewhere: \(place)")
        }
        return lines
    }

    private static func children(_ run: Run, _ details: RunDetails) -> [String] {
        var lines = section(
            "children",
            details.children.prefix(listed).map {
                (short($0.id), "\($0.status.rawValue)  \($0.name)")
            })
        let more = details.children.count - listed
        if more > 0 {
            let count = details.hasMoreChildren ? "over \(more)" : "\(more)"
            lines.append(
                "  ... \(count) more: 'bancada runs search "
                    + "\"tags.mlflow.parentRunId = '\(run.id.text)'\"'")
        }
        return lines
    }

    private static func section(_ title: String, _ pairs: [(String, String)]) -> [String] {
        guard !pairs.isEmpty else { return [] }
        let width = pairs.map(\.0.count).max() ?? 0
        return ["", title]
            + pairs.map { key, value in
                value.isEmpty
                    ? "  " + key
                    : "  " + key + String(repeating: " ", count: width - key.count + 2) + value
            }
    }

    private static func short(_ id: RunID) -> String { String(id.text.prefix(8)) }

    /// A value on one line of a table; the whole of it is in the document.
    private static func brief(_ value: String) -> String {
        let line = value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count > 120 ? line.prefix(117) + "..." : line
    }

    // MARK: - Values

    private static func describe(_ task: TaskRecord) -> String {
        var words = [task.isCached ? "cached" : task.state.rawValue]
        if task.attempt > 1 { words.append("attempt \(task.attempt)") }
        if let run = task.run { words.append("run \(short(run))") }
        if let message = task.message { words.append(PipelineDocument.brief(message)) }
        return words.joined(separator: "  ")
    }

    private static func describe(_ artifact: Artifact) -> String {
        "\(artifact.type.rawValue)  \(Format.bytes(artifact.content.size))"
            + "  sha256 \(artifact.content.digest.hex)"
    }

    /// A dataset that a client logged: its digest, what it was for, where it is from.
    static func describe(_ dataset: DatasetInput) -> String {
        var words = ["digest \(dataset.digest)"]
        if let context = dataset.context { words.append(context) }
        // Where there is no place but code, the source is a document about the run.
        let isPlace = dataset.sourceType != "code"
        words.append(dataset.sourceType + (isPlace ? " \(brief(dataset.source))" : ""))
        return words.joined(separator: "  ")
    }

    private static func describe(_ model: LoggedModel) -> String {
        let state =
            switch model.status {
            case .ready: "ready"
            case .pending: "pending"
            case .failed: "upload failed"
            }
        return "models:/\(model.id.text)  \(state)"
    }

    private static func describe(_ version: ModelVersion) -> String {
        var words = ["from \(version.source)"]
        if version.stage != .none { words.append(version.stage.rawValue) }
        words += version.aliases.map { "@" + $0 }
        return words.joined(separator: "  ")
    }
}

extension DatasetInput {
    /// What the run used it for, such as `training`.
    var context: String? { tags.first { $0.key == "mlflow.data.context" }?.value }
}
