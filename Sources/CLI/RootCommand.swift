import ArgumentParser

/// `bancada`: the list of commands.
///
/// Every command and subcommand says its `commandName`. For one that does not the parser asks the
/// runtime for the name of its type, at every start, and all of them together took milliseconds.
struct RootCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bancada",
        abstract: "A machine-learning workbench on your own machine.",
        discussion: """
            Train, track, register and serve models from one executable over one
            workspace folder.

            EXAMPLES:
              bancada demo
              bancada train --data data/penguins.csv --target species --holdout 0.2
              bancada predict --model models:/penguins/1 --data new.csv
              bancada run pipelines/penguins.yaml
              bancada serve models:/penguins@champion

            EXIT CODES:
              0 done · 1 failed · 2 not found or conflict · 3 corrupt or newer workspace
              4 plugin failed · 64 usage · 65 invalid input · 69 unavailable · 130 interrupted
            """,
        subcommands: [
            DemoCommand.self, InitCommand.self, DataCommand.self, TrainCommand.self,
            TuneCommand.self, StudiesCommand.self, PredictCommand.self, EvaluateCommand.self,
            ModelsCommand.self, RunCommand.self, RunsCommand.self, ExperimentsCommand.self,
            CacheCommand.self, PluginsCommand.self, ServeCommand.self, UpCommand.self,
            ExportCommand.self, ImportCommand.self, SQLCommand.self, GCCommand.self,
            DoctorCommand.self, LicensesCommand.self, VersionCommand.self,
        ]
    )
}
