import Documents
import Pipelines
import Synchronization
import Workbench

/// Executes single tasks of one pipeline run: finds an earlier result, or lets the component run
/// under a run of its own and stores what it gives.
struct TaskExecutor: Sendable {
    let run: RunID
    let experiment: ExperimentID
    let options: PipelineOptions
    let threads: Int
    let services: Services
    let components: ResolvedComponents
    let pending: PendingRecords
    let observer: any PipelineObserver
    /// The request to end what runs.
    let kill: Cancellation
    /// The places of executions.
    let slots: ExecutionSlots
    /// Samples what executions use of the machine.
    let monitor: SystemMonitor

    /// How an execution ended.
    struct End: Sendable {
        let result: ExecutionResult
        let report: TaskReport
    }

    /// Tells the end of an execution, and knows whether it was told.
    private final class EndReport: Sendable {
        private let report: @Sendable (End) -> Void
        private let told = Mutex(false)

        init(_ report: @escaping @Sendable (End) -> Void) {
            self.report = report
        }

        var isTold: Bool { told.withLock(\.self) }

        func tell(_ end: End) {
            told.withLock { $0 = true }
            report(end)
        }
    }

    /// Executes a task once.
    ///
    /// - Parameter ended: told how it ended as soon as the write of that has its place before all
    ///   later ones: what depends on the task may be prepared while the disk is at work, and what it
    ///   begins with is durable only together with this end.
    /// - Throws: only what ends the whole run: a lost lease, a workspace that cannot be written.
    func execute(
        _ execution: TaskExecution, ended report: @escaping @Sendable (End) -> Void
    ) async throws(BancadaError) {
        let ended = EndReport(report)
        let component = components.component(of: execution.task)
        var record = TaskRecord(
            path: execution.path, component: execution.task.action.title)
        record.attempt = execution.attempt
        record.startTime = services.clock.now()
        let prepared: PreparedTask
        do throws(BancadaError) {
            prepared = try await prepare(execution, component)
        } catch {
            return try await refuse(record, error, execution, ended)
        }
        record.cacheKey = prepared.key
        record.cacheInputs = prepared.explanation
        if let key = prepared.key, let found = try await services.pipelines.cachedResult(key),
            let outputs = await usable(found),
            try await component.stillHolds(outputs, for: prepared.described)
        {
            return ended.tell(reuse(found, outputs, record))
        }
        try await perform(execution, component, prepared, record, ended)
    }

    // MARK: - Before it runs

    private struct PreparedTask {
        let inputs: TaskInputs
        /// The inputs without their bytes: artifacts have a digest and no path.
        let described: ExecutorInput
        let environment: [(name: String, value: String)]
        /// Nil where no result may be reused.
        let key: ContentDigest?
        let explanation: String?
    }

    private func prepare(
        _ execution: TaskExecution, _ component: any Component
    ) async throws(BancadaError) -> PreparedTask {
        let inputs = try TaskInputs(execution.inputs, of: component.specification)
        var environment = options.environment.map { (name: $0.name, value: $0.value.plainText) }
        environment += execution.environment
        var input = ExecutorInput(parameters: inputs.parameters)
        for (name, values) in inputs.artifacts {
            input.artifacts[name] = values.map {
                RuntimeArtifact(
                    name: $0.name, type: $0.type, path: "", metadata: $0.metadata,
                    digest: $0.digest)
            }
        }
        guard component.isCacheable, execution.task.isCached else {
            return PreparedTask(
                inputs: inputs, described: input, environment: environment, key: nil,
                explanation: nil)
        }
        let parts = CacheInputs(
            component: component.specification,
            fingerprint: try await component.fingerprint(input), input: input,
            environment: environment)
        let bytes = parts.json.compactBytes
        return PreparedTask(
            inputs: inputs, described: input, environment: environment,
            key: services.digest(bytes), explanation: String(decoding: bytes, as: UTF8.self))
    }

