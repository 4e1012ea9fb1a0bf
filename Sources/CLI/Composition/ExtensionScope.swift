import Components
import Executors
import Foundation
import Plugins
import Store
import Workbench

/// Lets plugins work for a workspace: their environments are made in its cache, their process groups
/// are recorded in it.
enum ExtensionScope {
    /// Runs `body` with what plugins add; each is started when it is first asked, and all their
    /// processes have ended afterwards.
    static func using<Result>(
        _ workspace: OpenWorkspace, plugins: [String], _ global: GlobalOptions,
        _ body: (Extensions) async throws -> Result
    ) async throws -> Result {
        let services = workspace.services
        let catalog = try PluginPlaces.catalog(plugins, global)
        let run = services.makeRunID()
        var settings = PluginPlaces.settings(run: run, groups: services.groups)
        let python = python(of: workspace)
        settings.command = { plugin in
            try await python.arguments(
                of: plugin,
                context: ExecutionContext(
                    run: run, task: plugin.name, workFolder: services.folder + "/cache",
                    logPath: services.files.logPath(run, plugin.name, 1),
                    cancellation: Cancellation(), groups: services.groups))
        }
        return try await PluginHosts.run(settings) { hosts in
            try await body(Extensions(catalog, hosts: hosts))
        }
    }

    /// Where Python environments of a workspace are.
    static func python(of workspace: OpenWorkspace) -> PythonEnvironment {
        PythonEnvironment(
            inherited: ProcessEnvironment.inherited,
            cacheFolder: workspace.services.folder + "/cache",
            digest: { ContentDigest.sha256($0).hex })
    }

    /// What surrounds work of a plugin that a command asks for, under a run.
    ///
    /// - Parameters:
    ///   - run: the run, stored or not.
    ///   - work: the run's folder.
    static func context(
        _ run: RunID, task: String, work: String, seed: UInt64 = 0, services: Services,
        progress: any ProgressReporter, cancellation: Cancellation
    ) throws(BancadaError) -> ExecutionContext {
        ExecutionContext(
            run: run, task: task, workFolder: work, logPath: services.files.logPath(run, task, 1),
            seed: seed, threads: try Threads.count(), cancellation: cancellation,
            progress: progress, groups: services.groups)
    }
}
