import ArgumentParser
import Components
import Documents
import LinearAlgebra
import Training
import Workbench

/// `bancada train`
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a model on a table and register it.",
        discussion: """
            Missing values are filled in, numbers standardised and texts one-hot encoded
            inside the model, so that it later takes rows as they are. The model becomes
            the next version of the registered model NAME.

            A target of text or true/false, or of integers with at most 20 different
            values, is learned as classes; any other as a number.

            SETTINGS (--set name=value):
              \(Self.settingsHelp)

            EXAMPLES:
              bancada train --data data/penguins.csv --target species --holdout 0.2
              bancada train --data dataset:penguins --target body_mass_g --folds 5
              bancada train --data train.csv --test test.csv --target y --set C=0.1 --seed 7
            """)

    @Option(help: "A CSV file, dataset:NAME or dataset:NAME@VERSION.")
    var data: String

    @OptionGroup var training: TrainingOptions

    @Option(help: "Judge the model on this file or dataset.")
    var test: String?

    @Option(
        parsing: .unconditional,
        help: "Keep this share of the rows from training and judge the model on them.")
    var holdout: Double?

    @Option(
        parsing: .unconditional,
        help: "Judge by cross-validation with this many folds.")
    var folds: Int?

    @Option(help: "The registered model's name; default: the file's name without its ending.")
    var name: String?

    @Option(help: "An alias to move to the new version, such as champion; may be repeated.")
    var alias: [String] = []

    @Option(
        parsing: .unconditional,
        help: "What everything random is made from, 0 or greater.")
    var seed: UInt64 = 0

    @Option(help: "The experiment that the run belongs to; made where there is none.")
    var experiment: String?

    @OptionGroup var places: PluginOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if [test != nil, holdout != nil, folds != nil].filter({ $0 }).count > 1 {
            throw ValidationError("Give only one of --test, --holdout and --folds.")
        }
    }

    func run() async throws {
        let request = TrainRequest(
            data: try DataReference(parsing: data), plan: try training.plan(),
            validation: try validation(), modelName: name, aliases: alias, seed: seed,
            experiment: experiment)
        let progress = TerminalProgress(console: global.console)
        // Also before an error is told.
        defer { progress.clear() }
        let display = StageDisplay(console: global.console, shows: false)
        let result: TrainResult
        if let name = training.foreignAlgorithm {
            result = try await PluginTrainRun(
                request: request, plugins: places.plugin, global: global, progress: progress,
                display: display
            ).run(name)
        } else {
            result = try await train(request, progress, display)
        }
        progress.clear()
        if let model = result.model { warn(about: model) }
        if global.json {
            global.console.print(TrainDocument.json(result, display: display))
        } else {
            global.console.print(TrainDocument.text(result, display: display))
        }
    }

    private func train(
        _ request: TrainRequest, _ progress: TerminalProgress, _ display: StageDisplay
    ) async throws -> TrainResult {
        let threads = try Threads.count()
        let loader = try Loading.loader(progress)
        return try await Interruption.asking { isRequested in
            try await OpenWorkspace.writing(
                global,
                when: { open in
                    try await TrainOperation(
                        request, loader: loader,
                        context: FitContext(
                            seed: seed, parallel: Parallel(threads: threads), progress: progress,
                            isCancelled: isRequested),
                        observer: display
                    ).run(open: open)
                })
        }
    }

    private func validation() throws -> ValidationChoice {
        if let test { return .test(try DataReference(parsing: test)) }
        if let holdout { return .holdout(holdout) }
        if let folds { return .folds(folds) }
        return .none
    }

    private func warn(about model: TrainedModel) {
        let record = model.training
        if record.droppedRowCount > 0 {
            global.console.note(
                "note: \(record.droppedRowCount) rows without a \(model.target) were left out")
        }
        for line in ColumnNotes.lines(record.droppedColumns + record.notes) {
            global.console.note("note: \(line)")
        }
        if !record.isConverged {
            global.console.warn(
                "the optimiser stopped after \(record.iterations) iterations before it was done; "
                    + "raise it with --set max_iter=\(record.iterations * 10)")
        }
    }

    private static var settingsHelp: String {
        Algorithm.allCases.map { algorithm in
            let settings = algorithm.parameters.map {
                "\($0.name) (\($0.kind.name), default \($0.defaultValue.text))"
            }
            return "\(algorithm.rawValue): \(settings.joined(separator: ", "))"
        }.joined(separator: "\n  ")
    }
}
