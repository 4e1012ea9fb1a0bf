import ArgumentParser
import Components
import Documents
import LinearAlgebra
import Tabular
import Training
import Workbench

/// `bancada predict`
struct PredictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Predict every row of a table with a model.",
        discussion: """
            Writes CSV with the column prediction and, for classes, probability_<class>.
            The table needs the model's features; other columns do not matter.

            EXAMPLES:
              bancada predict --model models:/penguins@champion --data new.csv
              bancada predict --model models:/penguins/1 --data new.csv --output predictions.csv
            """)

    @Option(
        help: """
            models:/NAME@ALIAS, models:/NAME/VERSION, models:/NAME/STAGE, models:/NAME/latest, \
            runs:/RUN/PATH or a model folder.
            """)
    var model: String

    @Option(help: "A CSV file, dataset:NAME or dataset:NAME@VERSION.")
    var data: String

    @Option(name: .shortAndLong, help: "Write the CSV to this file instead of stdout.")
    var output: String?

    @OptionGroup var places: PluginOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await AskedModel.using(model, data: data, plugins: places.plugin, global) { asked in
            try await run(asked)
        }
    }

    private func run(_ asked: AskedModel) async throws {
        let predictions = try await Interruption.asking { isRequested in
            try await asked.model.predict(
                asked.data.table,
                context: FitContext(
                    parallel: Parallel(threads: try Threads.count()), isCancelled: isRequested))
        }
        let table = try Table(name: "predictions", columns: predictions.columns)
        if let output { try CSVWriter.write(table, to: output) }
        if global.json {
            global.console.print(json(asked, predictions))
        } else if let output {
            global.console.note("\(table.rowCount) predictions of \(asked.uri) in \(output)")
        } else {
            global.console.print(bytes: CSVWriter.bytes(of: table))
        }
    }

    private func json(_ asked: AskedModel, _ predictions: Predictions) -> JSON {
        var members: [JSON.Member] = [
            .init("model", .string(asked.uri)), .init("data", .string(asked.data.uri)),
            .init("rows", JSON(predictions.rowCount)),
        ]
        if let output {
            members.append(.init("output", .string(output)))
            return .object(members)
        }
        if let classes = predictions.classes {
            members.append(
                .init("predictions", .array(predictions.texts.map { .string($0) })))
            members.append(.init("classes", .array(classes.names.map { .string($0) })))
            guard let probabilities = predictions.probabilities else { return .object(members) }
            let rows = (0..<predictions.rowCount).map { row in
                JSON.array((0..<classes.count).map { .number(probabilities[row, $0]) })
            }
            members.append(.init("probabilities", .array(rows)))
        } else {
            members.append(
                .init("predictions", .array(predictions.values.map { .number($0) })))
        }
        return .object(members)
    }
}
