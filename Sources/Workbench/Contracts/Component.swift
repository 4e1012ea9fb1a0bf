/// A step that pipelines can name. Built-in components, plugins, shell steps and functions answer
/// to it alike.
///
/// `run` may be called from many tasks at once. It writes only below `context.workFolder` and to
/// the output paths of its input; what it returns is complete when it returns. It may be run again
/// with the same input after a crash, so effects outside must bear repetition.
package protocol Component: Sendable {
    /// Name, version, inputs and outputs; never changes.
    var specification: ComponentSpecification { get }
    /// What beside name, version and inputs decides the result, such as a script's text or the
    /// digest of a file outside the workspace that a parameter names; part of the cache key. Nil
    /// where there is nothing.
    ///
    /// - Throws: as `run` would for inputs that cannot work.
    func fingerprint(_ input: ExecutorInput) async throws(BancadaError) -> JSON?
    /// Whether what an earlier execution did outside its outputs still stands, such as a version in
    /// the registry; where it does not, the component is executed again.
    func stillHolds(
        _ outputs: [JSON.Member], for input: ExecutorInput
    ) async throws(BancadaError) -> Bool
    /// Whether it only reads its input artifacts, so that it may be given the workspace's shared
    /// copies; what runs as a process is given copies of its own.
    var readsSharedInputs: Bool { get }
    /// Whether every execution starts a process of its own and nothing of it runs before that is
    /// recorded in `context.groups`, so that the start can be written with the record.
    var recordsItsStart: Bool { get }
    /// Whether results may be reused at all: not for what acts on the world outside.
    var isCacheable: Bool { get }
    /// Executes the component once.
    ///
    /// - Throws: `invalidInput` for inputs that cannot work; `failed` for a gate or a program that
    ///   ended with an error; `timeout`; `cancelled`; `pluginFailed`.
    func run(
        _ input: ExecutorInput, context: ExecutionContext
    ) async throws(BancadaError) -> ExecutorOutput
}

extension Component {
    package func fingerprint(_ input: ExecutorInput) async throws(BancadaError) -> JSON? { nil }
    package func stillHolds(
        _ outputs: [JSON.Member], for input: ExecutorInput
    ) async throws(BancadaError) -> Bool { true }
    package var isCacheable: Bool { true }
    package var readsSharedInputs: Bool { false }
    package var recordsItsStart: Bool { false }
}

/// What surrounds one execution of a component.
package struct ExecutionContext: Sendable {
    /// The run of the task.
    package let run: RunID
    /// The task's name in its pipeline, such as `load` or `each[2]`, for messages.
    package let task: String
    /// An existing folder for the execution's own files, absolute; it is removed afterwards.
    package let workFolder: String
    /// The file that keeps what the execution prints, absolute; it may not exist yet.
    package let logPath: String
    /// Variables for child processes, over the inherited ones.
    package let environment: [(name: String, value: String)]
    /// How long the execution may take; nil is as long as it wants.
    package let timeout: Duration?
    /// What everything random is made from.
    package let seed: UInt64
    /// How many threads may do numeric work.
    package let threads: Int
    /// Whether somebody asked to stop.
    package let cancellation: Cancellation
    /// Hears how far it is.
    package let progress: any ProgressReporter
    /// Records a process group before it may run; see `ProcessGroupRecorder`.
    package let groups: any ProcessGroupRecorder

    /// The surroundings of an execution.
    package init(
        run: RunID, task: String, workFolder: String, logPath: String,
        environment: [(name: String, value: String)] = [], timeout: Duration? = nil,
        seed: UInt64 = 0, threads: Int = 1, cancellation: Cancellation,
        progress: any ProgressReporter = SilentProgress(), groups: any ProcessGroupRecorder
    ) {
        self.run = run
        self.task = task
        self.workFolder = workFolder
        self.logPath = logPath
        self.environment = environment
        self.timeout = timeout
        self.seed = seed
        self.threads = threads
        self.cancellation = cancellation
        self.progress = progress
        self.groups = groups
    }
}
