import Workbench

extension PipelineDrawing {
    /// The drawing as a Mermaid flowchart. Tasks have identifiers of their own and their names only
    /// as labels, so no name can be read as syntax.
    package var mermaid: String {
        var lines = ["flowchart TD"]
        var classes: [TaskState: [String]] = [:]
        append(graph, id: "n", indent: "    ", to: &lines, &classes)
        for state in TaskState.allCases {
            guard let members = classes[state] else { continue }
            let colours = StateColours.of(state)
            let name = state.rawValue.lowercased()
            lines.append(
                "    classDef \(name) fill:\(colours.fill),stroke:\(colours.line),color:#202124")
            lines.append("    class \(members.joined(separator: ",")) \(name)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func append(
        _ graph: DrawnGraph, id: String, indent: String, to lines: inout [String],
        _ classes: inout [TaskState: [String]]
    ) {
        for (index, node) in graph.nodes.enumerated() {
            let own = "\(id)\(index)"
            var label = "\(Self.escaped(node.name))<br/>\(Self.escaped(node.subtitle))"
            if let condition = node.condition { label += "<br/>when \(Self.escaped(condition))" }
            if let state = node.state {
                label += "<br/>\(state.rawValue)"
                classes[state, default: []].append(own)
            }
            if let inner = node.inner {
                lines.append("\(indent)subgraph \(own)[\"\(label)\"]")
                append(inner, id: "\(own)_", indent: indent + "    ", to: &lines, &classes)
                lines.append("\(indent)end")
            } else if node.isLoop {
                lines.append("\(indent)\(own)[[\"\(label)\"]]")
            } else if index == graph.onExit {
                lines.append("\(indent)\(own)([\"\(label)\"])")
            } else {
                lines.append("\(indent)\(own)[\"\(label)\"]")
            }
        }
        for edge in graph.edges { lines.append("\(indent)\(id)\(edge.from) --> \(id)\(edge.to)") }
        if let onExit = graph.onExit {
            for end in graph.ends { lines.append("\(indent)\(id)\(end) -.-> \(id)\(onExit)") }
        }
    }

    /// A text for a label in double quotes: what has a meaning there becomes an entity.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "#", "\"", "<", ">", "&", "`", "[", "]", "{", "}", "\\", "*", "_", ";":
                result += "#\(scalar.value);"
            case _ where scalar.value < 0x20: result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// The colours that a state is drawn with.
struct StateColours {
    let fill: String
    let line: String
    let isDashed: Bool

    static func of(_ state: TaskState?) -> StateColours {
        switch state {
        case nil: StateColours(fill: "#ffffff", line: "#5f6368", isDashed: false)
        case .pending?: StateColours(fill: "#f1f3f4", line: "#80868b", isDashed: false)
        case .running?: StateColours(fill: "#e3f2fd", line: "#1565c0", isDashed: false)
        case .succeeded?: StateColours(fill: "#e6f4ea", line: "#2e7d32", isDashed: false)
        case .failed?: StateColours(fill: "#fdecea", line: "#c62828", isDashed: false)
        case .cancelled?: StateColours(fill: "#fff3e0", line: "#e65100", isDashed: false)
        case .skipped?: StateColours(fill: "#fafafa", line: "#9aa0a6", isDashed: true)
        case .notTriggered?: StateColours(fill: "#fafafa", line: "#bdbdbd", isDashed: true)
        }
    }
}
