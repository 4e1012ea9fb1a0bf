import Documents

/// Charts as an SVG image that needs nothing else: no fonts, scripts or style sheets. It follows the
/// reader's light or dark page, and equal charts give equal bytes.
package struct SVGChart: Sendable {
    /// How wide the image is.
    package let width: Double
    /// How high the field of each chart is.
    package let fieldHeight: Double

    /// A size of images.
    package init(width: Double = 720, fieldHeight: Double = 220) {
        self.width = width
        self.fieldHeight = fieldHeight
    }

    /// The whole image.
    package func document(_ figure: Figure) -> String {
        var body: [String] = []
        var top = 12.0
        for chart in figure.charts {
            let panel = SVGPanel(chart, width: width, fieldHeight: fieldHeight, top: top)
            body += panel.lines
            top += panel.height
        }
        let size = "\(SVGText.number(width)) \(SVGText.number(top))"
        let parts = size.split(separator: " ")
        let names = figure.charts.map { chart in
            "\(chart.title) of \(chart.series.map(\.name).joined(separator: ", "))"
        }
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(parts[0])\" "
                + "height=\"\(parts[1])\" viewBox=\"0 0 \(size)\" role=\"img\" "
                + "aria-labelledby=\"title desc\" font-family=\"system-ui, sans-serif\" "
                + "font-size=\"11\">",
            "<title id=\"title\">\(SVGText.escaped(figure.title))</title>",
            "<desc id=\"desc\">Line charts: \(SVGText.escaped(names.joined(separator: "; ")))</desc>",
            "<style>\(Self.style)</style>",
            "<rect class=\"page\" width=\"100%\" height=\"100%\"/>",
        ]
        lines += body
        lines.append("</svg>")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The colours of curves on a light and on a dark page, told apart also by most who see red and
    /// green alike; neighbours differ in lightness too.
    static let colours: [(light: String, dark: String)] = [
        ("#2a78d6", "#3987e5"), ("#eb6834", "#d95926"), ("#1baf7a", "#199e70"),
        ("#b97d00", "#c98500"), ("#d5588f", "#d55181"), ("#008300", "#3ba53b"),
        ("#4a3aa7", "#9085e9"), ("#e34948", "#e66767"),
    ]

    private static let style: String = {
        func colours(_ choose: ((light: String, dark: String)) -> String) -> String {
            Self.colours.enumerated().map { ".c\($0){color:\(choose($1))}" }.joined()
        }
        return ".page{fill:#ffffff}.ink{fill:#1f2328}.soft{fill:#59636e}"
            + ".grid{stroke:#e1e5e9}.axis{stroke:#8b949e}" + colours(\.light)
            + "@media(prefers-color-scheme:dark){.page{fill:#17191c}.ink{fill:#e6e9ec}"
            + ".soft{fill:#a5adb6}.grid{stroke:#2d3238}.axis{stroke:#6b747e}"
            + colours(\.dark) + "}"
    }()
}

/// One chart of an image, at its place.
private struct SVGPanel {
    private(set) var lines: [String] = []
    private(set) var height: Double

    private let chart: Chart
    private let width: Double
    private let fieldHeight: Double
    private let top: Double
    /// The left edge of the field.
    private var left = 0.0

    private static let right = 20.0
    private static let titleHeight = 34.0
    private static let footHeight = 42.0
    private static let rowHeight = 18.0
    /// Letters of size 11 are about this wide; there are no metrics of a font.
    private static let letterWidth = 6.2

    init(_ chart: Chart, width: Double, fieldHeight: Double, top: Double) {
        self.chart = chart
        self.width = width
        self.fieldHeight = fieldHeight
        self.top = top
        height = Self.titleHeight
        text(
            chart.title + (chart.isLogarithmic ? " (log)" : ""), x: 16, y: top + 16,
            style: "class=\"ink\" font-size=\"14\" font-weight=\"600\"")
        guard let heights = chart.heights, let places = chart.places else {
            text("no value can be drawn", x: 16, y: top + 40, style: "class=\"soft\"")
            height += 30
            return
        }
        let y = ChartAxis.heights(
            heights, isLogarithmic: chart.isLogarithmic, about: max(2, Int(fieldHeight / 45)))
        let widest = y.ticks.reduce(0) { max($0, $1.label.count) }
        left = 24 + Double(widest) * Self.letterWidth
        let x = ChartAxis.places(
            places, isStepwise: chart.isStepwise, about: max(2, Int((width - left) / 90)))
        addAxes(x, y)
        for (index, series) in chart.series.enumerated() { add(series, index, x, y) }
        height += fieldHeight + Self.footHeight
        addLegend()
    }

