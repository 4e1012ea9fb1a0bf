import API
import Documents
import Inference
import Logging
import ServiceLifecycle
import Workbench

/// A server that runs until a signal: the first one drains it, the second ends the process.
struct ServerRun {
    let configuration: ServingConfiguration
    let repository: ModelRepository
    /// What the tracking protocol is served over; nil where it is not served.
    var tracking: TrackingStores?
    let global: GlobalOptions

    /// Serves until SIGINT or SIGTERM, with `services` beside it.
    ///
    /// - Parameters:
    ///   - listing: name, version and URI of the models, for the first lines of output.
    ///   - announces: whether those lines are printed.
    /// - Throws: `unavailable` when the port is in use.
    func run(
        listing: [(name: String, version: String, uri: String)],
        beside services: [any Service] = [], announces: Bool = true
    ) async throws {
        let logger = Serving.logger(verbose: global.verbose)
        let server = try BancadaServer(
            configuration, repository: repository, tracking: tracking, logger: logger)
        let group = ServiceGroup(services: services + [server], logger: logger)
        let console = global.console
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask {
                let address = try await server.address()
                if announces { announce(address, listing: listing, console: console) }
            }
            try await Interruption.draining {
                console.note("stopping: answering the requests that run")
                await group.triggerGracefulShutdown()
            } while: {
                try await tasks.waitForAll()
            }
        }
    }

    private func announce(
        _ address: ServerAddress, listing: [(name: String, version: String, uri: String)],
        console: Console
    ) {
        if global.json {
            let models = listing.map { model -> JSON in
                [
                    "name": .string(model.name), "version": .string(model.version),
                    "uri": .string(model.uri),
                    "infer": .string("\(address.url)/v2/models/\(model.name)/infer"),
                ]
            }
            console.print(["url": .string(address.url), "models": .array(models)] as JSON)
            return
        }
        console.print("serving on \(address.url)  (Ctrl-C stops)")
        for model in listing {
            console.print("  \(model.name) version \(model.version)  \(model.uri)")
            console.print("    POST \(address.url)/v2/models/\(model.name)/infer")
            console.print("    POST \(address.url)/v1/models/\(model.name):predict")
        }
    }
}
