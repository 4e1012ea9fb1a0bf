import ArgumentParser
import Workbench

/// The flags that every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The workspace folder; else BANCADA_WORKSPACE, else the nearest one upward.",
            valueName: "dir"))
    var workspace: String?

    @Flag(help: "Print one JSON document and nothing else.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress and no remarks.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Show details and the causes of errors.")
    var verbose = false

    /// Where this command writes.
    var console: Console { Console(quiet: quiet || json, verbose: verbose) }
}
