import Foundation
import Plugins
import Workbench

/// Where this command line finds plugins, and how it starts them.
enum PluginPlaces {
    /// The catalog: `--plugin DIR`, then the workspace's, the user's and the shipped plugins.
    static func catalog(
        _ folders: [String], _ global: GlobalOptions
    ) throws(BancadaError) -> PluginCatalog {
        for folder in folders { _ = try PluginCatalog.manifest(in: folder) }
        let workspace = try WorkspaceLocation.resolve(global.workspace)
        var places = folders.map { PluginCatalog.Place.plugin($0) }
        places.append(.folder(workspace + "/plugins"))
        places.append(.folder(UserFolders.data + "/plugins"))
        do {
            places.append(.folder(try EmbeddedPlugins.folder()))
        } catch {
            global.console.warn(error.message)
        }
        return PluginCatalog(searching: places)
    }

    /// How plugins are started for `run`.
    static func settings(
        run: RunID, groups: any ProcessGroupRecorder
    ) -> PluginSettings {
        PluginSettings(
            host: "bancada \(BuildInfo.version)", run: run,
            environment: ProcessInfo.processInfo.environment.sorted { $0.key < $1.key }
                .map { ($0.key, $0.value) },
            groups: groups)
    }
}
