import Components
import Documents
import Pipelines
import Workbench

/// What `bancada cache explain` prints.
enum CacheReport {
    /// The document of `--json`.
    static func json(_ explanation: CacheExplanation) -> JSON {
        let task = explanation.task
        return [
            "run_id": .string(explanation.run.text), "task": .string(task.path),
            "state": .string(task.state.rawValue), "cached": .bool(task.isCached),
            "result_of": JSON(task.run?.text), "key": JSON(task.cacheKey?.hex),
            "inputs": explanation.inputs?.json ?? .null,
            "earlier": explanation.earlier.map(json) ?? .null,
        ]
    }

    private static func json(_ earlier: CacheExplanation.Earlier) -> JSON {
        [
            "run_id": .string(earlier.run.text), "state": .string(earlier.state.rawValue),
            "differences": .array(
                earlier.differences.map {
                    [
                        "path": .string($0.path), "before": $0.before ?? .null,
                        "now": $0.now ?? .null,
                    ]
                }),
        ]
    }

    /// The same for people.
    static func text(_ explanation: CacheExplanation) -> String {
        let task = explanation.task
        var lines = ["\(task.path) in run \(explanation.run.text.prefix(8)): \(verdict(task))"]
        guard let inputs = explanation.inputs, let key = task.cacheKey else {
            lines.append(
                "its results are never reused: it acts on something outside, or cache: false")
            return lines.joined(separator: "\n")
        }
        lines += ["key       \(key.hex)", "", "it depends on"]
        lines += parts("", inputs.json).map { "  \($0)" }
        lines.append("")
        if let earlier = explanation.earlier {
            let run = earlier.run.text.prefix(8)
            if earlier.differences.isEmpty {
                lines.append(
                    "nothing of it differs from run \(run), where it \(word(earlier.state))")
            } else {
                lines.append("what differs from run \(run)")
                lines += earlier.differences.map {
                    "  \($0.path)  was \(short($0.before))  is \(short($0.now))"
                }
            }
        } else {
            lines.append("no earlier run of the pipeline has executed it")
        }
        return lines.joined(separator: "\n")
    }

    private static func verdict(_ task: TaskRecord) -> String {
        if task.isCached, let run = task.run {
            return "taken from the cache, made by run \(run.text.prefix(8))"
        }
        return word(task.state)
    }

    private static func word(_ state: TaskState) -> String {
        state == .succeeded ? "was executed" : state.rawValue.lowercased()
    }

    /// The leaves of a value with their paths.
    private static func parts(_ path: String, _ value: JSON) -> [String] {
        if case .object(let members) = value, !members.isEmpty {
            return members.flatMap {
                parts(path.isEmpty ? $0.name : "\(path).\($0.name)", $0.value)
            }
        }
        if case .object = value { return [] }
        if value == .null { return [] }
        return ["\(path)  \(short(value))"]
    }

    private static func short(_ value: JSON?) -> String {
        guard let value else { return "absent" }
        let text = value.compactText
        return text.count > 70 ? text.prefix(67) + "..." : text
    }
}
