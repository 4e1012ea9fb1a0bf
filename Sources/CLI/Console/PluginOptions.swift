import ArgumentParser

/// The flags that say where plugins are.
struct PluginOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A plugin's folder, before all others; may be given several times.",
            valueName: "dir"))
    var plugin: [String] = []
}
