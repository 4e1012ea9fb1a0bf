import Pipelines
import Synchronization
import Workbench

/// Writes that a task runs and the process group that executes it in one transaction, just before
/// the group's first program may begin: one sync, and no moment at which a process runs of which the
/// database does not know.
final class StartRecorder: ProcessGroupRecorder {
    private let start: Mutex<[TaskRecord]?>
    private let run: NewRun
    private let pipelineRun: RunID
    private let services: Services
    private let slots: ExecutionSlots
    private let monitor: SystemMonitor
    private let task: TaskExecution
    private let began: @Sendable () -> Void
    /// Requested once the execution has its place.
    let begun = Cancellation()
    /// When the execution took its place; nil before.
    private let place = Mutex<Timestamp?>(nil)

    /// A recorder for the attempt that is tracked as `run`.
    ///
    /// - Parameters:
    ///   - records: tasks to write with the start.
    ///   - slots: where a place is taken before anything may run.
    ///   - monitor: samples what the execution uses while it has its place.
    ///   - task: what is executed.
    ///   - began: called when it is taken.
    init(
        _ records: [TaskRecord], run: NewRun, pipelineRun: RunID, services: Services,
        slots: ExecutionSlots, monitor: SystemMonitor, task: TaskExecution,
        began: @escaping @Sendable () -> Void
    ) {
        start = Mutex(records)
        self.run = run
        self.pipelineRun = pipelineRun
        self.services = services
        self.slots = slots
        self.monitor = monitor
        self.task = task
        self.began = began
    }

    func record(_ group: ProcessGroup) async throws(BancadaError) {
        try await write([.group(ProcessGroup(run: run.id, leader: group.leader))])
        try await takePlace()
        monitor.watch(run.id, .group(group.leader.processID))
    }

    /// Groups are forgotten with the end of their run, in the same transaction.
    func forget(_ group: ProcessGroup) async throws(BancadaError) {}

    /// Writes the start, where that has not happened.
    func writeStart() async throws(BancadaError) {
        try await write([])
        try await takePlace()
        monitor.watch(run.id, .thisProcess)
    }

    /// When the execution took its place; nil before.
    var placeTime: Timestamp? { place.withLock(\.self) }

    /// Gives the place back, where one was taken.
    func givePlaceBack() {
        monitor.forget(run.id)
        if placeTime != nil { slots.giveBack() }
    }

    private func takePlace() async throws(BancadaError) {
        // The groups of one execution are recorded one after the other.
        guard placeTime == nil else { return }
        try await slots.take(isLast: task.isOnExit)
        place.withLock { $0 = services.clock.now() }
        begun.request()
        began()
    }

    /// Writes the end of the attempt, after the start where no process was started.
    ///
    /// - Parameter queued: called once the write has its place among those of this process.
    /// - Throws: as the store; the start is still to come then.
    func writeEnd(
        _ record: TaskRecord, _ updates: [TaskExecutionUpdate], _ pending: PendingRecords,
        queued: @Sendable () -> Void
    ) async throws(BancadaError) {
        let (records, started) = takeStart()
        let waiting = pending.take()
        do throws(BancadaError) {
            try await services.pipelines.update(
                waiting + records.dropLast() + [record], executions: started + updates,
                of: pipelineRun, holder: services.process, queued: queued)
        } catch {
            pending.putBack(waiting)
            if !started.isEmpty { start.withLock { $0 = records } }
            throw error
        }
    }

    private func takeStart() -> (records: [TaskRecord], executions: [TaskExecutionUpdate]) {
        let records = start.withLock { start in
            defer { start = nil }
            return start
        }
        return records.map { ($0, [.started(run)]) } ?? ([], [])
    }

    private func write(_ updates: [TaskExecutionUpdate]) async throws(BancadaError) {
        let (records, started) = takeStart()
        guard !started.isEmpty || !updates.isEmpty else { return }
        do throws(BancadaError) {
            try await services.pipelines.update(
                records, executions: started + updates, of: pipelineRun, holder: services.process)
        } catch {
            // Nothing was written: the start is still to come.
            if !started.isEmpty { start.withLock { $0 = records } }
            throw error
        }
    }
}
