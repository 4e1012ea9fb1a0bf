import CLI
import Foundation
import Testing

/// Charts that both renderers draw.
private enum Sample {
    static func curve(_ name: String, _ count: Int, _ value: (Double) -> Double) -> Chart.Series {
        Chart.Series(
            name: name,
            points: (0..<count).map { .init(x: Double($0), y: value(Double($0))) })
    }

    static func chart(_ series: [Chart.Series], isLogarithmic: Bool = false) -> Chart {
        Chart(
            title: "loss", xTitle: "step", isStepwise: true, isLogarithmic: isLogarithmic,
            series: series)
    }

    static let one = chart([curve("swift-yew (7884179e)", 60) { 2 / (1 + $0 / 8) }])
    static let two = chart([
        curve("swift-yew (7884179e)", 60) { 2 / (1 + $0 / 8) },
        curve("calm-fig (0a1b2c3d)", 60) { 1.5 * Foundation.exp(-$0 / 30) },
    ])
    static let gaps = chart([
        Chart.Series(
            name: "gaps <&>",
            points: [
                .init(x: 0, y: 1), .init(x: 1, y: 2), .init(x: 2, y: .nan), .init(x: 3, y: 1.5),
                .init(x: 4, y: .infinity), .init(x: 5, y: 0.5), .init(x: 6, y: 0.75),
            ])
    ])
    static let log = chart(
        [curve("decay", 40) { Foundation.pow(10, -$0 / 8) }], isLogarithmic: true)
    static let empty = chart([curve("nothing", 3) { _ in .nan }])
    static let point = chart([curve("point", 1) { _ in 0.25 }])

    static let all = [
        "one": one, "two": two, "gaps": gaps, "log": log, "empty": empty, "point": point,
    ]
    static let names = all.keys.sorted()
}

@Suite struct TerminalChartTests {
    @Test("Draws with braille where the terminal can show it", arguments: Sample.names)
    func braille(name: String) throws {
        let chart = try #require(Sample.all[name])
        let lines = TerminalChart(width: 64, rows: 8, isUnicode: true, hasColour: false)
            .lines(chart)
        #expect(lines.allSatisfy { $0.count <= 64 }, "\(lines)")
        try GoldenFile.check(lines.joined(separator: "\n") + "\n", "\(name).unicode.txt")
    }

    @Test("Draws with ASCII elsewhere", arguments: Sample.names)
    func ascii(name: String) throws {
        let chart = try #require(Sample.all[name])
        let text =
            TerminalChart(width: 64, rows: 8, isUnicode: false, hasColour: false)
            .lines(chart).joined(separator: "\n") + "\n"
        #expect(text.allSatisfy { $0.isASCII })
        try GoldenFile.check(text, "\(name).ascii.txt")
    }

    @Test("Colour tells curves apart, and only where it is wanted")
    func colour() {
        let coloured = TerminalChart(width: 64, rows: 8, isUnicode: true, hasColour: true)
            .lines(Sample.two).joined(separator: "\n")
        #expect(coloured.contains("\u{1B}[34m") && coloured.contains("\u{1B}[33m"))
        let plain = TerminalChart(width: 64, rows: 8, isUnicode: true, hasColour: false)
            .lines(Sample.two).joined(separator: "\n")
        #expect(!plain.contains("\u{1B}"))
        #expect(plain.contains("a") && plain.contains("b"))
    }

    @Test("Any width and any numbers are drawn", arguments: [1, 30, 31, 79, 400])
    func widths(width: Int) {
        let cases: [[Double]] = [
            [1e308, -1e308], [.leastNonzeroMagnitude, 0], [1e16, 1e16 + 2], [0, 0],
        ]
        for values in cases {
            let chart = Sample.chart([
                Chart.Series(
                    name: "n",
                    points: values.enumerated().map {
                        .init(x: Double($0) * 9e18, y: $1)
                    })
            ])
            let lines = TerminalChart(width: width, isUnicode: true, hasColour: false).lines(chart)
            #expect(lines.count > 4)
            #expect(SVGChart().document(Figure(title: "t", charts: [chart])).hasSuffix("</svg>\n"))
        }
    }
}

@Suite struct SVGChartTests {
    @Test("Images are what they were", arguments: Sample.names)
    func golden(name: String) throws {
        let chart = try #require(Sample.all[name])
        let figure = Figure(title: "loss of \(name)", charts: [chart])
        let text = SVGChart().document(figure)
        #expect(text == SVGChart().document(figure))
        try GoldenFile.check(text, "\(name).svg")
    }

    @Test("Every element is closed, and names are escaped")
    func wellFormed() {
        let chart = Sample.chart([
            Sample.curve("a<b>&\"c\"\u{1}", 5) { $0 },
            Sample.curve("ünïcode 模型", 5) { -$0 },
        ])
        let text = SVGChart().document(Figure(title: "<&>", charts: [chart, Sample.gaps]))
        var open: [String] = []
        for match in text.matches(of: /<(\/?)([a-z]+)[^<>]*?(\/?)>/) {
            let name = String(match.output.2)
            if match.output.1 == "/" {
                #expect(open.popLast() == name)
            } else if match.output.3 != "/" {
                open.append(name)
            }
        }
        #expect(open.isEmpty)
        #expect(text.contains("a&lt;b&gt;&amp;&quot;c&quot; "))
        #expect(!text.contains("<b>"))
    }

    @Test("A gap parts the line, and a point alone is a dot")
    func gaps() {
        let text = SVGChart().document(Figure(title: "t", charts: [Sample.gaps]))
        #expect(text.components(separatedBy: "<circle").count == 2)
        let point = SVGChart().document(Figure(title: "t", charts: [Sample.point]))
        #expect(point.components(separatedBy: "<circle").count == 2)
    }

    @Test("More curves than colours are dashed, and the legend has rows for them")
    func manyCurves() {
        let curves = (0..<20).map { index in
            Sample.curve("run number \(index)", 3) { $0 + Double(index) }
        }
        let text = SVGChart().document(Figure(title: "t", charts: [Sample.chart(curves)]))
        #expect(text.contains("stroke-dasharray=\"6 3\""))
        #expect(text.contains("stroke-dasharray=\"2 3\""))
        #expect(text.components(separatedBy: "run number 19").count == 3 + 1)
    }

    @Test("A history of 100,000 points makes a small image")
    func long() {
        let chart = Sample.chart([Sample.curve("long", 100_000) { Foundation.sin($0) }])
        let text = SVGChart().document(Figure(title: "t", charts: [chart]))
        #expect(text.utf8.count < 60_000)
    }
}
