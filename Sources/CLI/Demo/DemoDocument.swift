import Components
import Documents
import Pipelines
import Tabular
import Training
import Workbench

/// What `bancada demo` prints.
struct DemoDocument {
    let outcome: DemoRun.Outcome
    let records: [StageRecord]
    let seconds: Double
    let workspace: OpenWorkspace

    private var features: [Feature] { outcome.model.features }

    /// The measures of the task that judged the model.
    private var measures: [JSON.Member] {
        let task = outcome.pipeline.tasks.first { $0.path == "score" }
        return (task?.outputs ?? []).filter { member in
            switch member.value {
            case .number, .integer: true
            default: false
            }
        }
    }

    /// The document of `demo --json`: that of a pipeline run, with metrics and prediction.
    var json: JSON {
        guard
            case .object(var members) = PipelineDocument.json(
                outcome.pipeline, seconds: seconds)
        else { return .null }
        let stages = records.map { record -> JSON in
            [
                "name": .string(record.name), "state": .string(record.state), "cached": false,
                "seconds": .number(record.seconds), "outputs": .object(record.outputs),
            ]
        }
        members = members.map { member in
            guard member.name == "tasks", case .array(let tasks) = member.value else {
                return member
            }
            return .init("tasks", .array(tasks + stages))
        }
        let version = outcome.served.registered
        members += [
            .init("metrics", .object(measures)), .init("prediction", prediction),
            .init(
                "model",
                [
                    "name": JSON(version?.name),
                    "version": version.map { JSON($0.version) } ?? .null,
                    "uri": .string(outcome.served.uri),
                    "digest": JSON(version?.content?.digest.hex),
                ]),
            .init("lineage", LineageDocument.json(outcome.lineage)),
            .init("workspace", .string(workspace.path)),
        ]
        return .object(members)
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

    private var input: JSON { DemoQuestion.row(outcome.rows, features: features, row: 0) }

    private var firstProbabilities: [(name: String, value: Double)] {
        let names = outcome.model.classes?.names ?? []
        return Array(zip(names, outcome.answer.probabilities)).map { ($0.0, $0.1) }
    }

    /// The same for people.
    var text: String {
        var steps = TextTable([("step", .left), ("time", .right), ("what", .left)])
        for task in outcome.pipeline.tasks where !task.isComposite {
            steps.add([
                task.path, task.isCached ? "cached" : Format.seconds(task.seconds),
                PipelineDocument.summary(task.outputs),
            ])
        }
        for record in records {
            steps.add([record.name, Format.seconds(record.seconds), record.summary])
        }
        var metrics = TextTable([("metric", .left), ("test", .right)])
        for measure in measures { metrics.add([measure.name, Self.number(measure.value)]) }
        let run = outcome.pipeline.run.text
        return """
            \(steps.text)

            \(metrics.text)

            prediction
            \(predictionLines)

            where it is
              workspace   \(workspace.path)
              pipeline    \(workspace.path)/pipelines/penguins.yaml
              data        \(outcome.dataPath)
              model       \(outcome.served.uri)  alias champion
              run         \(run)

            \(summary); next:
              bancada runs show \(run.prefix(8)) --graph text\(workspace.option)
              bancada serve models:/penguins@champion\(workspace.option)
            """
    }

    private var summary: String {
        let tasks = outcome.pipeline.tasks.filter { !$0.isComposite }
        let cached = tasks.filter(\.isCached).count
        let known =
            cached == tasks.count
            ? ", every task taken from the cache" : cached > 0 ? ", \(cached) tasks cached" : ""
        return "all in \(Format.seconds(seconds))\(known)"
    }

    private static func number(_ value: JSON) -> String {
        switch value {
        case .number(let number): Format.number(number)
        default: value.compactText
        }
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
