import Components
import Workbench

/// What `runs show` tells of a run beside what its row says.
struct RunDetails {
    /// The experiment that it belongs to.
    let experiment: Experiment
    /// The run that it is a part of; nil also where that one is gone.
    let parent: Run?
    /// The runs that are parts of it, in the order in which they started.
    let children: [Run]
    /// Whether it has more children.
    let hasMoreChildren: Bool
    /// The artifacts that it read.
    let inputs: [RunInput]
    /// The artifacts that it recorded.
    let outputs: [Artifact]
    /// The tasks of a pipeline run.
    let tasks: [TaskRecord]
    /// The logged models that it made, newest first.
    let models: [LoggedModel]
    /// The versions of registered models that it made.
    let versions: [ModelVersion]
    /// Its files.
    let files: [RunArtifacts.File]
    /// Whether `files` are all.
    let hasAllFiles: Bool
    /// Where its files are, where that is not this workspace.
    let elsewhere: String?

    /// The most children, versions and files that are read.
    private static let limit = 1000

    /// Reads what belongs to a run.
    init(of run: Run, _ services: Services) async throws(BancadaError) {
        experiment = try await services.experiments.experiment(run.experiment)
        parent = try await Self.parent(of: run, services)
        let children = try await services.runs.runs(
            RunQuery(
                view: run.lifecycle == .active ? .activeOnly : .all,
                filter: Filter([
                    .init(SearchField(.tag, Self.parentTag), .text(.equal, run.id.text))
                ]), order: [OrderKey(SearchField(.attribute, "start_time"))]),
            limit: Self.limit, after: nil)
        self.children = children.items
        hasMoreChildren = children.next != nil
        inputs = try await services.artifacts.inputs(of: run.id)
        outputs = try await services.artifacts.outputs(of: run.id)
        tasks = run.kind == .pipeline ? try await services.pipelines.tasks(of: run.id) : []
        models = try await RunArtifacts.models(of: run, services)
        let maker = SearchField(.attribute, "run_id")
        versions = try await services.registry.versions(
            RegistryQuery(filter: Filter([.init(maker, .text(.equal, run.id.text))])),
            limit: Self.limit, after: nil
        ).items
        let artifacts = try await RunArtifacts(of: run, services: services)
        (files, hasAllFiles) = try await artifacts.files(
            below: ArtifactPath(parts: []), limit: Self.limit)
        elsewhere = artifacts.elsewhere
    }

    private static let parentTag = "mlflow.parentRunId"

    private static func parent(
        of run: Run, _ services: Services
    ) async throws(BancadaError) -> Run? {
        let tag = run.tags.first { $0.key == parentTag }.flatMap { RunID($0.value) }
        guard let id = run.parent ?? tag else { return nil }
        do throws(BancadaError) {
            return try await services.runs.run(id)
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }
}