    /// A task whose inputs cannot be used fails without having run.
    private func refuse(
        _ record: TaskRecord, _ error: BancadaError, _ execution: TaskExecution,
        _ ended: EndReport
    ) async throws(BancadaError) {
        var record = record
        record.state = .failed
        record.message = error.message
        record.endTime = services.clock.now()
        try await services.pipelines.update(
            pending.take() + [record], executions: [], of: run, holder: services.process)
        ended.tell(
            end(record, .failed(error.message), outputs: [], hint: error.hint))
    }

    // MARK: - Earlier results

    /// The outputs of an earlier result, where all their bytes are still there.
    private func usable(_ found: CachedResult) async -> [JSON.Member]? {
        guard options.usesCache,
            // A result that cannot be read or whose bytes are gone is no result.
            case .object(let outputs)? = try? JSONParser.parse(
                Array(found.outputs.utf8), document: "outputs"
            ).json
        else { return nil }
        for output in outputs {
            for artifact in output.value.artifacts {
                // As above.
                guard (try? await services.artifacts.isPresent(artifact.digest)) == true else {
                    return nil
                }
            }
        }
        return outputs
    }

    private func reuse(
        _ found: CachedResult, _ outputs: [JSON.Member], _ record: TaskRecord
    ) -> End {
        var record = record
        record.state = .succeeded
        record.isCached = true
        record.run = found.run
        record.outputs = found.outputs
        record.endTime = record.startTime
        pending.add(record)
        return end(record, .succeeded(outputs), outputs: outputs)
    }

    // MARK: - A run of its own

    private func perform(
        _ execution: TaskExecution, _ component: any Component, _ prepared: PreparedTask,
        _ record: TaskRecord, _ ended: EndReport
    ) async throws(BancadaError) {
        var record = record
        let id = services.makeRunID()
        record.run = id
        record.state = .running
        let start = StartRecorder(
            pending.take() + [record],
            run: NewRun(
                id: id, kind: .task, experiment: experiment, name: execution.path,
                user: services.user, parent: run,
                startTime: record.startTime ?? services.clock.now(),
                tags: [Tag(key: "mlflow.parentRunId", value: run.text)],
                holder: nil), pipelineRun: run, services: services, slots: slots,
            monitor: monitor, task: execution,
            began: { [observer, title = record.component] in
                observer.began(execution.path, component: title, attempt: execution.attempt)
            })
        let folder = try services.files.makeTaskFolder(run, execution.path, execution.attempt)
        // A folder with nothing in it stays until the run ends: on common file systems a new file
        // costs more for every one that was deleted shortly before.
        let isUsed =
            !component.specification.outputs.isEmpty || !prepared.inputs.artifacts.isEmpty
        defer { if isUsed { services.files.removeTree(folder) } }
        do throws(BancadaError) {
            let input = try await stage(
                prepared.inputs, in: folder, component, sharesInputs: component.readsSharedInputs)
            let output: ExecutorOutput
            do throws(BancadaError) {
                output = try await self.output(
                    of: component, input, execution, id, prepared, folder, start)
                start.givePlaceBack()
            } catch {
                start.givePlaceBack()
                throw error
            }
            record.startTime = start.placeTime ?? record.startTime
            let outputs = try await store(output, of: component.specification)
            try await succeed(record, prepared, output, outputs, start, ended)
        } catch {
            // What was told cannot be taken back: the run ends with this error.
            if ended.isTold { throw error }
            if error.code == .conflict, try await !isHeld() { throw error }
            record.startTime = start.placeTime ?? record.startTime
            try await fail(record, prepared, error, start, execution, ended)
        }
    }

    /// Whether this process still executes the run.
    private func isHeld() async throws(BancadaError) -> Bool {
        try await services.runs.run(run).lease?.holder == services.process
    }

