import LinearAlgebra
import Tabular
import Training
package import Workbench

#if objectFormat(MachO)
    @section("__DATA,bancada_parts")
#else
    @section("bancada_parts")
#endif
@used private let part: @convention(c) () -> Void = { BuiltInComponents.add(Predict.self) }

/// `predict`: a model's predictions for the rows of a table.
package struct Predict: BuiltInComponent {
    package static let specification = ComponentSpecification(
        name: "predict", version: "1",
        description: "Predicts every row of a table.",
        inputs: [
            InputSpecification("model", .artifact(.model), description: "the model"),
            InputSpecification("table", .artifact(.dataset), description: "the rows"),
        ],
        outputs: [
            OutputSpecification(
                "predictions", .artifact(.dataset),
                description: "prediction, and probability_<class> for every class"),
            OutputSpecification("rows", .parameter(.integer), description: "how many"),
        ])

    private let tools: ComponentTools

    /// The component for one workspace and folder.
    package init(_ tools: ComponentTools) { self.tools = tools }

    /// What of a plugin decides the answers of a model of its own.
    package func fingerprint(_ input: ExecutorInput) async throws(BancadaError) -> JSON? {
        try await tools.fingerprint(
            of: ComponentArguments(input, of: specification).artifact("model"))
    }

    package func run(
        _ input: ExecutorInput, context: ExecutionContext
    ) async throws(BancadaError) -> ExecutorOutput {
        let arguments = ComponentArguments(input, of: specification)
        let model = try await tools.models.table(arguments.artifact("model").path)
        let table = try DatasetFolder.read(
            arguments.artifact("table"), types: model.columnTypes, tools: tools, context: context)
        let predictions = try await model.predict(
            table,
            context: FitContext(
                parallel: Parallel(threads: context.threads), progress: context.progress,
                isCancelled: { context.cancellation.isRequested }))
        let result = try Table(name: "predictions", columns: predictions.columns)
        let path = try arguments.output("predictions")
        try DatasetFolder.write(result, to: path)
        return ExecutorOutput(
            parameters: [.init("rows", JSON(predictions.rowCount))],
            artifacts: [DatasetFolder.artifact("predictions", result, at: path)])
    }
}
