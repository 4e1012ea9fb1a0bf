import ArgumentParser
import Components
import Documents
import Tabular
import Workbench

extension RunsCommand {
    /// `bancada runs plot`
    struct Plot: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "plot",
            abstract: "Draw the metrics of runs: in the terminal, or into an SVG file.",
            discussion: """
                A chart for each metric, with a curve for each run. Without --metric
                those that have a history are drawn. --smooth draws the exponentially
                weighted mean; the file shows the values behind it.

                EXAMPLES:
                  bancada runs plot 3f2a --metric loss --log
                  bancada runs plot 3f2a 9c01 --metric loss --smooth 0.9 --output loss.svg
                """)

        @Argument(
            help: ArgumentHelp(
                "The ids of runs, or at least their first four digits.", valueName: "run"))
        var runs: [String]

        @Option(help: "A metric to draw; may be repeated.")
        var metric: [String] = []

        @Option(
            parsing: .unconditional,
            help: "How much of the values before weighs in: from 0 to less than 1.")
        var smooth = 0.0

        @Flag(help: "Draw heights by their logarithm.")
        var log = false

        @Option(help: "What is across: step, or time since the first value.")
        var x = "step"

        @Option(
            name: .shortAndLong,
            help: ArgumentHelp("Write an SVG image instead.", valueName: "file.svg"))
        var output: String?

        @OptionGroup var global: GlobalOptions

        func validate() throws {
            if runs.isEmpty { throw ValidationError("Name at least one run to plot.") }
        }

        func run() async throws {
            guard (0..<1).contains(smooth) else {
                throw BancadaError(
                    .invalidInput,
                    "the smoothing is \(Format.number(smooth)), expected from 0 to "
                        + "less than 1", hint: "write a weight such as --smooth 0.9")
            }
            let axis = try Choice.of(x, among: CurveAxis.allCases, what: "axis")
            if let output { try checkName(output) }
            try await OpenWorkspace.reading(global) { workspace in
                let curves = RunCurves(
                    runs: try await workspace.runs(named: runs), metrics: metric,
                    smoothing: smooth, isLogarithmic: log, axis: axis)
                let result = try await curves.load(workspace.services.runs)
                for note in result.notes { global.console.note(note) }
                try show(result.figure)
            }
        }

        private func checkName(_ path: String) throws(BancadaError) {
            guard path.lowercased().hasSuffix(".svg") else {
                throw BancadaError(
                    .invalidInput, "cannot draw into \"\(path)\": only SVG files are written",
                    hint: "give the file a name that ends in .svg")
            }
        }

        private func show(_ figure: Figure) throws {
            if let output {
                try WholeFile.write(Array(SVGChart().document(figure).utf8), to: output)
                if global.json {
                    global.console.print(FigureDocument.json(figure, path: output))
                } else {
                    let count = figure.charts.count
                    global.console.note("\(count) \(count == 1 ? "chart" : "charts") in \(output)")
                }
            } else if global.json {
                global.console.print(FigureDocument.json(figure, path: nil))
            } else {
                let chart = TerminalChart(
                    width: TerminalSize.columns, isUnicode: TerminalSize.isUnicode,
                    hasColour: global.console.hasColour)
                let texts = figure.charts.map { chart.lines($0).joined(separator: "\n") }
                global.console.print(texts.joined(separator: "\n\n"))
            }
        }
    }
}
