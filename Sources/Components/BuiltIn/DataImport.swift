import Plugins
import Tabular
package import Workbench

#if objectFormat(MachO)
    @section("__DATA,bancada_parts")
#else
    @section("bancada_parts")
#endif
@used private let part: @convention(c) () -> Void = { BuiltInComponents.add(DataImport.self) }

/// `data.import`: a CSV file, or a dataset of the workspace, becomes a table.
package struct DataImport: BuiltInComponent {
    package static let specification = ComponentSpecification(
        name: "data.import", version: "1",
        description: "Reads a file or a dataset; with a name, also as its next version.",
        inputs: [
            InputSpecification(
                "path", .parameter(.string),
                description: "a file, relative to the pipeline's, or dataset:NAME[@VERSION]"),
            InputSpecification(
                "name", .parameter(.string), isOptional: true,
                description: "the dataset that gets the table as its next version"),
        ],
        outputs: [
            OutputSpecification("table", .artifact(.dataset), description: "the table"),
            OutputSpecification("rows", .parameter(.integer), description: "its rows"),
            OutputSpecification("columns", .parameter(.integer), description: "its columns"),
        ])

    private let tools: ComponentTools

    /// The component for one workspace and folder.
    package init(_ tools: ComponentTools) { self.tools = tools }

    /// The digest of the data.
    package func fingerprint(_ input: ExecutorInput) async throws(BancadaError) -> JSON? {
        let arguments = ComponentArguments(input, of: specification)
        let reference = try tools.reference(arguments.string("path"))
        let digest = JSON.string(try await tools.fingerprint(of: reference).hex)
        guard let reader = reader(of: reference) else { return ["digest": digest] }
        return ["digest": digest, "reader": try reader.fingerprint()]
    }

    /// The plugin's reader of a file; nil for CSV files and datasets.
    private func reader(of reference: DataReference) -> PluginReader? {
        guard case .file(let path) = reference else { return nil }
        return tools.extensions.reader(for: path)
    }

    /// A dataset that was named is still at this table.
    package func stillHolds(
        _ outputs: [JSON.Member], for input: ExecutorInput
    ) async throws(BancadaError) -> Bool {
        let arguments = ComponentArguments(input, of: specification)
        guard let name = try arguments.optionalString("name") else { return true }
        let made = outputs.first { $0.name == "table" }.flatMap { ArtifactValue($0.value) }
        do throws(BancadaError) {
            let latest = try await tools.services.datasets.dataset(named: name, version: nil)
            return latest.artifact.content.digest == made?.digest
        } catch {
            if error.code == .notFound { return false }
            throw error
        }
    }

    package func run(
        _ input: ExecutorInput, context: ExecutionContext
    ) async throws(BancadaError) -> ExecutorOutput {
        let arguments = ComponentArguments(input, of: specification)
        let reference = try tools.reference(arguments.string("path"))
        let name = try arguments.optionalString("name")
        if let name { try TrackingRules.checkName(name, of: "dataset") }
        let path = try arguments.output("table")
        let loader = tools.loader(context)
        let data: LoadedData
        if let reader = reader(of: reference), case .file(let file) = reference {
            data = try await loader.load(file, by: reader, context: context)
        } else {
            data = try await loader.load(reference, services: tools.services)
        }
        try context.cancellation.check()
        try DatasetFolder.write(data.table, to: path)
        var metadata = [JSON.Member("source", .string(data.uri))]
        if let name {
            let dataset = try await DatasetImport.store(
                data, named: name, services: tools.services)
            metadata.append(.init("dataset", .string(dataset.uri)))
            tools.log("the table is \(dataset.uri)", context)
        }
        return ExecutorOutput(
            parameters: [
                .init("rows", JSON(data.table.rowCount)),
                .init("columns", JSON(data.table.columns.count)),
            ],
            artifacts: [
                DatasetFolder.artifact("table", data.table, at: path, metadata: metadata)
            ])
    }
}
