import Documents
import LinearAlgebra
import Tabular
import Training
package import Workbench

#if objectFormat(MachO)
    @section("__DATA,bancada_parts")
#else
    @section("bancada_parts")
#endif
@used private let part: @convention(c) () -> Void = { BuiltInComponents.add(Evaluate.self) }

/// `evaluate`: judges a model by rows with known targets, and fails where a gate does not hold.
package struct Evaluate: BuiltInComponent {
    package static let specification = ComponentSpecification(
        name: "evaluate", version: "1",
        description: "Judges a model by a table; a gate that does not hold fails the task.",
        inputs: [
            InputSpecification("model", .artifact(.model), description: "the model"),
            InputSpecification(
                "table", .artifact(.dataset), description: "rows with known targets"),
            InputSpecification(
                "gate", .parameter(.string), isOptional: true,
                description: "what must hold, such as accuracy >= 0.95 && logloss < 0.2"),
        ],
        outputs: [
            OutputSpecification("metrics", .artifact(.metrics), description: "the measures"),
            OutputSpecification(
                "passed", .parameter(.boolean), description: "true: a gate that does not hold fails"
            ),
        ] + MeasureOutputs.specifications)

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
        let gate = try arguments.optionalString("gate").map { text throws(BancadaError) in
            try Expression(parsing: text)
        }
        let model = try await tools.models.table(arguments.artifact("model").path)
        let table = try DatasetFolder.read(
            arguments.artifact("table"), types: model.columnTypes, tools: tools, context: context)
        let fitting = FitContext(
            parallel: Parallel(threads: context.threads), progress: context.progress,
            isCancelled: { context.cancellation.isRequested })
        let metrics = try await model.evaluate(table, context: fitting).metrics
        tools.log(metrics.json.compactText, context)
        if let gate { try Self.check(gate, metrics) }
        var more = [JSON.Member("rows", JSON(metrics.rowCount))]
        if let confusion = metrics.confusion {
            more.append(.init("classes", .array(confusion.classes.map(JSON.string))))
            more.append(
                .init(
                    "confusion_matrix",
                    .array(confusion.counts.map { .array($0.map { JSON($0) }) })))
        }
        let artifact = try MeasureOutputs.artifact(
            "metrics", metrics.members, more: more, at: arguments.output("metrics"))
        return ExecutorOutput(
            parameters: [.init("passed", true)] + metrics.members, artifacts: [artifact],
            metrics: metrics.values.map { ($0.key, $0.value) })
    }

    private static func check(_ gate: Expression, _ metrics: Metrics) throws(BancadaError) {
        var values: [String: JSON] = ["rows": JSON(metrics.rowCount)]
        for member in metrics.members { values[member.name] = member.value }
        let names = Set(gate.references.compactMap(\.first)).sorted()
        for name in names where values[name] == nil {
            let near = NearestName.of(name, among: Array(values.keys).sorted())
            throw BancadaError(
                .invalidInput, "the gate \"\(gate.text)\" asks for \"\(name)\", which there is not",
                hint: near.map { "write \"\($0)\"" }
                    ?? "use one of \(values.keys.sorted().joined(separator: ", "))")
        }
        guard try gate.holds(ExpressionScope(values)) else {
            let found = names.map { "\($0) is \(values[$0]?.compactText ?? "")" }
                .joined(separator: ", ")
            throw BancadaError(
                .failed, "the gate \"\(gate.text)\" does not hold: \(found)",
                hint: "train a better model, or lower the gate")
        }
    }
}