    private func stage(
        _ inputs: TaskInputs, in folder: String, _ component: any Component, sharesInputs: Bool
    ) async throws(BancadaError) -> ExecutorInput {
        var input = ExecutorInput(
            parameters: inputs.parameters, outputFile: folder + "/executor_output.json")
        if !inputs.artifacts.isEmpty, !sharesInputs {
            try services.files.makeFolder(folder + "/in")
        }
        for (name, values) in inputs.artifacts {
            for (index, value) in values.enumerated() {
                let path: String
                if sharesInputs {
                    path = try await services.artifacts.cachedPath(of: value.digest)
                } else {
                    path = folder + "/in/" + name + (values.count > 1 ? ".\(index)" : "")
                    try await services.artifacts.copy(value.digest, to: path)
                }
                input.artifacts[name, default: []].append(
                    RuntimeArtifact(
                        name: value.name, type: value.type, path: path,
                        metadata: value.metadata, digest: value.digest))
            }
        }
        for output in component.specification.outputs {
            let path = folder + "/out/" + output.name
            switch output.type {
            case .artifact(let type):
                input.outputArtifacts.append(
                    RuntimeArtifact(name: output.name, type: type, path: path))
            case .parameter, .any: input.outputParameters.append((output.name, path))
            }
        }
        if !component.specification.outputs.isEmpty {
            try services.files.makeFolder(folder + "/out")
        }
        return input
    }

    private func output(
        of component: any Component, _ input: ExecutorInput, _ execution: TaskExecution,
        _ id: RunID, _ prepared: PreparedTask, _ folder: String, _ start: StartRecorder
    ) async throws(BancadaError) -> ExecutorOutput {
        let stop = Cancellation()
        let unlink = kill.onRequest { stop.request() }
        defer { unlink() }
        let context = ExecutionContext(
            run: id, task: execution.path, workFolder: folder,
            logPath: services.files.logPath(run, execution.path, execution.attempt),
            environment: prepared.environment, seed: options.seed, threads: threads,
            cancellation: stop, groups: start)
        return try await withDeadline(execution.task.timeout, stop, after: start.begun) {
            () async throws(BancadaError) in
            if component.recordsItsStart {
                // The start is written when the process waits at its gate.
                return try await component.run(input, context: context)
            }
            try await start.writeStart()
            // Off the threads of Swift's concurrency: there are as many as processors, and the
            // process must keep its leases alive while components compute.
            return try await withTaskExecutorPreference(WorkThreads.shared) {
                () async throws(BancadaError) in
                try await component.run(input, context: context)
            }
        }
    }

    /// Stores the output artifacts and returns all outputs as values.
    private func store(
        _ output: ExecutorOutput, of specification: ComponentSpecification
    ) async throws(BancadaError) -> [JSON.Member] {
        var outputs: [JSON.Member] = []
        for port in specification.outputs {
            switch port.type {
            case .artifact:
                let made = output.artifacts.filter { $0.name == port.name }
                for artifact in made {
                    let content = try await services.artifacts.store(contentsOf: artifact.path)
                    let value = ArtifactValue(
                        type: artifact.type, name: artifact.name, digest: content.digest,
                        kind: content.kind, metadata: artifact.metadata)
                    outputs.append(.init(port.name, value.json))
                }
                if made.isEmpty, !port.isOptional { throw missing(port, specification) }
            case .parameter, .any:
                if let value = output.parameters.first(where: { $0.name == port.name }) {
                    outputs.append(value)
                } else if !port.isOptional {
                    throw missing(port, specification)
                }
            }
        }
        return outputs
    }

    private func missing(
        _ port: OutputSpecification, _ specification: ComponentSpecification
    ) -> BancadaError {
        BancadaError(
            .failed, "\(specification.name) did not give its output \"\(port.name)\"",
            hint: "write the \(port.type.word) to the path that it is given")
    }

    // MARK: - Its end

