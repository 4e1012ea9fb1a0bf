import ArgumentParser
import Components
import Store
import Workbench

/// `bancada import`
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take in an archive of 'bancada export', or a store of MLflow's.",
        discussion: """
            Ids of runs and logged models stay; experiments are found by their name. What is
            here already and equal is left alone, and what is missing is filled in: an import that
            was stopped is finished by running it again.

            EXAMPLES:
              bancada import penguins.tar
              bancada import mlflow mlruns
              bancada import mlflow sqlite:///mlflow.db --artifacts mlartifacts
            """,
        subcommands: [ImportArchive.self, ImportMLflow.self],
        defaultSubcommand: ImportArchive.self)
}

/// `bancada import archive`
struct ImportArchive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Take in an archive of 'bancada export', packed or not; the default.")

    @Argument(help: ArgumentHelp("The tar file, or the unpacked folder.", valueName: "path"))
    var path: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await ExchangeRun.take(global) { () throws(BancadaError) in
            let source = try FileStoreSource(archive: try ExchangeRun.files(path))
            return (source, source.files)
        }
    }
}

/// `bancada import mlflow`
struct ImportMLflow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mlflow",
        abstract: "Take in an mlruns folder or the database of an MLflow server.",
        discussion: """
            A folder is read as MLflow's file store, a file or sqlite:///FILE as its database.
            Everything that is read is written or named in the summary. Artifacts that are not
            where the store says are looked for below --artifacts, mlruns and mlartifacts beside it.
            """)

    @Argument(help: ArgumentHelp("A folder, a file, or sqlite:///FILE.", valueName: "uri|dir"))
    var uri: String

    @Option(
        help: ArgumentHelp(
            "The folder of the server's --artifacts-destination; default: mlartifacts beside it.",
            valueName: "dir"))
    var artifacts: String?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await ExchangeRun.take(global) { () throws(BancadaError) in
            try ExchangeRun.mlflow(uri, artifacts: artifacts)
        }
    }
}
