package import Workbench

/// How plugins are started and within which bounds they work.
package struct PluginSettings: Sendable {
    /// Who asks, as plugins hear it: `bancada 0.1.0`.
    package var host: String
    /// The run that the processes work for.
    package var run: RunID
    /// All variables of the processes; nothing is inherited.
    package var environment: [(name: String, value: String)]
    /// Records a process group before it may run.
    package var groups: any ProcessGroupRecorder
    /// Turns a manifest's command into the argv to run: where an environment of its own is made.
    package var command: @Sendable (PluginManifest) async throws -> [String]
    /// How long a start may take, from the process's begin to the answer to `initialize`.
    package var startLimit: Duration = .seconds(60)
    /// How long short requests may take: a prediction, a suggestion, loading a model.
    package var answerLimit: Duration = .seconds(60)
    /// How long work may take where its context names no limit: training, a step, a trial.
    package var workLimit: Duration = .seconds(24 * 3600)
    /// How long a request that was cancelled may take to answer before its process is ended.
    package var cancelGrace: Duration = .seconds(5)
    /// How long a process may take to end after `shutdown` before it is ended.
    package var stopGrace: Duration = .seconds(2)
    /// How long a process is kept without a request.
    package var idleLimit: Duration = .seconds(300)
    /// How many failures in a row are answered with a new process for the next request.
    package var restartLimit = 3
    /// After how long a plugin that failed too often may be tried again.
    package var restartPause: Duration = .seconds(30)

    /// Settings with the usual bounds; commands are run as they stand in the manifest.
    package init(
        host: String, run: RunID, environment: [(name: String, value: String)],
        groups: any ProcessGroupRecorder,
        command: @escaping @Sendable (PluginManifest) async throws -> [String] = { $0.command }
    ) {
        self.host = host
        self.run = run
        self.environment = environment
        self.groups = groups
        self.command = command
    }
}

/// What surrounds one request.
package struct PluginCallContext: Sendable {
    /// How long it may take; nil is the host's limit.
    package var limit: Duration?
    /// Whether `limit` is the caller's own, so that passing it is `timeout` and not the plugin's
    /// failure.
    package var isCallersLimit = false
    /// Whether somebody asked to stop.
    package var cancellation: Cancellation?
    /// Hears what the plugin says meanwhile.
    package var observer: any PluginObserver

    /// The surroundings of a request.
    package init(
        limit: Duration? = nil, cancellation: Cancellation? = nil,
        observer: any PluginObserver = SilentPluginObserver()
    ) {
        self.limit = limit
        self.cancellation = cancellation
        self.observer = observer
    }
}

/// Hears what a plugin says during a request, in order.
package protocol PluginObserver: Sendable {
    /// `done` of `total` units are finished.
    func progress(done: Int, total: Int?) async
    /// A measurement.
    func metric(_ metric: PluginMetric) async
    /// A remark, or a line of stderr, which has no level.
    func log(_ level: PluginLog.Level?, _ message: String) async
}

/// An observer that hears nothing.
package struct SilentPluginObserver: PluginObserver {
    /// An observer that ignores everything.
    package init() {}

    package func progress(done: Int, total: Int?) async {}
    package func metric(_ metric: PluginMetric) async {}
    package func log(_ level: PluginLog.Level?, _ message: String) async {}
}
