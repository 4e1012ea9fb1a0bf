import Documents
import LinearAlgebra
import Plugins
import Tabular
import Training
import Workbench

/// `train` by the trainer of a plugin.
struct PluginTrain {
    let trainer: PluginTrainer
    let tools: ComponentTools
    let context: ExecutionContext

    /// Trains, judges the model on its rows, and writes both outputs.
    ///
    /// - Throws: `unsupported` for folds; as `PluginTraining`.
    func run(_ arguments: ComponentArguments) async throws(BancadaError) -> ExecutorOutput {
        if try arguments.integer("folds") != nil {
            throw BancadaError(
                .unsupported, "folds are not supported with \(trainer.name), a plugin's trainer",
                hint: "split the table with data.split and judge the model with evaluate")
        }
        let table = try DatasetFolder.read(
            arguments.artifact("table"), tools: tools, context: context)
        let training = try PluginTraining(
            trainer.declaration, target: try arguments.string("target"), of: table,
            task: try arguments.task(), settings: try settings(arguments),
            seed: try arguments.seed(context))
        let path = try arguments.output("model")
        let reported = try await training.fit(table, to: path, by: trainer, context: context)
        let model = try await tools.models.table(path)
        let measured = try await model.evaluate(
            table, context: FitContext(parallel: Parallel(threads: context.threads))
        ).metrics
        let metrics = try MeasureOutputs.artifact(
            "metrics", measured.members,
            more: [.init("training", measured.json), .init("reported", .object(reported))],
            at: arguments.output("metrics"))
        return ExecutorOutput(
            parameters: measured.members,
            artifacts: [
                RuntimeArtifact(
                    name: "model", type: .model, path: path,
                    metadata: [
                        .init("algorithm", .string(trainer.name)),
                        .init("task", .string(training.target.task.rawValue)),
                        .init("target", .string(training.target.name)),
                        .init("rows", JSON(training.target.rows.count)),
                    ]),
                metrics,
            ], metrics: measured.values.map { ("train_" + $0.key, $0.value) })
    }

    private func settings(_ arguments: ComponentArguments) throws(BancadaError) -> [JSON.Member] {
        guard case .object(let members)? = try arguments.object("settings")?.json else { return [] }
        return members
    }
}

extension ComponentArguments {
    /// The input `task`; nil follows the target.
    ///
    /// - Throws: `invalidInput` for another word.
    func task() throws(BancadaError) -> LearningTask? {
        guard let name = try optionalString("task") else { return nil }
        guard let task = LearningTask(rawValue: name) else {
            throw invalid("task", "is \"\(name)\", expected classification or regression")
        }
        return task
    }
}
