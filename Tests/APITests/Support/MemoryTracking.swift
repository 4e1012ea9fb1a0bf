import API
import Synchronization
import Workbench

/// A workspace in memory: only what the routes need to be seen to do.
final class MemoryTracking: Sendable {
    /// What is kept, and what was asked.
    struct State {
        var experiments: [ExperimentID: Experiment] = [
            .standard: Experiment(
                id: .standard, name: "Default", lifecycle: .active,
                creationTime: Timestamp(milliseconds: 1),
                lastUpdateTime: Timestamp(milliseconds: 1),
                tags: [])
        ]
        var runs: [RunID: Run] = [:]
        var points: [RunID: [Metric]] = [:]
        var models: [String: RegisteredModel] = [:]
        var versions: [String: [ModelVersion]] = [:]
        var loggedModels: [LoggedModelID: LoggedModel] = [:]
        var files: [ArtifactPath: [UInt8]] = [:]
        var runQueries: [RunQuery] = []
        var registryQueries: [RegistryQuery] = []
        var loggedModelQueries: [LoggedModelQuery] = []
        var made = 0
        var uploadsOpen = 0
        var uploadsCancelled = 0
    }

    let state = Mutex(State())
    /// Thrown by every write, where it is set.
    let failure = Mutex<BancadaError?>(nil)
    /// The traces.
    let traces = MemoryTraces()
    /// A folder for the bytes of files, where downloads are tested.
    let folder: String?

    init(folder: String? = nil) {
        self.folder = folder
    }

    /// The stores as the server takes them.
    var stores: TrackingStores {
        TrackingStores(
            experiments: MemoryExperiments(memory: self), runs: MemoryRuns(memory: self),
            registry: MemoryRegistry(memory: self),
            loggedModels: MemoryLoggedModels(memory: self), tree: MemoryTree(memory: self),
            clock: testClock, makeRunID: { self.nextRun() },
            writeCounts: { TrackingStores.WriteCounts(writes: 7, commits: 3) }, traces: traces)
    }

    /// Run ids in order: 32 digits that end in 1, 2, 3 ...
    private func nextRun() -> RunID {
        let number = state.withLock { state in
            state.made += 1
            return String(state.made, radix: 16)
        }
        var generator = SeededGenerator(seed: 1)
        return RunID(String(repeating: "0", count: 32 - number.count) + number)
            ?? RunID(using: &generator)
    }

    func checkWritable() throws(BancadaError) {
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    static func missing(_ what: String) -> BancadaError {
        BancadaError(.notFound, "\(what) not found")
    }

    /// A page of `items` whose token is the position that follows.
    static func page<Item: Sendable>(
        _ items: [Item], _ limit: Int, _ token: PageToken?
    ) throws(BancadaError) -> Page<Item> {
        guard let start = Int(token?.text ?? "0"), start <= items.count else {
            throw BancadaError(.invalidInput, "the page token does not continue this list")
        }
        let end = min(items.count, start + limit)
        return Page(
            items: Array(items[start..<end]),
            next: end < items.count ? PageToken(text: String(end)) : nil)
    }

    /// `tags` with `changes`, ordered by key.
    static func merged(_ tags: [Tag], _ changes: [Tag]) -> [Tag] {
        var values = Dictionary(tags.map { ($0.key, $0.value) }) { $1 }
        for tag in changes { values[tag.key] = tag.value }
        return values.map { Tag(key: $0.key, value: $0.value) }.sorted { $0.key < $1.key }
    }
}

/// Experiments in memory.
struct MemoryExperiments: ExperimentStore {
    let memory: MemoryTracking

    func createExperiment(
        named name: String, artifactLocation: String?, tags: [Tag], at time: Timestamp
    ) async throws(BancadaError) -> ExperimentID {
        try memory.checkWritable()
        let id = memory.state.withLock { state -> ExperimentID? in
            guard !state.experiments.values.contains(where: { $0.name == name }) else { return nil }
            let id = ExperimentID(Int64(state.experiments.count))
            state.experiments[id] = Experiment(
                id: id, name: name, lifecycle: .active, creationTime: time, lastUpdateTime: time,
                tags: tags, artifactLocation: artifactLocation)
            return id
        }
        guard let id else { throw BancadaError(.conflict, "experiment \"\(name)\" exists") }
        return id
    }

    func experiment(_ id: ExperimentID) async throws(BancadaError) -> Experiment {
        guard let found = memory.state.withLock({ $0.experiments[id] }) else {
            throw MemoryTracking.missing("experiment \(id.number)")
        }
        return found
    }

    func experiment(named name: String) async throws(BancadaError) -> Experiment {
        let found = memory.state.withLock { $0.experiments.values.first { $0.name == name } }
        guard let found else { throw MemoryTracking.missing("experiment \"\(name)\"") }
        return found
    }

    func experiments(
        _ query: ExperimentQuery, limit: Int, after token: PageToken?
    ) async throws(BancadaError) -> Page<Experiment> {
        let all = memory.state.withLock { $0.experiments.values.sorted { $0.id > $1.id } }
        let shown = all.filter { experiment in
            switch query.view {
            case .all: true
            case .activeOnly: experiment.lifecycle == .active
            case .deletedOnly: experiment.lifecycle == .deleted
            }
        }
        return try MemoryTracking.page(shown, limit, token)
    }

    func renameExperiment(
        _ id: ExperimentID, to name: String, at time: Timestamp
    ) async throws(BancadaError) {
        try await change(id) { ($0.lifecycle, name, $0.tags) }
    }

    func setLifecycle(
        _ stage: LifecycleStage, of id: ExperimentID, at time: Timestamp
    ) async throws(BancadaError) {
        try await change(id) { (stage, $0.name, $0.tags) }
    }

    func setTag(_ tag: Tag, of id: ExperimentID) async throws(BancadaError) {
        try await change(id) { ($0.lifecycle, $0.name, MemoryTracking.merged($0.tags, [tag])) }
    }

    func deleteTag(
        _ key: String, of id: ExperimentID
    ) async throws(BancadaError) {
        try await change(id) { experiment in
            (experiment.lifecycle, experiment.name, experiment.tags.filter { $0.key != key })
        }
    }

    private func change(
        _ id: ExperimentID, _ fields: (Experiment) -> (LifecycleStage, String, [Tag])
    ) async throws(BancadaError) {
        let old = try await experiment(id)
        let (stage, name, tags) = fields(old)
        memory.state.withLock { state in
            state.experiments[id] = Experiment(
                id: id, name: name, lifecycle: stage, creationTime: old.creationTime,
                lastUpdateTime: testClock.now(), tags: tags,
                artifactLocation: old.artifactLocation)
        }
    }
}
