import Documents
import Workbench

extension PipelineDrawing {
    /// The drawing as an SVG image that needs nothing else: no fonts, scripts or style sheets.
    package var svg: String {
        let picture = DrawnPicture(graph, hasStates: hasStates)
        let margin = 20.0
        let width = SVGText.number(picture.size.x + 2 * margin)
        let height = SVGText.number(picture.size.y + 2 * margin + 26)
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
                + "viewBox=\"0 0 \(width) \(height)\" role=\"img\" "
                + "font-family=\"system-ui, sans-serif\" font-size=\"12\">",
            "<title>\(SVGText.escaped(name))</title>",
        ]
        if !description.isEmpty { lines.append("<desc>\(SVGText.escaped(description))</desc>") }
        lines += [
            "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" "
                + "markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">"
                + "<path d=\"M0 0L8 4L0 8Z\" fill=\"#5f6368\"/></marker></defs>",
            "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
            "<text x=\"20\" y=\"26\" font-size=\"15\" font-weight=\"bold\" fill=\"#202124\">"
                + "\(SVGText.escaped(SVGText.cut(name, 60)))</text>",
        ]
        picture.append(to: &lines, at: LayeredLayout.Point(x: margin, y: margin + 26))
        lines.append("</svg>")
        return lines.joined(separator: "\n") + "\n"
    }
}

/// One graph with places.
private struct DrawnPicture {
    private let graph: DrawnGraph
    private let layout: LayeredLayout
    private let boxes: [Box]
    /// The edges of `layout` that are drawn dashed, or not at all: those to the task on exit.
    private let solidEdges: Int
    private let showsEnd: Bool

    /// A task with its texts and size.
    private struct Box {
        let lines: [String]
        let size: LayeredLayout.Point
        let inner: DrawnPicture?
    }

    private static let lineHeight = 15.0
    private static let padding = 12.0

    var size: LayeredLayout.Point { .init(x: max(layout.width, 60), y: layout.height) }

    init(_ graph: DrawnGraph, hasStates: Bool) {
        self.graph = graph
        boxes = graph.nodes.map { node in
            var lines = [SVGText.cut(node.name, 30), SVGText.cut(node.subtitle, 36)]
            if let condition = node.condition { lines.append(SVGText.cut("when \(condition)", 36)) }
            if hasStates { lines.append(node.state?.rawValue ?? "") }
            // Without metrics of a font: letters are about 7 wide at size 12, 6 at size 11.
            let wide =
                lines.enumerated().map { Double($1.count) * ($0 == 0 ? 7.4 : 6.2) }.max() ?? 0
            let inner = node.inner.map { DrawnPicture($0, hasStates: hasStates) }
            let text = Double(lines.count) * Self.lineHeight + Self.padding
            return Box(
                lines: lines,
                size: .init(
                    x: max(96, wide + 2 * Self.padding, (inner?.size.x ?? 0) + 2 * Self.padding),
                    y: text + (inner.map { $0.size.y + Self.padding } ?? 0)),
                inner: inner)
        }
        var edges = graph.edges
        solidEdges = edges.count
        let ends = graph.ends
        showsEnd = ends.count <= 8
        if let onExit = graph.onExit { edges += ends.map { ($0, onExit) } }
        layout = LayeredLayout(sizes: boxes.map(\.size), edges: edges, levels: graph.levels)
    }

    func append(to lines: inout [String], at origin: LayeredLayout.Point) {
        for (index, route) in layout.routes.enumerated() where index < solidEdges || showsEnd {
            let dash = index < solidEdges ? "" : " stroke-dasharray=\"4 3\""
            lines.append(
                "<path d=\"\(SVGText.curve(route, origin))\" fill=\"none\" stroke=\"#5f6368\"\(dash) "
                    + "marker-end=\"url(#arrow)\"/>")
        }
        for (index, box) in boxes.enumerated() {
            append(
                box, graph.nodes[index], to: &lines,
                at: .init(
                    x: origin.x + layout.tops[index].x - box.size.x / 2,
                    y: origin.y + layout.tops[index].y))
        }
    }

    private func append(
        _ box: Box, _ node: DrawnNode, to lines: inout [String], at corner: LayeredLayout.Point
    ) {
        let colours = StateColours.of(node.state)
        let dash = colours.isDashed ? " stroke-dasharray=\"4 3\"" : ""
        lines.append("<g><title>\(SVGText.escaped(title(of: node)))</title>")
        let shape =
            "width=\"\(SVGText.number(box.size.x))\" height=\"\(SVGText.number(box.size.y))\" "
            + "rx=\"6\" fill=\"\(colours.fill)\" stroke=\"\(colours.line)\"\(dash)/>"
        if node.isLoop {
            lines.append(
                "<rect x=\"\(SVGText.number(corner.x + 4))\" y=\"\(SVGText.number(corner.y + 4))\" "
                    + shape)
        }
        lines.append(
            "<rect x=\"\(SVGText.number(corner.x))\" y=\"\(SVGText.number(corner.y))\" \(shape)")
        let middle = SVGText.number(corner.x + box.size.x / 2)
        for (index, text) in box.lines.enumerated() where !text.isEmpty {
            let y = SVGText.number(corner.y + Double(index + 1) * Self.lineHeight + 2)
            let isState = node.state?.rawValue == text && index > 1
            let style =
                index == 0
                ? "font-weight=\"bold\" fill=\"#202124\""
                : "font-size=\"11\" fill=\"\(isState && !colours.isDashed ? colours.line : "#5f6368")\""
            lines.append(
                "<text x=\"\(middle)\" y=\"\(y)\" text-anchor=\"middle\" \(style)>"
                    + "\(SVGText.escaped(text))</text>")
        }
        if let inner = box.inner {
            let top = Double(box.lines.count) * Self.lineHeight + Self.padding
            inner.append(
                to: &lines,
                at: .init(
                    x: corner.x + (box.size.x - inner.size.x) / 2, y: corner.y + top))
        }
        lines.append("</g>")
    }

    private func title(of node: DrawnNode) -> String {
        let condition = node.condition.map { ", when \($0)" } ?? ""
        let state = node.state.map { ": \($0.rawValue)" } ?? ""
        return "\(node.name) (\(node.subtitle)\(condition))\(state)"
    }
}

extension SVGText {
    /// A line through points that leaves and enters them vertically.
    fileprivate static func curve(_ points: [LayeredLayout.Point], _ origin: LayeredLayout.Point)
        -> String
    {
        func text(_ x: Double, _ y: Double) -> String {
            "\(number(origin.x + x)) \(number(origin.y + y))"
        }
        guard let first = points.first else { return "" }
        var path = "M\(text(first.x, first.y))"
        for (from, to) in zip(points, points.dropFirst()) {
            if abs(from.x - to.x) < 0.05 {
                path += "L\(text(to.x, to.y))"
            } else {
                let half = (to.y - from.y) / 2
                path += "C\(text(from.x, from.y + half)) \(text(to.x, to.y - half)) "
                path += text(to.x, to.y)
            }
        }
        return path
    }
}
