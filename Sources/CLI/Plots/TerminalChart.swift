/// Charts as lines of text.
package struct TerminalChart: Sendable {
    /// Characters across, labels included.
    package let width: Int
    /// Lines of the field in which curves are drawn.
    package let rows: Int
    /// Whether the terminal shows more than ASCII.
    package let isUnicode: Bool
    /// Whether curves are told apart by colour; by letters otherwise.
    package let hasColour: Bool

    /// The narrowest chart that says something.
    private static let leastWidth = 30
    /// ANSI colours in an order in which neighbours differ, also for most who see red and green
    /// alike.
    private static let colours = [34, 33, 36, 35, 32, 31, 94, 93]

    /// A way to draw.
    package init(width: Int, rows: Int = 12, isUnicode: Bool, hasColour: Bool) {
        self.width = max(Self.leastWidth, width)
        self.rows = max(3, rows)
        self.isUnicode = isUnicode
        self.hasColour = hasColour
    }

    /// The lines of a chart: title, field with axes, legend.
    package func lines(_ chart: Chart) -> [String] {
        guard let heights = chart.heights, let places = chart.places else {
            return [chart.title, "  no value can be drawn"]
        }
        let y = ChartAxis.heights(
            heights, isLogarithmic: chart.isLogarithmic, about: max(2, rows / 3))
        let margin = y.ticks.reduce(0) { max($0, $1.label.count) }
        let columns = max(8, width - margin - 2)
        let x = ChartAxis.places(
            places, isStepwise: chart.isStepwise, about: max(2, columns / 14))
        let canvas = drawn(chart, x, y, columns: columns)
        var lines = [chart.title + (chart.isLogarithmic ? " (log)" : "")]
        lines += field(canvas, y, margin: margin, isAlone: chart.series.count == 1)
        lines += foot(x, chart.xTitle, margin: margin, columns: columns)
        lines += legend(chart)
        return lines
    }

    // MARK: - Curves

    private func drawn(
        _ chart: Chart, _ x: ChartAxis, _ y: ChartAxis, columns: Int
    ) -> DotCanvas {
        let usesDots = isUnicode && (hasColour || chart.series.count == 1)
        var canvas = DotCanvas(columns: columns, rows: rows, isBraille: usesDots)
        for (index, series) in chart.series.enumerated() {
            let points = CurveShaping.sampled(series.points, columns: canvas.width, axis: x)
            for piece in CurveShaping.pieces(points) {
                let places = piece.map { point in
                    (
                        x: Self.place(x.position(point.x), canvas.width),
                        y: canvas.height - 1 - Self.place(y.position(point.y), canvas.height)
                    )
                }
                for (index2, place) in places.enumerated() {
                    canvas.line(from: places[max(0, index2 - 1)], to: place, owner: index)
                }
            }
        }
        return canvas
    }

    private static func place(_ position: Double, _ count: Int) -> Int {
        Int((min(max(position, 0), 1) * Double(count - 1)).rounded())
    }

    /// The characters of a row, each stretch of a curve in its colour.
    private func row(_ row: Int, of canvas: DotCanvas, isAlone: Bool) -> String {
        let usesDots = isUnicode && (hasColour || isAlone)
        var line = ""
        var stretch = ""
        var owner: Int?
        func end() {
            if let owner, hasColour {
                line += Self.coloured(stretch, owner)
            } else {
                line += stretch
            }
            stretch = ""
        }
        for column in 0..<canvas.columns {
            let cell = canvas.cell(column, row)
            if cell?.owner != owner {
                end()
                owner = cell?.owner
            }
            let mark = cell.map { usesDots ? String($0.braille) : Self.letter($0.owner) }
            stretch += mark.map { isAlone && !usesDots ? "*" : $0 } ?? " "
        }
        // Nothing is after the last curve.
        if owner != nil { end() }
        return line
    }

    private static func letter(_ index: Int) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        return String(letters[index % letters.count])
    }

    private static func coloured(_ text: String, _ index: Int) -> String {
        "\u{1B}[\(colours[index % colours.count])m\(text)\u{1B}[0m"
    }

    // MARK: - What is around them

    private func field(
        _ canvas: DotCanvas, _ y: ChartAxis, margin: Int, isAlone: Bool
    ) -> [String] {
        var labels: [Int: String] = [:]
        for tick in y.ticks {
            labels[rows - 1 - Self.place(y.position(tick.value), rows)] = tick.label
        }
        return (0..<rows).map { row in
            let label = labels[row]
            let rule = label == nil ? (isUnicode ? "│" : "|") : (isUnicode ? "┤" : "+")
            return Self.right(label ?? "", margin) + " " + rule
                + self.row(row, of: canvas, isAlone: isAlone)
        }
    }

    private func foot(
        _ x: ChartAxis, _ title: String, margin: Int, columns: Int
    ) -> [String] {
        var rule = Array(repeating: Character(isUnicode ? "─" : "-"), count: columns)
        var labels = Array(repeating: Character(" "), count: columns)
        var free = 0
        for tick in x.ticks {
            let place = Self.place(x.position(tick.value), columns)
            rule[place] = isUnicode ? "┬" : "+"
            let start = min(max(0, place - tick.label.count / 2), columns - tick.label.count)
            guard start >= free else { continue }
            for (offset, character) in tick.label.enumerated() {
                labels[start + offset] = character
            }
            free = start + tick.label.count + 2
        }
        let indent = String(repeating: " ", count: margin + 2)
        let corner = isUnicode ? "└" : "+"
        var lines = [String(indent.dropLast()) + corner + String(rule)]
        lines.append(Self.trimmed(indent + String(labels)))
        lines.append(
            indent + String(repeating: " ", count: max(0, (columns - title.count) / 2)) + title)
        return lines
    }

    private func legend(_ chart: Chart) -> [String] {
        let room = max(10, width - 20)
        let names = chart.series.map { String($0.name.prefix(room)) }
        let widest = names.reduce(0) { max($0, $1.count) }
        return chart.series.enumerated().map { index, series in
            let sign: String
            if hasColour {
                sign = Self.coloured(isUnicode ? "──" : "--", index)
            } else {
                sign =
                    chart.series.count == 1 ? (isUnicode ? "──" : "**") : Self.letter(index) + " "
            }
            let last = series.last.map { "last \(Format.number($0))" } ?? "no values"
            return "  \(sign) \(names[index].padding(to: widest))  \(last)"
        }
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private static func trimmed(_ text: String) -> String {
        var text = text
        while text.last == " " { text.removeLast() }
        return text
    }
}