    private func succeed(
        _ record: TaskRecord, _ prepared: PreparedTask, _ output: ExecutorOutput,
        _ outputs: [JSON.Member], _ start: StartRecorder,
        _ ended: EndReport
    ) async throws(BancadaError) {
        var record = record
        let text = JSON.object(outputs).compactText
        record.state = .succeeded
        record.outputs = text
        record.usage = output.usage
        record.endTime = services.clock.now()
        var updates = [ending(record, .finished, prepared, output, outputs)]
        if let key = record.cacheKey, let id = record.run {
            updates.append(.cached(key, CachedResult(run: id, outputs: text)))
        }
        let done = end(record, .succeeded(outputs), outputs: outputs)
        try await start.writeEnd(record, updates, pending) { ended.tell(done) }
    }

    private func fail(
        _ record: TaskRecord, _ prepared: PreparedTask, _ error: BancadaError,
        _ start: StartRecorder, _ execution: TaskExecution,
        _ ended: EndReport
    ) async throws(BancadaError) {
        var record = record
        // Whatever a component says that is ended on request, it was cancelled.
        let isCancelled =
            error.code == .cancelled || (kill.isRequested && error.code != .timeout)
        record.state = isCancelled ? .cancelled : execution.isLastTry ? .failed : .running
        record.message = error.message
        record.endTime = services.clock.now()
        let update = ending(
            record, isCancelled ? .killed : .failed, prepared, ExecutorOutput(), [])
        try await start.writeEnd(record, [update], pending) {}
        ended.tell(
            end(
                record, isCancelled ? .cancelled : .failed(error.message), outputs: [],
                hint: isCancelled ? nil : error.hint))
    }

    /// What the run of the attempt ends with.
    private func ending(
        _ record: TaskRecord, _ status: RunStatus, _ prepared: PreparedTask,
        _ output: ExecutorOutput, _ outputs: [JSON.Member]
    ) -> TaskExecutionUpdate {
        let time = record.endTime ?? services.clock.now()
        var tags: [Tag] = []
        if let message = record.message { tags.append(Tag(key: "bancada.error", value: message)) }
        if let environment = output.environment {
            tags.append(Tag(key: "bancada.environment.python", value: environment))
        }
        let params = prepared.inputs.parameters.prefix(TrackingRules.batchParamsOrTags).map {
            Param(key: $0.name, value: $0.value.plainText)
        }
        let metrics = output.metrics.prefix(TrackingRules.batchParamsOrTags).map {
            Metric(key: $0.key, value: $0.value, timestamp: time)
        }
        let artifacts = outputs.flatMap(\.value.artifacts).map { value in
            NewArtifact(
                type: value.type, name: value.name, digest: value.digest, producer: record.run,
                metadata: value.metadata.map { Tag(key: $0.name, value: $0.value.plainText) })
        }
        let inputs = prepared.inputs.artifacts.flatMap { name, values in
            values.enumerated().map { index, value in
                (name: values.count > 1 ? "\(name).\(index)" : name, digest: value.digest)
            }
        }
        return .ended(
            record.run ?? run, status: status, at: time,
            batch: LogBatch(params: params, metrics: metrics, tags: tags), artifacts: artifacts,
            inputs: inputs)
    }

    private func end(
        _ record: TaskRecord, _ result: ExecutionResult, outputs: [JSON.Member],
        hint: String? = nil
    ) -> End {
        let start = record.startTime?.milliseconds ?? 0
        // Not below 0 where the clock was set back meanwhile.
        let seconds = Double(max(record.endTime?.milliseconds ?? start, start) - start) / 1000
        return End(
            result: result,
            report: TaskReport(
                path: record.path, component: record.component, state: record.state,
                isCached: record.isCached, seconds: seconds, outputs: outputs,
                message: record.message, hint: hint, isComposite: false))
    }
}

extension JSON {
    /// The artifacts in a value: itself, or those of a list.
    var artifacts: [ArtifactValue] {
        if let artifact = ArtifactValue(self) { return [artifact] }
        if case .array(let items) = self { return items.flatMap(\.artifacts) }
        return []
    }

    /// Texts as they are, everything else as JSON.
    var plainText: String {
        if case .string(let text) = self { return text }
        return compactText
    }
}
