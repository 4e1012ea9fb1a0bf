import API
import ArgumentParser
import Components
import Documents
import Inference
import Workbench

/// `bancada demo`
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Run the whole loop on real data, with timings.",
        discussion: """
            Runs the sample pipeline pipelines/penguins.yaml: imports and validates Palmer
            Penguins, searches algorithm and settings, trains, judges the model on held-out
            rows, registers it and deploys it as models:/penguins@champion. Then it serves
            the model, predicts over HTTP, compares with the prediction in process, and
            follows the lineage back to the data. Needs no network; a second run takes every
            task from the cache. Exit code 0 only if the served predictions equal the
            in-process ones.

            EXAMPLES:
              bancada demo
              bancada demo --json --workspace /tmp/demo
              bancada demo --serve
            """)

    @Flag(help: "Keep serving the model afterwards, until Ctrl-C.")
    var serve = false

    @OptionGroup var serving: ServeOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let configuration = try Serving.configuration(serving)
        if serve { try configuration.validate() }
        let display = StageDisplay(console: global.console, shows: true)
        try await OpenWorkspace.writing(global) { workspace in
            let start = ContinuousClock.now
            let outcome = try await DemoRun(
                workspace: workspace, global: global, display: display
            ).run()
            let document = DemoDocument(
                outcome: outcome, records: display.records,
                seconds: (ContinuousClock.now - start).inSeconds, workspace: workspace)
            if global.json {
                global.console.print(document.json)
            } else {
                global.console.print((global.quiet ? "" : "\n") + document.text)
            }
            if serve { try await keepServing(outcome.served, configuration) }
        }
    }

    private func keepServing(
        _ served: DemoRun.ServedModelFacts, _ configuration: ServingConfiguration
    ) async throws {
        let repository = ModelRepository()
        try repository.publish(served.model)
        let metadata = served.model.metadata
        try await ServerRun(
            configuration: configuration, repository: repository, global: global
        ).run(
            listing: [(metadata.name, metadata.version, served.uri)],
            // The one document of --json is out already.
            announces: !global.json)
    }
}
