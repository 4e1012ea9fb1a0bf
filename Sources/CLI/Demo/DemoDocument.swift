import Components
import Documents
import Tabular
import Training
import Workbench

/// What `bancada demo` prints.
struct DemoDocument {
    let outcome: DemoRun.Outcome
    let records: [StageRecord]
    let seconds: Double
    let workspace: String

    private var features: [Feature] { outcome.training.model.features }

    /// The document of `demo --json`: that of a pipeline run, with metrics and prediction.
    var json: JSON {
        let training = outcome.training
        let tasks = records.map { record -> JSON in
            [
                "name": .string(record.name), "state": .string(record.state), "cached": false,
                "seconds": .number(record.seconds), "outputs": .object(record.outputs),
            ]
        }
        return [
            "run_id": .string(training.run.text), "state": "SUCCEEDED",
            "metrics": training.testMetrics?.json ?? .null,
            "prediction": prediction,
            "model": [
                "name": .string(training.version.name), "version": JSON(training.version.version),
                "uri": .string(training.version.uri), "digest": .string(training.digest.hex),
            ],
            "lineage": LineageDocument.json(outcome.lineage),
            "outputs": [
                "dataset": .string(outcome.dataset.uri), "model": .string(training.version.uri),
            ],
            "workspace": .string(workspace),
            "tasks": .array(tasks), "seconds": .number(seconds),
        ]
    }

    private var prediction: JSON {
        let answer = outcome.answer
        return [
            "input": input, "label": JSON(answer.labels.first),
            "probabilities": .object(firstProbabilities.map { .init($0.name, .number($0.value)) }),
            "model_name": .string(answer.modelName),
            "model_version": .string(answer.modelVersion),
            "rows": JSON(answer.labels.count), "equal_to_in_process": true,
        ]
    }

    private var input: JSON {
        outcome.training.testTable.map { DemoQuestion.row($0, features: features, row: 0) }
            ?? .null
    }

    private var firstProbabilities: [(name: String, value: Double)] {
        let names = outcome.training.model.classes?.names ?? []
        return Array(zip(names, outcome.answer.probabilities)).map { ($0.0, $0.1) }
    }

    /// The same for people.
    var text: String {
        var steps = TextTable([("step", .left), ("time", .right), ("what", .left)])
        for record in records {
            steps.add([record.name, Format.seconds(record.seconds), record.summary])
        }
        let training = outcome.training
        let metrics = MetricsTable.table(train: training.metrics, test: training.testMetrics)
        return """
            \(steps.text)

            \(metrics.text)

            prediction
            \(predictionLines)

            where it is
              workspace   \(workspace)
              data        \(outcome.dataPath)
              model       \(training.version.uri)  alias champion
              run         \(training.run.text)

            all in \(Format.seconds(seconds)); next:
              bancada runs show \(training.run.text.prefix(8))\(option)
              bancada serve models:/penguins@champion\(option)
            """
    }

    /// The flag that the next commands need where the workspace is not the one they would find.
    private var option: String {
        workspace == "workspace" ? "" : " --workspace \(workspace)"
    }

    private var predictionLines: String {
        let answer = outcome.answer
        let chances = firstProbabilities.map { "\($0.name) \(Format.number($0.value))" }
        let lines =
            [
                "asked       \(input.compactText)",
                "answer      \(answer.labels.first ?? "")  (\(chances.joined(separator: ", ")))",
                "by          models:/\(answer.modelName)/\(answer.modelVersion) at \(answer.url),"
                    + " equal to the in-process prediction for \(answer.labels.count) rows",
            ] + LineageDocument.lines(outcome.lineage)
        return lines.map { "  " + $0 }.joined(separator: "\n")
    }
}
