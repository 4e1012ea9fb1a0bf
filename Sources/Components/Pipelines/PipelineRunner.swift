import Documents
import Pipelines
package import Workbench

/// Executes pipelines: feeds the scheduler with what happens and does what it says.
///
/// One loop per run owns the scheduler; tasks execute as children of the loop. Every state is
/// durable before what depends on it begins, except results that are found again by the same
/// search: those wait for the next write.
package struct PipelineRunner: Sendable {
    private let services: Services
    private let observer: any PipelineObserver
    private let threads: Int

    /// A runner.
    ///
    /// - Parameter threads: how many threads one task may use for numeric work.
    package init(
        services: Services, observer: any PipelineObserver, threads: Int
    ) {
        self.services = services
        self.observer = observer
        self.threads = threads
    }

    /// Requests to stop a run.
    package struct Stops: Sendable {
        /// Nothing begins any more; what runs may end.
        package let drain = Cancellation()
        /// What runs is ended.
        package let kill = Cancellation()

        /// No request yet.
        package init() {}
    }

    /// Runs a pipeline.
    ///
    /// - Parameter started: told the run's id once it is durable.
    /// - Throws: `unavailable`, `conflict` when the run cannot be tracked; a task that fails is not
    ///   an error but an outcome.
    package func run(
        _ request: PipelineRunRequest, components: ResolvedComponents, stops: Stops,
        started: (RunID) -> Void = { _ in }
    ) async throws(BancadaError) -> PipelineResult {
        let experiment = try await TrackedRun.experimentID(request.options.experiment, services)
        let id = services.makeRunID()
        try await services.pipelines.createPipelineRun(
            NewRun(
                id: id, kind: .pipeline, experiment: experiment, user: services.user,
                parent: request.parent, startTime: services.clock.now(), tags: tags(of: request),
                holder: services.process),
            pipeline: request.pipeline.name, specification: request.specification.compactText)
        started(id)
        return try await execute(
            request, id, experiment, components, restored: [:], stops: stops)
    }

    private func tags(of request: PipelineRunRequest) -> [Tag] {
        var tags = [
            Tag(key: "mlflow.source.name", value: "bancada run"),
            Tag(key: "mlflow.source.type", value: "LOCAL"),
            Tag(key: "mlflow.user", value: services.user),
            Tag(key: "bancada.pipeline", value: request.pipeline.name),
        ]
        tags += services.origin(request.base)
        if let parent = request.parent {
            tags.append(Tag(key: "mlflow.parentRunId", value: parent.text))
        }
        return tags
    }

    /// Goes on with a run that is not executed now.
    ///
    /// - Parameter again: whether tasks that failed or were cancelled are executed again; else they
    ///   stay as they are.
    /// - Precondition: the process groups that the run left are gone.
    /// - Throws: `conflict` when a live process executes it.
    package func resume(
        _ run: RunID, _ request: PipelineRunRequest, components: ResolvedComponents, again: Bool,
        stops: Stops
    ) async throws(BancadaError) -> PipelineResult {
        let before = try await services.runs.run(run)
        _ = try await services.pipelines.takeOver(
            run, holder: services.process, at: services.clock.now())
        let experiment = before.experiment
        try await reset(run, again: again, hadEnded: before.status.isTerminal)
        let kept = try await restorable(run)
        return try await execute(
            request, run, experiment, components, restored: kept, stops: stops)
    }

    /// Notes which tasks are executed again before any is, so that a crash does not forget it: what
    /// failed where that is wanted, and `on_exit` of a run that had ended, since it ends once more.
    private func reset(
        _ run: RunID, again: Bool, hadEnded: Bool
    ) async throws(BancadaError) {
        var reset: [TaskRecord] = []
        for var task in try await services.pipelines.tasks(of: run) {
            let isExit =
                task.path == "on_exit" || task.path.hasPrefix("on_exit[")
                || task.path.hasPrefix("on_exit/")
            guard (again && task.state == .failed) || (isExit && (again || hadEnded)) else {
                continue
            }
            task.state = .pending
            task.message = nil
            reset.append(task)
        }
        if reset.isEmpty { return }
        try await services.pipelines.update(
            reset, executions: [], of: run, holder: services.process)
    }

    private func restorable(
        _ run: RunID
    ) async throws(BancadaError) -> [String: RestoredTask] {
        var restored: [String: RestoredTask] = [:]
        for task in try await services.pipelines.tasks(of: run) {
            let state = task.state
            var outputs: [JSON.Member] = []
            if state == .succeeded, let text = task.outputs {
                guard
                    // A result that cannot be read is made again.
                    case .object(let members)? = try? JSONParser.parse(
                        Array(text.utf8), document: "outputs"
                    ).json
                else { continue }
                outputs = members
            }
            restored[task.path] = RestoredTask(
                state: state, attempt: task.attempt, outputs: outputs, message: task.message)
        }
        return restored
    }

    /// How many tasks are prepared, or stored, beside those that run. With one job none: tasks then
    /// run strictly one after the other, in the order of the file.
    private static func lookahead(_ jobs: Int) -> Int { jobs > 1 ? 2 : 0 }

    // MARK: - The loop

    private enum Event: Sendable {
        case ended(TaskExecutor.End)
        case retryDue(String)
        case drain
        case broken(BancadaError)
    }

    private func execute(
        _ request: PipelineRunRequest, _ id: RunID, _ experiment: ExperimentID,
        _ components: ResolvedComponents, restored: [String: RestoredTask], stops: Stops
    ) async throws(BancadaError) -> PipelineResult {
        let pending = PendingRecords()
        let slots = ExecutionSlots(request.options.jobs)
        let monitor = SystemMonitor(services)
        let executor = TaskExecutor(
            run: id, experiment: experiment, options: request.options, threads: threads,
            services: services, components: components, pending: pending, observer: observer,
            kill: stops.kill, slots: slots, monitor: monitor)
        let plan = SchedulerPlan(
            pipeline: request.pipeline, parameters: request.parameters, run: id.text,
            jobs: request.options.jobs + Self.lookahead(request.options.jobs),
            outputNames: { components.outputNames(of: $0) },
            restored: restored)
        var loop = RunLoop(scheduler: Scheduler(plan), pending: pending, observer: observer)
        let (events, report) = AsyncStream.makeStream(of: Event.self)
        var failure: BancadaError?
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await watch(id, stops, report) }
            group.addTask { await monitor.run() }
            loop.perform(loop.scheduler.start(), executor, report, &group)
            if loop.outcome == nil {
                for await event in events {
                    switch event {
                    case .broken(let error): failure = error
                    case .drain:
                        slots.close()
                        loop.perform(loop.scheduler.cancel(), executor, report, &group)
                    case .retryDue(let path):
                        loop.perform(loop.scheduler.retryDue(path), executor, report, &group)
                    case .ended(let end): loop.take(end, executor, report, &group)
                    }
                    if failure != nil || loop.outcome != nil { break }
                }
            }
            if failure != nil {
                slots.close()
                stops.kill.request()
            }
            group.cancelAll()
        }
        report.finish()
        // The end of a task is told before it is durable: what went wrong with it comes last.
        for await case .broken(let error) in events where failure == nil { failure = error }
        if let failure { throw await abandoned(id, failure) }
        return try await close(id, loop, pending)
    }

    /// Waits for a request to stop, of this process or through the database.
    private func watch(
        _ run: RunID, _ stops: Stops, _ report: AsyncStream<Event>.Continuation
    ) async {
        var ticks = 0
        var isDraining = false
        while !Task.isCancelled {
            // Ends early when the run has ended.
            try? await Task.sleep(for: .milliseconds(100))
            ticks += 1
            if ticks % 10 == 0, let lost = await lostLease(run) {
                report.yield(.broken(lost))
                return
            }
            if ticks % 5 == 0,
                // A look that fails is made good by the next one.
                let level = try? await services.pipelines.pipelineRun(run).cancelRequests
            {
                if level > 0 { stops.drain.request() }
                if level > 1 { stops.kill.request() }
            }
            if stops.drain.isRequested, !isDraining {
                isDraining = true
                report.yield(.drain)
            }
        }
    }

    /// The error of a run that another process has taken over, as happens to one that was suspended
    /// for long; nil while this process executes it.
    private func lostLease(_ run: RunID) async -> BancadaError? {
        // A look that fails is made good by the next one.
        guard let lease = try? await services.runs.run(run).lease,
            lease.holder != services.process
        else { return nil }
        return BancadaError(
            .conflict, "run \(run.text) is executed by another process now",
            hint: "see it with 'bancada runs show \(run.text.prefix(8))'")
    }

    private func close(
        _ id: RunID, _ loop: RunLoop, _ pending: PendingRecords
    ) async throws(BancadaError) -> PipelineResult {
        guard let outcome = loop.outcome else {
            throw BancadaError(.internal, "run \(id.text) ended without an outcome")
        }
        let records = pending.take()
        if !records.isEmpty {
            try await services.pipelines.update(
                records, executions: [], of: id, holder: services.process)
        }
        let status: RunStatus =
            switch outcome.state {
            case .succeeded: .finished
            case .cancelled: .killed
            default: .failed
            }
        try await services.pipelines.finish(
            id, status: status,
            outputs: outcome.state == .succeeded ? JSON.object(outcome.outputs).compactText : nil,
            message: outcome.message, holder: services.process, at: services.clock.now())
        services.files.removeTree(services.files.workFolder(id))
        return PipelineResult(run: id, outcome: outcome, tasks: loop.reports)
    }

    /// A run that cannot be tracked any more ends here; where even that cannot be written, it shows
    /// as interrupted once this process is gone.
    private func abandoned(_ id: RunID, _ failure: BancadaError) async -> BancadaError {
        try? await services.pipelines.finish(
            id, status: .failed, outputs: nil, message: failure.message,
            holder: services.process, at: services.clock.now())
        return failure
    }

    /// The scheduler with what has been told of it.
    private struct RunLoop {
        var scheduler: Scheduler
        let pending: PendingRecords
        let observer: any PipelineObserver
        var outcome: RunOutcome?
        var reports: [TaskReport] = []

        mutating func take(
            _ end: TaskExecutor.End, _ executor: TaskExecutor,
            _ report: AsyncStream<Event>.Continuation, _ group: inout TaskGroup<Void>
        ) {
            if end.report.state != .running {
                reports.append(end.report)
                observer.ended(end.report)
            }
            let actions = scheduler.finished(end.report.path, end.result)
            for case .wait(_, let pause) in actions {
                observer.willRetry(
                    end.report.path, message: end.report.message ?? "", pause: pause)
            }
            perform(actions, executor, report, &group)
        }

        mutating func perform(
            _ actions: [SchedulerAction], _ executor: TaskExecutor,
            _ report: AsyncStream<Event>.Continuation, _ group: inout TaskGroup<Void>
        ) {
            for action in actions {
                switch action {
                case .execute(let execution):
                    group.addTask {
                        do throws(BancadaError) {
                            try await executor.execute(execution) { report.yield(.ended($0)) }
                        } catch {
                            report.yield(.broken(error))
                        }
                    }
                case .wait(let path, let pause):
                    group.addTask {
                        // Ends early when the run ends.
                        try? await Task.sleep(for: pause)
                        if !Task.isCancelled { report.yield(.retryDue(path)) }
                    }
                case .changed(let path, let component, let state, let message):
                    changed(path, component, state, message)
                case .finished(let outcome): self.outcome = outcome
                }
            }
        }

        private mutating func changed(
            _ path: String, _ component: String, _ state: TaskState, _ message: String?
        ) {
            var record = TaskRecord(path: path, component: component)
            record.state = state
            record.message = message
            pending.add(record)
            guard state.isFinished else { return }
            let report = TaskReport(
                path: path, component: component, state: state, isCached: false, seconds: 0,
                outputs: [], message: message, isComposite: state == .succeeded)
            reports.append(report)
            observer.ended(report)
        }
    }
}
