import ArgumentParser
import Components
import Documents
import LinearAlgebra
import Training
import Workbench

/// `bancada evaluate`
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Judge a model on a table with known targets.",
        discussion: """
            EXAMPLES:
              bancada evaluate --model models:/penguins@champion --data test.csv
              bancada evaluate --model ./exported --data dataset:penguins --json
            """)

    @Option(
        help: "models:/NAME@ALIAS, models:/NAME/VERSION, runs:/RUN/PATH or a model folder.")
    var model: String

    @Option(help: "A CSV file, dataset:NAME or dataset:NAME@VERSION, with the target column.")
    var data: String

    @OptionGroup var places: PluginOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await AskedModel.using(model, data: data, plugins: places.plugin, global) { asked in
            try await run(asked)
        }
    }

    private func run(_ asked: AskedModel) async throws {
        let (metrics, dropped) = try await Interruption.asking { isRequested in
            try await asked.model.evaluate(
                asked.data.table,
                context: FitContext(
                    parallel: Parallel(threads: try Threads.count()), isCancelled: isRequested))
        }
        if dropped > 0 {
            global.console.note(
                "note: \(dropped) rows without a \(asked.model.target) were left out")
        }
        if global.json {
            var members: [JSON.Member] = [
                .init("model", .string(asked.uri)), .init("data", .string(asked.data.uri)),
                .init("target", .string(asked.model.target)),
                .init("rows", JSON(metrics.rowCount)), .init("metrics", metrics.json),
            ]
            if let confusion = metrics.confusion {
                members.append(.init("confusion_matrix", confusion.json))
            }
            global.console.print(JSON.object(members))
            return
        }
        var table = TextTable([("metric", .left), ("value", .right)])
        for measure in metrics.values {
            table.add([measure.key, Format.number(measure.value)])
        }
        var text = "\(asked.uri) on \(asked.data.uri): \(metrics.rowCount) rows\n\n\(table.text)"
        if let confusion = metrics.confusion, confusion.classes.count <= 12 {
            text += "\n\n" + MetricsTable.confusion(confusion).text
        }
        global.console.print(text)
    }
}
