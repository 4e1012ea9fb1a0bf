import Workbench

extension PipelineDrawing {
    /// The drawing for a terminal: tasks by level, with what each waits for.
    ///
    ///     penguins
    ///     1  ✔ load   data.import  SUCCEEDED
    ///     2  ● split  data.split   RUNNING    <- load
    package var text: String {
        var lines = [name.split(whereSeparator: \.isNewline).joined(separator: " ")]
        append(graph, indent: "", to: &lines)
        return lines.joined(separator: "\n") + "\n"
    }

    private func append(_ graph: DrawnGraph, indent: String, to lines: inout [String]) {
        let levels = graph.levels
        let nameWidth = graph.nodes.map(\.name.count).max() ?? 0
        let titleWidth = min(40, graph.nodes.map(\.subtitle.count).max() ?? 0)
        let stateWidth = graph.nodes.map { $0.state?.rawValue.count ?? 0 }.max() ?? 0
        let numberWidth = String(levels.count).count
        var before: [Int: [String]] = [:]
        for edge in graph.edges { before[edge.to, default: []].append(graph.nodes[edge.from].name) }
        for (level, members) in levels.enumerated() {
            for (position, index) in members.enumerated() {
                let node = graph.nodes[index]
                let number = index == graph.onExit ? "=" : position == 0 ? String(level + 1) : ""
                var line = indent + Self.padded(number, numberWidth) + "  "
                if hasStates { line += Self.mark(node.state) + " " }
                line += Self.padded(node.name, nameWidth) + "  "
                line += Self.padded(node.subtitle, titleWidth)
                if hasStates { line += "  " + Self.padded(node.state?.rawValue ?? "", stateWidth) }
                if let names = before[index] { line += "  <- " + names.joined(separator: ", ") }
                if index == graph.onExit { line += "  <- the end" }
                if let condition = node.condition { line += "  when \(Self.oneLine(condition))" }
                while line.last == " " { line.removeLast() }
                lines.append(line)
                if let inner = node.inner {
                    let deeper = String(repeating: " ", count: numberWidth + 2) + "│ "
                    append(inner, indent: indent + deeper, to: &lines)
                }
            }
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private static func mark(_ state: TaskState?) -> String {
        switch state {
        case nil: " "
        case .pending?: "○"
        case .running?: "●"
        case .succeeded?: "✔"
        case .failed?: "✘"
        case .cancelled?: "■"
        case .skipped?: "–"
        case .notTriggered?: "·"
        }
    }
}
