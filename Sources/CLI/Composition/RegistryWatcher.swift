import Components
import Inference
import Plugins
import ServiceLifecycle
import Synchronization
import Workbench

/// Keeps what is served equal to what the registry says: the latest version of every model, every
/// version with an alias, and the alias `champion` as the one that answers by default.
final class RegistryWatcher: Service, CustomStringConvertible {
    /// A version that is served, or was tried.
    private struct Served: Hashable {
        let name: String
        let version: Int
    }

    private let workspace: OpenWorkspace
    private let loader: ModelLoader
    private let repository: ModelRepository
    private let console: Console
    private let served = Mutex<Set<Served>>([])

    /// A watcher that has not looked yet.
    init(
        workspace: OpenWorkspace, loader: ModelLoader, repository: ModelRepository,
        console: Console
    ) {
        self.workspace = workspace
        self.loader = loader
        self.repository = repository
        self.console = console
    }

    /// Its name in logs; see `BancadaServer.description`.
    var description: String { "watcher of the registry" }

    /// What is served now, for the first lines of output; not what could not be loaded.
    var listing: [(name: String, version: String, uri: String)] {
        served.withLock { Array($0) }
            .filter { repository.readyModel(named: $0.name, version: String($0.version)) != nil }
            .sorted { ($0.name, $0.version) < ($1.name, $1.version) }
            .map { ($0.name, String($0.version), "models:/\($0.name)/\($0.version)") }
    }

    /// Looks at the registry every second until the server stops.
    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                // Ends early when the server stops.
                try? await Task.sleep(for: .seconds(1))
                if Task.isCancelled { return }
                do {
                    try await refresh()
                } catch {
                    // One look may fail (a busy disk); what is served stays, and the next look
                    // comes in a second.
                    console.warn("cannot look at the registry: \(error)")
                }
            }
        }
    }

    /// Looks once: loads what is new, withdraws what is gone.
    func refresh() async throws(BancadaError) {
        var wanted: Set<Served> = []
        for model in try await allModels() where !model.isPrompt {
            var versions = Set(model.aliases.map(\.version))
            if let latest = model.latestVersion { versions.insert(latest) }
            for version in versions.sorted() {
                let item = Served(name: model.name, version: version)
                wanted.insert(item)
                if !served.withLock({ $0.contains(item) }) { try await load(item) }
            }
            try prefer(model, among: versions)
        }
        for gone in served.withLock({ $0.subtracting(wanted) }) {
            let version = String(gone.version)
            let model = repository.readyModel(named: gone.name, version: version)
            repository.withdraw(name: gone.name, version: version)
            // A plugin that cannot forget the model forgets it when its process ends.
            try? await (model as? PluginServedModel)?.unload()
        }
        served.withLock { $0 = wanted }
    }

    private func allModels() async throws(BancadaError) -> [RegisteredModel] {
        var models: [RegisteredModel] = []
        var token: PageToken?
        repeat {
            let page = try await workspace.services.registry.models(
                RegistryQuery(), limit: 1000, after: token)
            models += page.items
            token = page.next
        } while token != nil
        return models
    }

    private func prefer(
        _ model: RegisteredModel, among versions: Set<Int>
    ) throws(BancadaError) {
        guard !versions.isEmpty else { return }
        let champion = model.aliases.first { $0.alias == "champion" }?.version
        try repository.prefer(version: champion.map(String.init), of: model.name)
    }

    private func load(_ item: Served) async throws(BancadaError) {
        let version = String(item.version)
        try repository.announce(name: item.name, version: version)
        do {
            let uri = ModelURI.version(name: item.name, version: item.version)
            let model = try await workspace.resolver.resolve(uri)
            try repository.publish(
                await loader.serve(model.folder, name: model.name, version: model.version))
        } catch {
            // One model that cannot be loaded must not keep the others from being served.
            console.warn("models:/\(item.name)/\(version) is not served: \(error.message)")
            try repository.fail(name: item.name, version: version, reason: error.message)
        }
        served.withLock { _ = $0.insert(item) }
    }
}
