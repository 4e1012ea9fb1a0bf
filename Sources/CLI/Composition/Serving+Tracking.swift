import API
import Components
import Store
import Workbench

extension Serving {
    /// What the tracking protocol works with in a workspace.
    static func tracking(_ workspace: OpenWorkspace) -> TrackingStores {
        let services = workspace.services
        let store = workspace.store
        return TrackingStores(
            experiments: services.experiments, runs: services.runs,
            points: store.runs, registry: services.registry,
            loggedModels: services.loggedModels, tree: services.tree, clock: services.clock,
            makeRunID: services.makeRunID,
            writeCounts: {
                let counts = store.commitStatistics
                return TrackingStores.WriteCounts(
                    writes: counts.writes, commits: counts.transactions)
            }, traces: store.traces)
    }
}
