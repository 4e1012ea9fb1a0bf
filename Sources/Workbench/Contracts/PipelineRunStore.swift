/// Pipeline runs, their tasks and the results that can be used again. Implemented in Store.
///
/// Only the process that holds the run's lease may write its tasks; anyone may read and ask it to
/// stop. Every write is durable when the call returns.
package protocol PipelineRunStore: Sendable {
    /// Starts a pipeline run: the row in runs, the lease of `run.holder`, and what is needed to go
    /// on, in one transaction.
    ///
    /// - Throws: as `RunStore.createRun`.
    func createPipelineRun(
        _ run: NewRun, pipeline: String, specification: String
    ) async throws(BancadaError)
    /// The pipeline run with this id.
    ///
    /// - Throws: `notFound` also for runs of other kinds.
    func pipelineRun(_ run: RunID) async throws(BancadaError) -> PipelineRunRecord
    /// Takes the lease of a pipeline run that is not executed now, sets it RUNNING again and takes
    /// back a request to stop.
    ///
    /// - Throws: `notFound`; `conflict` when a live process executes it.
    func takeOver(
        _ run: RunID, holder: ProcessIdentity, at time: Timestamp
    ) async throws(BancadaError) -> PipelineRunRecord
    /// Writes tasks as they are now, all or none. `executions` are written in the same transaction.
    ///
    /// - Parameter queued: called once the write has its place: what is written afterwards becomes
    ///   durable with it or later, never before it.
    /// - Throws: `conflict` when `holder` no longer holds the run's lease: nothing is written.
    func update(
        _ tasks: [TaskRecord], executions: [TaskExecutionUpdate], of run: RunID,
        holder: ProcessIdentity, queued: @Sendable () -> Void
    ) async throws(BancadaError)
    /// The tasks of a pipeline run in the order in which they were first written.
    func tasks(of run: RunID) async throws(BancadaError) -> [TaskRecord]
    /// Ends a pipeline run, with outputs where it succeeded; releases the lease.
    ///
    /// - Throws: `conflict` when `holder` no longer holds the lease.
    func finish(
        _ run: RunID, status: RunStatus, outputs: String?, message: String?,
        holder: ProcessIdentity, at time: Timestamp
    ) async throws(BancadaError)
    /// Asks whoever executes the run to stop; asked again, to end the tasks that run.
    ///
    /// - Throws: `notFound`; `conflict` when it has ended.
    func requestCancel(_ run: RunID) async throws(BancadaError)
    /// The newest result under a cache key; nil where there is none or its run was deleted.
    func cachedResult(_ key: ContentDigest) async throws(BancadaError) -> CachedResult?
    /// The newest tasks of this path in earlier runs of the pipeline, newest first.
    func earlierTasks(
        _ path: String, pipeline: String, before run: RunID?, limit: Int
    ) async throws(BancadaError) -> [(run: RunID, task: TaskRecord)]
    /// The process groups recorded under leases that are dead now, and under none.
    func strayGroups(at time: Timestamp) async throws(BancadaError) -> [ProcessGroup]
}

extension PipelineRunStore {
    /// Writes tasks as they are now, for callers that need no order among their writes.
    package func update(
        _ tasks: [TaskRecord], executions: [TaskExecutionUpdate], of run: RunID,
        holder: ProcessIdentity
    ) async throws(BancadaError) {
        try await update(tasks, executions: executions, of: run, holder: holder, queued: {})
    }
}

/// What one execution of a task writes beside the task's own row.
package enum TaskExecutionUpdate: Sendable {
    /// The run of an attempt starts, as a child of the pipeline run.
    case started(NewRun)
    /// The run of an attempt ends.
    case ended(
        RunID, status: RunStatus, at: Timestamp, batch: LogBatch, artifacts: [NewArtifact],
        inputs: [(name: String, digest: ContentDigest)])
    /// A process group that is about to run.
    case group(ProcessGroup)
    /// The attempt's result can be used again under this key.
    case cached(ContentDigest, CachedResult)
}
