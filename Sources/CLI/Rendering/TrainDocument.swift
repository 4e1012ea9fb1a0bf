import Components
import Documents
import Training
import Workbench

/// What `bancada train` prints.
enum TrainDocument {
    /// The document of `train --json`: its fields are a contract.
    static func json(_ result: TrainResult, display: StageDisplay) -> JSON {
        let learned = result.learned
        var members: [JSON.Member] = [
            .init(
                "model",
                [
                    "name": .string(result.version.name),
                    "version": JSON(result.version.version),
                    "uri": .string(result.version.uri), "digest": .string(result.digest.hex),
                ]),
            .init("run_id", .string(result.run.text)),
            .init("algorithm", .string(learned.algorithm)),
            .init("task", .string(learned.task.rawValue)),
            .init("target", .string(learned.target)),
            .init("rows", JSON(learned.rowCount)),
            .init("features", JSON(learned.featureCount)),
        ]
        if let optimisation = learned.optimisation {
            members.append(.init("iterations", JSON(optimisation.iterations)))
            members.append(.init("converged", .bool(optimisation.isConverged)))
        }
        members += [
            .init("load_seconds", .number(display.seconds(of: "load"))),
            .init("fit_seconds", .number(display.seconds(of: "train"))),
            .init("metrics", result.metrics.json),
        ]
        if let test = result.testMetrics {
            members.append(.init("test_rows", JSON(test.rowCount)))
            members.append(.init("test_metrics", test.json))
        }
        if let folds = result.crossValidation { members.append(.init("cv_metrics", folds.json)) }
        if let confusion = (result.testMetrics ?? result.metrics).confusion {
            members.append(.init("confusion_matrix", confusion.json))
        }
        members.append(.init("seed", .integer(Int64(clamping: learned.seed))))
        return .object(members)
    }

    /// The same for people.
    static func text(_ result: TrainResult, display: StageDisplay) -> String {
        let learned = result.learned
        var lines = [
            "model     \(result.version.uri)"
                + (result.version.aliases.isEmpty
                    ? "" : "  (\(result.version.aliases.joined(separator: ", ")))"),
            "run       \(result.run.text)",
            "learned   \(learned.task.rawValue) of \(learned.target) by \(learned.algorithm)"
                + " from \(learned.rowCount) rows, \(learned.featureCount) features",
            "took      load \(Format.seconds(display.seconds(of: "load"))), "
                + "fit \(Format.seconds(display.seconds(of: "train")))",
            "",
            MetricsTable.table(
                train: result.metrics, test: result.testMetrics, folds: result.crossValidation
            ).text,
        ]
        if let confusion = (result.testMetrics ?? result.metrics).confusion,
            confusion.classes.count <= 12
        {
            lines += ["", MetricsTable.confusion(confusion).text]
        }
        return lines.joined(separator: "\n")
    }
}
