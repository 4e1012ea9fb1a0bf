package import Workbench

/// Writes experiments, or a whole workspace, as an archive that another workspace and a real MLflow
/// take in.
///
/// The archive streams out: memory does not grow with what is exported. Equal workspaces give equal
/// bytes.
package struct ExportOperation: Sendable {
    /// What is exported.
    package enum Scope: Sendable {
        /// Experiments with their runs and logged models.
        case experiments([ExperimentID])
        /// All of them, and the model registry.
        case workspace
    }

    let services: Services
    let scope: Scope
    let disk: any ExchangeFiles
    let currentFolder: String
    let artifactRoot: String
    let progress: any ProgressReporter
    let isStopped: @Sendable () -> Bool

    /// An export.
    ///
    /// - Parameters:
    ///   - disk: the root folder of this machine.
    ///   - currentFolder: where relative paths start, absolute.
    ///   - artifactRoot: what stands before `EXPERIMENT/RUN/artifacts` in the artifacts' URIs.
    package init(
        _ scope: Scope, services: Services, disk: any ExchangeFiles,
        currentFolder: String, artifactRoot: String = "mlruns", progress: any ProgressReporter,
        isStopped: @escaping @Sendable () -> Bool
    ) {
        self.scope = scope
        self.services = services
        self.disk = disk
        self.currentFolder = currentFolder
        self.artifactRoot = artifactRoot
        self.progress = progress
        self.isStopped = isStopped
    }

    /// Writes the archive into `sink`, which the caller commits.
    ///
    /// - Throws: `notFound` for a missing experiment; `cancelled`; `unavailable`.
    package func run(into sink: any ByteSink) async throws(BancadaError) -> ExchangeSummary {
        var archive = ArchiveWriter(self, sink)
        return try await archive.write()
    }

    /// The experiments to write, by number.
    func experiments() async throws(BancadaError) -> [Experiment] {
        var experiments: [Experiment] = []
        switch scope {
        case .experiments(let ids):
            for id in Set(ids) { experiments.append(try await services.experiments.experiment(id)) }
        case .workspace:
            var token: PageToken?
            repeat {
                let page = try await services.experiments.experiments(
                    ExperimentQuery(view: .all), limit: 1000, after: token)
                experiments += page.items
                token = page.next
            } while token != nil
        }
        return experiments.sorted { $0.id < $1.id }
    }

    /// Where an experiment's artifacts are, for MLflow.
    func location(of experiment: Experiment) -> String {
        experiment.artifactLocation ?? "\(artifactRoot)/\(experiment.id.number)"
    }

    /// - Throws: `cancelled`.
    func checkStopped() throws(BancadaError) {
        if isStopped() { throw BancadaError(.cancelled, "interrupted; no archive was written") }
    }
}
