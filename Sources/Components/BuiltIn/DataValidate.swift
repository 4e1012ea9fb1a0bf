import Documents
import ModelFormats
import Tabular
package import Workbench

#if objectFormat(MachO)
    @section("__DATA,bancada_parts")
#else
    @section("bancada_parts")
#endif
@used private let part: @convention(c) () -> Void = { BuiltInComponents.add(DataValidate.self) }

/// `data.validate`: fails where a table breaks rules or departs from other data.
package struct DataValidate: BuiltInComponent {
    package static let specification = ComponentSpecification(
        name: "data.validate", version: "1",
        description: "Checks a table against rules and other data, and passes it on.",
        inputs: [
            InputSpecification("table", .artifact(.dataset), description: "the table"),
            InputSpecification(
                "rules", .parameter(.object), isOptional: true,
                description: "rows, columns, allow_new: what the table must keep to"),
            InputSpecification(
                "against", .parameter(.string), isOptional: true,
                description: "a file or dataset whose columns and types it must have"),
        ],
        outputs: [
            OutputSpecification("table", .artifact(.dataset), description: "the same table"),
            OutputSpecification("report", .artifact(.markdown), description: "what was found"),
            OutputSpecification("errors", .parameter(.integer), description: "errors; 0"),
            OutputSpecification("warnings", .parameter(.integer), description: "warnings"),
        ])

    private let tools: ComponentTools

    /// The component for one workspace and folder.
    package init(_ tools: ComponentTools) { self.tools = tools }

    package func fingerprint(_ input: ExecutorInput) async throws(BancadaError) -> JSON? {
        let arguments = ComponentArguments(input, of: specification)
        guard let against = try arguments.optionalString("against") else { return nil }
        return ["against": .string(try await tools.fingerprint(of: tools.reference(against)).hex)]
    }

    package func run(
        _ input: ExecutorInput, context: ExecutionContext
    ) async throws(BancadaError) -> ExecutorOutput {
        let arguments = ComponentArguments(input, of: specification)
        let rules = try arguments.object("rules").map { node throws(BancadaError) in
            try TableRules(node)
        }
        let table = try DatasetFolder.read(
            arguments.artifact("table"), tools: tools, context: context)
        var findings = rules?.findings(in: table) ?? []
        if let against = try arguments.optionalString("against") {
            let other = try await tools.loader(context).load(
                tools.reference(against), services: tools.services)
            findings += TableFinding.all(in: table, against: TableSchema(other.table))
        }
        findings += TableFinding.all(in: table)
        try context.cancellation.check()
        let errors = findings.filter { $0.severity == .error }
        let report = Self.report(findings, table)
        guard errors.isEmpty else {
            tools.log(report, context)
            throw Self.failure(errors)
        }
        let tablePath = try arguments.output("table")
        try DatasetFolder.write(table, to: tablePath)
        let reportPath = try arguments.output("report")
        try FileBytes.write(Array(report.utf8), to: reportPath)
        return ExecutorOutput(
            parameters: [.init("errors", 0), .init("warnings", JSON(findings.count))],
            artifacts: [
                DatasetFolder.artifact("table", table, at: tablePath),
                RuntimeArtifact(name: "report", type: .markdown, path: reportPath),
            ])
    }

    private static func failure(_ errors: [TableFinding]) -> BancadaError {
        let first = errors.prefix(3).map(\.text).joined(separator: "; ")
        let rest = errors.count > 3 ? "; and \(errors.count - 3) more" : ""
        return BancadaError(
            .failed,
            "the table has \(errors.count) error\(errors.count == 1 ? "" : "s"): \(first)\(rest)",
            hint: "correct the data or the rules; the whole report is in the task's log")
    }

    private static func report(_ findings: [TableFinding], _ table: Table) -> String {
        let errors = findings.filter { $0.severity == .error }.count
        var text = "# Validation\n\n\(table.rowCount) rows, \(table.columns.count) columns, "
        text += "\(errors) errors, \(findings.count - errors) warnings\n"
        guard !findings.isEmpty else { return text }
        text += "\n| severity | column | finding | rows |\n|---|---|---|---|\n"
        for finding in findings {
            let listed = finding.rows.map(String.init).joined(separator: ", ")
            let rows = finding.count.map { count in
                "\(count) (\(listed)\(finding.rows.count < count ? ", ..." : ""))"
            }
            let cells = [
                finding.severity.rawValue, finding.column ?? "", finding.message, rows ?? "",
            ]
            text += "| " + cells.map(cell).joined(separator: " | ") + " |\n"
        }
        return text
    }

    /// A text that does not end its cell.
    private static func cell(_ text: String) -> String {
        String(text.flatMap { $0 == "|" ? "\\|" : $0.isNewline ? " " : String($0) })
    }
}