    private var fieldTop: Double { top + Self.titleHeight - 8 }
    private var bottom: Double { fieldTop + fieldHeight }
    private var fieldWidth: Double { width - left - Self.right }

    private func across(_ value: Double, _ axis: ChartAxis) -> Double {
        left + min(max(axis.position(value), 0), 1) * fieldWidth
    }

    private func down(_ value: Double, _ axis: ChartAxis) -> Double {
        bottom - min(max(axis.position(value), 0), 1) * fieldHeight
    }

    // MARK: - Axes

    private mutating func addAxes(_ x: ChartAxis, _ y: ChartAxis) {
        let (start, end) = (SVGText.number(left), SVGText.number(width - Self.right))
        for tick in y.ticks {
            let place = down(tick.value, y)
            let line = SVGText.number(place)
            lines.append("<path class=\"grid\" d=\"M\(start) \(line)H\(end)\"/>")
            text(
                tick.label, x: left - 8, y: place + 4, style: "class=\"soft\" text-anchor=\"end\"")
        }
        let base = SVGText.number(bottom)
        lines.append("<path class=\"axis\" d=\"M\(start) \(base)H\(end)\"/>")
        for tick in x.ticks {
            let place = across(tick.value, x)
            lines.append("<path class=\"axis\" d=\"M\(SVGText.number(place)) \(base)v4\"/>")
            text(
                tick.label, x: place, y: bottom + 17, style: "class=\"soft\" text-anchor=\"middle\""
            )
        }
        text(
            chart.xTitle, x: left + fieldWidth / 2, y: bottom + 32,
            style: "class=\"soft\" text-anchor=\"middle\"")
    }

    private mutating func text(_ text: String, x: Double, y: Double, style: String) {
        lines.append(
            "<text x=\"\(SVGText.number(x))\" y=\"\(SVGText.number(y))\" \(style)>"
                + "\(SVGText.escaped(text))</text>")
    }

    // MARK: - Curves

    private mutating func add(
        _ series: Chart.Series, _ index: Int, _ x: ChartAxis, _ y: ChartAxis
    ) {
        lines.append(
            "<g class=\"\(Self.colour(index))\"><title>\(SVGText.escaped(series.name))</title>")
        if !series.raw.isEmpty {
            addLines(
                series.raw, x, y, style: "stroke-width=\"1\" stroke-opacity=\"0.3\"", radius: 1.5)
        }
        addLines(
            series.points, x, y,
            style: "stroke-width=\"1.8\"\(Self.dash(index)) stroke-linejoin=\"round\"", radius: 3)
        lines.append("</g>")
    }

    /// The lines of a curve; a point alone is a dot.
    private mutating func addLines(
        _ points: [Chart.Point], _ x: ChartAxis, _ y: ChartAxis, style: String, radius: Double
    ) {
        let sampled = CurveShaping.sampled(points, columns: Int(fieldWidth), axis: x)
        var path = ""
        var dots: [String] = []
        for piece in CurveShaping.pieces(sampled) {
            let places = piece.map { point in
                "\(SVGText.number(across(point.x, x))) \(SVGText.number(down(point.y, y)))"
            }
            if places.count == 1, let parts = places.first?.split(separator: " ") {
                dots.append(
                    "<circle cx=\"\(parts[0])\" cy=\"\(parts[1])\" r=\"\(SVGText.number(radius))\" "
                        + "fill=\"currentColor\"/>")
            } else {
                path += "M" + places.joined(separator: "L")
            }
        }
        if !path.isEmpty {
            lines.append("<path fill=\"none\" stroke=\"currentColor\" \(style) d=\"\(path)\"/>")
        }
        lines += dots
    }

    private static func colour(_ index: Int) -> String {
        "c\(index % SVGChart.colours.count)"
    }

    /// Curves beyond the colours are dashed.
    private static func dash(_ index: Int) -> String {
        switch index / SVGChart.colours.count {
        case 0: ""
        case 1: " stroke-dasharray=\"6 3\""
        default: " stroke-dasharray=\"2 3\""
        }
    }

    // MARK: - Legend

    private mutating func addLegend() {
        var (x, y) = (left, top + height + 4)
        for (index, series) in chart.series.enumerated() {
            let name = SVGText.cut(series.name, 60)
            let room = 34 + Double(name.count) * Self.letterWidth
            if x > left, x + room > width - Self.right {
                x = left
                y += Self.rowHeight
            }
            lines.append(
                "<path class=\"\(Self.colour(index))\" stroke=\"currentColor\" stroke-width=\"2.5\""
                    + "\(Self.dash(index)) d=\"M\(SVGText.number(x)) \(SVGText.number(y))h18\"/>")
            text(name, x: x + 24, y: y + 4, style: "class=\"ink\"")
            x += room
        }
        height = y - top + 28
    }
}
