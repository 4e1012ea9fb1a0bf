import Tabular
package import Workbench

#if objectFormat(MachO)
    @section("__DATA,bancada_parts")
#else
    @section("bancada_parts")
#endif
@used private let part: @convention(c) () -> Void = { BuiltInComponents.add(DataSplit.self) }

/// `data.split`: puts a random share of the rows aside.
package struct DataSplit: BuiltInComponent {
    package static let specification = ComponentSpecification(
        name: "data.split", version: "1",
        description: "Splits a table's rows at random into training and test rows.",
        inputs: [
            InputSpecification("table", .artifact(.dataset), description: "the table"),
            InputSpecification(
                "test", .parameter(.number), defaultValue: 0.2,
                description: "share of rows that are test rows"),
            InputSpecification(
                "stratify", .parameter(.string), isOptional: true,
                description: "a column whose values' proportions both sides keep"),
            InputSpecification(
                "seed", .parameter(.integer), isOptional: true,
                description: "what the choice is made from; by default the run's seed"),
        ],
        outputs: [
            OutputSpecification("train", .artifact(.dataset), description: "training rows"),
            OutputSpecification("test", .artifact(.dataset), description: "test rows"),
            OutputSpecification("train_rows", .parameter(.integer), description: "how many"),
            OutputSpecification("test_rows", .parameter(.integer), description: "how many"),
        ])

    private let tools: ComponentTools

    /// The component for one workspace and folder.
    package init(_ tools: ComponentTools) { self.tools = tools }

    package func run(
        _ input: ExecutorInput, context: ExecutionContext
    ) async throws(BancadaError) -> ExecutorOutput {
        let arguments = ComponentArguments(input, of: specification)
        let fraction = try arguments.number("test") ?? 0.2
        let seed = try arguments.seed(context)
        let table = try DatasetFolder.read(
            arguments.artifact("table"), tools: tools, context: context)
        let partition: Partition
        if let name = try arguments.optionalString("stratify") {
            let (labels, classes) = try Self.classes(of: table.column(name), table.name)
            partition = try Split.stratifiedHoldout(
                labels: labels, classes: classes, fraction: fraction, seed: seed)
        } else {
            partition = try Split.holdout(
                rowCount: table.rowCount, fraction: fraction, seed: seed)
        }
        try context.cancellation.check()
        var artifacts: [RuntimeArtifact] = []
        for (name, rows) in [("train", partition.train), ("test", partition.test)] {
            let part = table.rows(rows)
            let path = try arguments.output(name)
            try DatasetFolder.write(part, to: path)
            artifacts.append(DatasetFolder.artifact(name, part, at: path))
        }
        return ExecutorOutput(
            parameters: [
                .init("train_rows", JSON(partition.train.count)),
                .init("test_rows", JSON(partition.test.count)),
            ], artifacts: artifacts)
    }

    private static let maximumClasses = 1000

    /// The value of every row as a class; rows without one are a class of their own.
    private static func classes(
        of column: Column, _ table: String
    ) throws(BancadaError) -> (labels: [Int32], classes: [String]) {
        var known: [String: Int32] = [:]
        var classes: [String] = []
        var labels: [Int32] = []
        labels.reserveCapacity(column.count)
        for row in 0..<column.count {
            let text = column.text(row: row) ?? ""
            if let label = known[text] {
                labels.append(label)
                continue
            }
            guard classes.count < maximumClasses else {
                throw BancadaError(
                    .invalidInput,
                    "the column \"\(column.name)\" of \(table) has more than \(maximumClasses) "
                        + "different values, too many to keep their proportions",
                    hint: "leave out 'stratify', or name a column of classes")
            }
            let label = Int32(classes.count)
            known[text] = label
            classes.append(text)
            labels.append(label)
        }
        return (labels, classes)
    }
}
