import Documents
import LinearAlgebra
import Plugins
import Tabular
import Training
package import Workbench

#if objectFormat(MachO)
    @section("__DATA,bancada_parts")
#else
    @section("bancada_parts")
#endif
@used private let part: @convention(c) () -> Void = { BuiltInComponents.add(Train.self) }

/// `train`: learns a model from a table.
package struct Train: BuiltInComponent {
    package static let specification = ComponentSpecification(
        name: "train", version: "1",
        description: "Trains a model; with folds it is also judged by cross-validation.",
        inputs: [
            InputSpecification("table", .artifact(.dataset), description: "the training rows"),
            InputSpecification(
                "target", .parameter(.string), description: "the column to learn"),
            InputSpecification(
                "algorithm", .parameter(.string), isOptional: true,
                description:
                    "the algorithm, or a plugin's trainer; by default what the target asks "
                    + "for"),
            InputSpecification(
                "task", .parameter(.string), isOptional: true,
                description: "classification or regression; by default what the target asks for"),
            InputSpecification(
                "settings", .parameter(.object), isOptional: true,
                description: "settings of the algorithm"),
            InputSpecification(
                "folds", .parameter(.integer), isOptional: true,
                description: "folds of a cross-validation, 2 or more"),
            InputSpecification(
                "seed", .parameter(.integer), isOptional: true,
                description: "what everything random is made from; by default the run's seed"),
        ],
        outputs: [
            OutputSpecification("model", .artifact(.model), description: "the model"),
            OutputSpecification(
                "metrics", .artifact(.metrics),
                description: "the measures: over the folds, else on the training rows"),
        ] + MeasureOutputs.specifications)

    private let tools: ComponentTools

    /// The component for one workspace and folder.
    package init(_ tools: ComponentTools) { self.tools = tools }

    /// What of a plugin decides the results of its trainer.
    package func fingerprint(_ input: ExecutorInput) async throws(BancadaError) -> JSON? {
        try trainer(ComponentArguments(input, of: specification))?.fingerprint()
    }

    /// The plugin's trainer that is asked for; nil for a built-in algorithm.
    ///
    /// - Throws: `invalidInput` for a name that is neither.
    private func trainer(
        _ arguments: ComponentArguments
    ) throws(BancadaError) -> PluginTrainer? {
        guard let name = try arguments.optionalString("algorithm"),
            Algorithm(rawValue: name) == nil
        else { return nil }
        if let trainer = tools.extensions.trainer(named: name) { return trainer }
        throw tools.extensions.unknownAlgorithm(name)
    }

    package func run(
        _ input: ExecutorInput, context: ExecutionContext
    ) async throws(BancadaError) -> ExecutorOutput {
        let arguments = ComponentArguments(input, of: specification)
        if let trainer = try trainer(arguments) {
            return try await PluginTrain(trainer: trainer, tools: tools, context: context)
                .run(arguments)
        }
        let plan = try Self.plan(arguments)
        let folds = try arguments.integer("folds")
        let fitting = FitContext(
            seed: try arguments.seed(context), parallel: Parallel(threads: context.threads),
            progress: context.progress,
            isCancelled: { context.cancellation.isRequested })
        let table = try DatasetFolder.read(
            arguments.artifact("table"), tools: tools, context: context)
        let target = try Target(plan.target, of: table, task: plan.task)
        // Settings that cannot work are found before the folds are.
        _ = try plan.resolve(for: target.task)
        let validation = try folds.map { count throws(BancadaError) in
            try Validation.crossValidate(table, plan: plan, folds: count, context: fitting)
        }
        let model = try ModelTrainer.fit(table, target: target, plan: plan, context: fitting)
        let training = try Evaluator.evaluate(model, on: table, context: fitting).metrics
        note(model, context)

        let modelPath = try arguments.output("model")
        try model.write(to: modelPath)
        let measures = validation?.members ?? training.members
        var more = [JSON.Member("training", training.json)]
        if let validation { more.append(.init("cross_validation", validation.json)) }
        let metrics = try MeasureOutputs.artifact(
            "metrics", measures, more: more, at: arguments.output("metrics"))
        return ExecutorOutput(
            parameters: measures,
            artifacts: [
                RuntimeArtifact(
                    name: "model", type: .model, path: modelPath, metadata: Self.facts(model)),
                metrics,
            ],
            metrics: training.values.map { ("train_" + $0.key, $0.value) }
                + (validation?.summaries ?? []).flatMap {
                    [("cv_" + $0.key, $0.mean), ("cv_\($0.key)_std", $0.standardDeviation)]
                })
    }

    private static func plan(_ arguments: ComponentArguments) throws(BancadaError) -> TrainingPlan {
        var plan = TrainingPlan(target: try arguments.string("target"))
        if let name = try arguments.optionalString("algorithm") {
            plan.algorithm = try Algorithm(named: name)
        }
        plan.task = try arguments.task()
        for member in try arguments.object("settings")?.members ?? [] {
            plan.assignments.append("\(member.name)=\(member.value.string ?? member.value.text)")
        }
        return plan
    }

    private static func facts(_ model: TrainedModel) -> [JSON.Member] {
        [
            .init("algorithm", .string(model.algorithm.rawValue)),
            .init("task", .string(model.task.rawValue)),
            .init("target", .string(model.target)),
            .init("rows", JSON(model.training.rowCount)),
            .init("iterations", JSON(model.training.iterations)),
            .init("converged", .bool(model.training.isConverged)),
        ]
    }

    private func note(_ model: TrainedModel, _ context: ExecutionContext) {
        let record = model.training
        var lines = (record.droppedColumns + record.notes).map {
            "note: column \"\($0.column)\" \($0.message)"
        }
        if record.droppedRowCount > 0 {
            lines.append("note: \(record.droppedRowCount) rows without a \(model.target)")
        }
        if !record.isConverged {
            lines.append(
                "warning: the optimiser stopped after \(record.iterations) iterations before it "
                    + "was done; raise max_iter")
        }
        if !lines.isEmpty { tools.log(lines.joined(separator: "\n"), context) }
    }
}

extension CrossValidation {
    /// The means by name.
    fileprivate var members: [JSON.Member] {
        summaries.map { .init($0.key, .number($0.mean)) }
    }
}

extension Node {
    /// The members of an object; none of anything else.
    fileprivate var members: [Member] {
        guard case .object(let members) = value else { return [] }
        return members
    }

    /// The value as a setting's text.
    fileprivate var text: String { json.compactText }
}
