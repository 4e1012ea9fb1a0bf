import ArgumentParser
import Components
import Store
import Workbench

/// `bancada export`
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write experiments or the whole workspace as an archive.",
        discussion: """
            The archive is a tar file with the folder of MLflow's file store, mlruns, inside:
            'bancada import' takes it into another workspace, and a real MLflow reads the
            unpacked folder.

            EXAMPLES:
              bancada export experiment penguins -o penguins.tar
              bancada export workspace -o all.tar
              tar xf all.tar && mlflow migrate-filestore --source . --target sqlite:///mlflow.db
            """,
        subcommands: [ExportExperiment.self, ExportWorkspace.self])
}

/// Where an archive goes, and how it names its artifacts.
struct ExportOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The archive's file; - is stdout.", valueName: "file.tar"))
    var output: String

    @Option(
        help: ArgumentHelp(
            "What MLflow finds the artifacts by: mlruns, a folder beside it, or "
                + "mlflow-artifacts: behind 'mlflow server --artifacts-destination mlruns'.",
            valueName: "uri"))
    var artifactRoot = "mlruns"
}

/// `bancada export experiment`
struct ExportExperiment: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "experiment",
        abstract: "Write experiments with their runs, logged models and artifacts.")

    @Argument(help: "Names or ids of experiments.")
    var experiments: [String]

    @OptionGroup var options: ExportOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await ExchangeRun.export(options, global) { services in
            var ids: [ExperimentID] = []
            for name in experiments {
                ids.append(try await ExchangeRun.experiment(name, services))
            }
            return .experiments(ids)
        }
    }
}

/// `bancada export workspace`
struct ExportWorkspace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workspace",
        abstract: "Write all experiments and the model registry, deleted ones too.")

    @OptionGroup var options: ExportOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await ExchangeRun.export(options, global) { _ in .workspace }
    }
}
