package import Workbench

/// A run of ours while it executes: logs to it, records what it reads and makes, and ends it.
package struct TrackedRun: Sendable {
    /// The run's identity.
    package let id: RunID
    private let services: Services

    /// A run that was started elsewhere.
    init(_ id: RunID, _ services: Services) {
        self.id = id
        self.services = services
    }

    /// Starts a run whose lease this process holds.
    ///
    /// - Parameters:
    ///   - experiment: the experiment's name, made where there is none; nil is `Default`.
    ///   - source: what MLflow shows as the run's source, such as `bancada train`.
    /// - Throws: `invalidInput` when the experiment is deleted; `unavailable`.
    package static func start(
        _ kind: RunKind, experiment: String?, source: String, services: Services
    ) async throws(BancadaError) -> TrackedRun {
        let run = NewRun(
            id: services.makeRunID(), kind: kind,
            experiment: try await experimentID(experiment, services), user: services.user,
            startTime: services.clock.now(),
            tags: [
                Tag(key: "mlflow.source.name", value: source),
                Tag(key: "mlflow.source.type", value: "LOCAL"),
                Tag(key: "mlflow.user", value: services.user),
            ] + services.origin(nil), holder: services.process)
        return TrackedRun(try await services.runs.createRun(run).id, services)
    }

    /// The experiment with a name, made where there is none; `Default` for nil.
    static func experimentID(
        _ name: String?, _ services: Services
    ) async throws(BancadaError) -> ExperimentID {
        guard let name else { return .standard }
        do throws(BancadaError) {
            return try await services.experiments.experiment(named: name).id
        } catch {
            guard error.code == .notFound else { throw error }
        }
        do throws(BancadaError) {
            return try await services.experiments.createExperiment(
                named: name, artifactLocation: nil, tags: [], at: services.clock.now())
        } catch {
            // Another process was faster.
            guard error.code == .conflict else { throw error }
            return try await services.experiments.experiment(named: name).id
        }
    }

    /// Runs `body` and ends the run by its outcome: FINISHED, FAILED or, when it was cancelled,
    /// KILLED; the error's message becomes the tag `bancada.error`.
    package func execute<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            let monitor = SystemMonitor(services)
            monitor.watch(id, .thisProcess)
            let result = try await monitor.runningAny(body)
            try await end(.finished)
            return result
        } catch {
            let known = error as? BancadaError
            let isCancelled = known?.code == .cancelled || error is CancellationError
            let message = known?.message ?? "\(error)"
            // The first error says more than one about telling it; a run that cannot be ended
            // shows as interrupted once this process is gone.
            try? await services.runs.log(
                LogBatch(tags: [Tag(key: "bancada.error", value: message)]), to: id)
            try? await end(isCancelled ? .killed : .failed)
            throw error
        }
    }

    private func end(_ status: RunStatus) async throws(BancadaError) {
        _ = try await services.runs.updateRun(
            id, RunUpdate(status: status, endTime: services.clock.now()))
    }

    /// Logs parameters.
    package func log(params: [Param]) async throws(BancadaError) {
        try await services.runs.log(LogBatch(params: params), to: id)
    }

    /// Logs measurements of now, at step 0.
    package func log(metrics: [(key: String, value: Double)]) async throws(BancadaError) {
        let now = services.clock.now()
        let points = metrics.map { Metric(key: $0.key, value: $0.value, timestamp: now) }
        try await services.runs.log(LogBatch(metrics: points), to: id)
    }

    /// Records that the run reads `data` in the role `name`, and returns its artifact.
    ///
    /// - Throws: `conflict` when the file is no longer the one that was read.
    package func use(
        _ data: LoadedData, as name: String, loader: DataLoader
    ) async throws(BancadaError) -> Artifact {
        let artifact = try await loader.artifact(of: data, services: services)
        try await services.artifacts.recordInput(name, artifact: artifact.id, of: id)
        // MLflow's digests have at most 36 characters.
        let input = DatasetInput(
            name: data.reference.stem, digest: String(artifact.content.digest.hex.prefix(36)),
            sourceType: data.reference.isDataset ? "bancada" : "local", source: data.uri,
            tags: [Tag(key: "mlflow.data.context", value: name)])
        try await services.runs.logInputs([input], to: id)
        return artifact
    }

    /// Lets `body` write a folder and records it as the run's output `name`.
    ///
    /// - Throws: what `body` throws; `unavailable` when it cannot be stored.
    package func produce(
        _ type: ArtifactType, named name: String,
        _ body: (_ folder: String) throws(BancadaError) -> Void
    ) async throws(BancadaError) -> Artifact {
        let work = try services.makeWorkFolder(id)
        defer { services.removeWorkFolder(work) }
        let folder = work + "/" + name
        try body(folder)
        return try await record(type, named: name, at: folder)
    }

    /// Stores the file or folder at `path` and records it as the run's output `name`.
    ///
    /// - Throws: `unavailable` when it cannot be stored.
    package func record(
        _ type: ArtifactType, named name: String, at folder: String
    ) async throws(BancadaError) -> Artifact {
        let content = try await services.artifacts.store(contentsOf: folder)
        return try await services.artifacts.recordArtifact(
            NewArtifact(type: type, name: name, digest: content.digest, producer: id),
            at: services.clock.now())
    }
}
