import Synchronization
import Workbench

/// The plugins that work during a scope, each started when it is first asked.
package final class PluginHosts: Sendable {
    private let settings: PluginSettings
    private let scope: TaskScope
    private let hosts = Mutex<[String: PluginHost]>([:])

    private init(_ settings: PluginSettings, _ scope: TaskScope) {
        self.settings = settings
        self.scope = scope
    }

    /// Runs `body` with plugins; all their processes have ended when this returns.
    package static func run<Result>(
        _ settings: PluginSettings, _ body: (PluginHosts) async throws -> Result
    ) async throws -> Result {
        try await TaskScope.run { scope in
            let hosts = PluginHosts(settings, scope)
            do {
                let result = try await body(hosts)
                await hosts.close()
                return result
            } catch {
                await hosts.close()
                throw error
            }
        }
    }

    /// The host of a plugin; the same one for the same folder.
    package func host(of manifest: PluginManifest) -> PluginHost {
        hosts.withLock { hosts in
            if let host = hosts[manifest.folder] { return host }
            let host = PluginHost(manifest, settings: settings, scope: scope)
            hosts[manifest.folder] = host
            return host
        }
    }

    private func close() async {
        let all = hosts.withLock { $0.values.map { $0 } }
        await withTaskGroup(of: Void.self) { group in
            for host in all { group.addTask { await host.close() } }
        }
    }
}
