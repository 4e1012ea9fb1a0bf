import Synchronization
import Workbench

/// Runs in memory.
struct MemoryRuns: RunStore {
    let memory: MemoryTracking

    func createRun(_ run: NewRun) async throws(BancadaError) -> Run {
        try memory.checkWritable()
        let experiment = try await MemoryExperiments(memory: memory).experiment(run.experiment)
        guard experiment.lifecycle == .active else {
            throw BancadaError(.invalidInput, "experiment \(run.experiment.number) is deleted")
        }
        let name = run.name ?? "invented-name-1"
        let made = Run(
            id: run.id, kind: run.kind, parent: run.parent, experiment: run.experiment, name: name,
            user: run.user, status: .running, lifecycle: .active, startTime: run.startTime,
            endTime: nil, params: [], metrics: [],
            tags: MemoryTracking.merged(run.tags, [Tag(key: "mlflow.runName", value: name)]),
            lease: nil)
        memory.state.withLock { $0.runs[run.id] = made }
        return made
    }

    func run(_ id: RunID) async throws(BancadaError) -> Run {
        guard let run = memory.state.withLock({ $0.runs[id] }) else {
            throw MemoryTracking.missing("run \"\(id.text)\"")
        }
        return run
    }

    func runs(idPrefix prefix: String, limit: Int) async throws(BancadaError) -> [Run] {
        memory.state.withLock { $0.runs.values.filter { $0.id.text.hasPrefix(prefix) } }
    }

    func runs(
        _ query: RunQuery, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<Run> {
        let all = memory.state.withLock { state in
            state.runQueries.append(query)
            return state.runs.values.filter { query.experiments.contains($0.experiment) }
                .sorted { $0.id.text > $1.id.text }
        }
        return try MemoryTracking.page(all, limit, token)
    }

    func updateRun(_ id: RunID, _ update: RunUpdate) async throws(BancadaError) -> Run {
        try await change(id) {
            Change($0, status: update.status, endTime: update.endTime, name: update.name)
        }
    }

    func setLifecycle(_ stage: LifecycleStage, of id: RunID) async throws(BancadaError) {
        _ = try await change(id) { Change($0, lifecycle: stage) }
    }

    func log(_ batch: LogBatch, to id: RunID) async throws(BancadaError) {
        try memory.checkWritable()
        _ = try await change(id) {
            Change(
                $0, params: $0.params + batch.params, metrics: $0.metrics + batch.metrics,
                tags: MemoryTracking.merged($0.tags, batch.tags))
        }
        memory.state.withLock { $0.points[id, default: []] += batch.metrics }
    }

    func history(
        of key: String, run id: RunID, order: HistoryOrder, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<Metric> {
        _ = try await run(id)
        var points = memory.state.withLock { $0.points[id] ?? [] }.filter { $0.key == key }
        switch order {
        case .step: points.sort { $0.step < $1.step }
        case .time: points.sort { $0.timestamp < $1.timestamp }
        }
        return try MemoryTracking.page(points, limit, token)
    }

    func deleteTag(_ key: String, of id: RunID) async throws(BancadaError) {
        let old = try await run(id)
        guard old.tags.contains(where: { $0.key == key }) else {
            throw MemoryTracking.missing("tag \"\(key)\"")
        }
        _ = try await change(id) { run in
            Change(run, tags: run.tags.filter { $0.key != key })
        }
    }

    func logInputs(_ inputs: [DatasetInput], to id: RunID) async throws(BancadaError) {
        _ = try await change(id) { Change($0, datasets: $0.datasets + inputs) }
    }

    func datasetInputs(of id: RunID) async throws(BancadaError) -> [DatasetInput] {
        try await run(id).datasets
    }

    func logModelInputs(_ models: [LoggedModelID], to id: RunID) async throws(BancadaError) {
        _ = try await change(id) { Change($0, modelInputs: $0.modelInputs + models) }
    }

    func logModelOutputs(_ models: [ModelOutput], to id: RunID) async throws(BancadaError) {
        _ = try await change(id) { Change($0, modelOutputs: $0.modelOutputs + models) }
    }

    private func change(_ id: RunID, _ make: (Run) -> Change) async throws(BancadaError) -> Run {
        let changed = make(try await run(id)).run
        memory.state.withLock { $0.runs[id] = changed }
        return changed
    }

    /// A run with some fields changed.
    private struct Change {
        let run: Run

        init(
            _ old: Run, status: RunStatus? = nil, endTime: Timestamp? = nil, name: String? = nil,
            lifecycle: LifecycleStage? = nil, params: [Param]? = nil, metrics: [Metric]? = nil,
            tags: [Tag]? = nil, datasets: [DatasetInput]? = nil,
            modelInputs: [LoggedModelID]? = nil, modelOutputs: [ModelOutput]? = nil
        ) {
            run = Run(
                id: old.id, kind: old.kind, parent: old.parent, experiment: old.experiment,
                name: name ?? old.name, user: old.user, status: status ?? old.status,
                lifecycle: lifecycle ?? old.lifecycle, startTime: old.startTime,
                endTime: endTime ?? old.endTime, params: params ?? old.params,
                metrics: metrics ?? old.metrics, tags: tags ?? old.tags, lease: nil,
                datasets: datasets ?? old.datasets, modelInputs: modelInputs ?? old.modelInputs,
                modelOutputs: modelOutputs ?? old.modelOutputs)
        }
    }
}
