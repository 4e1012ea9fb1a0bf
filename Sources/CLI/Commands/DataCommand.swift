import ArgumentParser
import Components
import Documents
import Foundation
import LinearAlgebra
import Plugins
import Tabular
import Workbench

/// `bancada data`
struct DataCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Import CSV files as named datasets, list, describe and validate them.",
        discussion: """
            Files are CSV with a header, also with ; tab or | between fields, also in
            gzip.

            EXAMPLES:
              bancada data import data/penguins.csv --name penguins
              bancada data describe dataset:penguins
              bancada data validate new.csv --against dataset:penguins@1
            """,
        subcommands: [DataImport.self, DataList.self, DataDescribe.self, DataValidate.self])
}

/// `bancada data import`
struct DataImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Store a file as the next version of a dataset.",
        discussion: """
            A CSV file, or one whose name the reader of a plugin claims.
            """)

    @Argument(help: "The file.")
    var file: String

    @Option(help: "The dataset's name; default: the file's name without its ending.")
    var name: String?

    @OptionGroup var places: PluginOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let reader = try Extensions(PluginPlaces.catalog(places.plugin, global))
            .readerDeclaration(for: file)
        let name = name ?? DataReference.file(file).stem(without: reader?.declaration.files ?? [])
        try TrackingRules.checkName(name, of: "dataset")
        if reader != nil { return try await importByPlugin(name) }
        let progress = TerminalProgress(console: global.console)
        let data = try await Loading.loader(progress).load(.file(file), services: nil)
        progress.clear()
        try await OpenWorkspace.writing(global) { workspace in
            try await store(data, name, workspace.services)
        }
    }

    private func importByPlugin(_ name: String) async throws {
        let path = URL(fileURLWithPath: file).standardizedFileURL.path
        guard FileManager.default.fileExists(atPath: path) else {
            throw BancadaError(
                .notFound, "file \(file) not found", hint: "check the path")
        }
        let progress = TerminalProgress(console: global.console)
        defer { progress.clear() }
        try await RunStops.listening(global.console) { stops in
            try await OpenWorkspace.writing(global) { workspace in
                let services = workspace.services
                try await ExtensionScope.using(workspace, plugins: places.plugin, global) {
                    extensions in
                    guard let reader = extensions.reader(for: file) else { return }
                    let run = services.makeRunID()
                    let work = try services.makeWorkFolder(run)
                    defer { services.removeWorkFolder(work) }
                    let cancellation = Cancellation()
                    let unlink = stops.drain.onRequest { cancellation.request() }
                    defer { unlink() }
                    let data = try await Loading.loader(progress).load(
                        path, by: reader,
                        context: ExtensionScope.context(
                            run, task: "import", work: work, services: services,
                            progress: progress, cancellation: cancellation))
                    try await store(data, name, services)
                }
            }
        }
    }

    private func store(_ data: LoadedData, _ name: String, _ services: Services) async throws {
        let dataset = try await DatasetImport.store(data, named: name, services: services)
        if global.json {
            global.console.print(JSON.object(DatasetDocument.members(dataset)))
        } else {
            global.console.print(
                "\(dataset.uri)  \(dataset.rows) rows x \(dataset.columns) columns"
                    + "  sha256 \(dataset.artifact.content.digest.hex)")
        }
    }
}

/// `bancada data list`
struct DataList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List datasets with their latest version.")

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await OpenWorkspace.reading(global) { workspace in
            let datasets = try await workspace.services.datasets.datasets()
            if global.json {
                let list = datasets.map { JSON.object(DatasetDocument.members($0)) }
                global.console.print(["datasets": .array(list)] as JSON)
                return
            }
            var table = TextTable([
                ("dataset", .left), ("version", .right), ("rows", .right), ("columns", .right),
                ("digest", .left), ("source", .left),
            ])
            for dataset in datasets {
                table.add([
                    dataset.name, String(dataset.version), String(dataset.rows),
                    String(dataset.columns), dataset.artifact.content.digest.short,
                    dataset.source,
                ])
            }
            global.console.print(table.text)
        }
    }
}

/// `bancada data describe`
struct DataDescribe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "Show the columns of a file or dataset.")

    @Argument(help: "A CSV file, dataset:NAME or dataset:NAME@VERSION.")
    var data: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let loaded = try await Loading.load(data, global: global)
        let summaries = ColumnSummary.all(
            of: loaded.table, parallel: Parallel(threads: try Threads.count()))
        if global.json {
            global.console.print(
                [
                    "data": .string(loaded.uri), "rows": JSON(loaded.table.rowCount),
                    "columns": .array(summaries.map(\.json)),
                ] as JSON)
        } else {
            global.console.print(
                "\(loaded.uri): \(loaded.table.rowCount) rows\n\n"
                    + DatasetDocument.table(summaries).text)
        }
    }
}

/// `bancada data validate`
struct DataValidate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a file or dataset: readable, typed, and alike to another one.",
        discussion: """
            Exit code 65 when there are errors; warnings alone are 0.

            EXAMPLES:
              bancada data validate new.csv
              bancada data validate new.csv --against dataset:penguins
            """)

    @Argument(help: "A CSV file, dataset:NAME or dataset:NAME@VERSION.")
    var data: String

    @Option(help: "A file or dataset whose columns and types it must have.")
    var against: String?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let loaded = try await Loading.load(data, global: global)
        var findings = TableFinding.all(in: loaded.table)
        if let against {
            let other = try await Loading.load(against, global: global)
            findings += TableFinding.all(in: loaded.table, against: TableSchema(other.table))
        }
        let errors = findings.filter { $0.severity == .error }.count
        if global.json {
            let list = findings.map(\.json)
            global.console.print(
                [
                    "data": .string(loaded.uri), "valid": .bool(errors == 0),
                    "rows": JSON(loaded.table.rowCount), "findings": .array(list),
                ] as JSON)
        } else {
            for finding in findings {
                global.console.print("\(finding.severity.rawValue): \(finding.text)")
            }
            global.console.print(
                "\(loaded.uri): \(loaded.table.rowCount) rows, \(errors) errors, "
                    + "\(findings.count - errors) warnings")
        }
        if errors > 0 { throw ExitCode(ExitStatus.invalidInput.rawValue) }
    }
}
