import Synchronization
import Workbench

/// Where clients keep artifacts: below the place that an experiment chose, else in this workspace,
/// under the scheme that MLflow's clients ask this server for.
///
/// An experiment's place never changes, so each is asked for once.
final class ArtifactLocations: Sendable {
    private static let maximumKept = 10_000

    private let experiments: any ExperimentStore
    private let known = Mutex<[ExperimentID: String]>([:])

    /// The places of the experiments of a store.
    init(_ experiments: any ExperimentStore) {
        self.experiments = experiments
    }

    /// The place of an experiment.
    func root(of id: ExperimentID) async throws(BancadaError) -> String {
        if let root = known.withLock({ $0[id] }) { return root }
        let root = try await experiments.experiment(id).artifactRoot
        known.withLock { known in
            if known.count >= Self.maximumKept { known.removeAll() }
            known[id] = root
        }
        return root
    }

    /// The places of all experiments that `ids` name.
    func roots(of ids: some Sequence<ExperimentID>) async throws(BancadaError)
        -> [ExperimentID: String]
    {
        var roots: [ExperimentID: String] = [:]
        for id in ids where roots[id] == nil { roots[id] = try await root(of: id) }
        return roots
    }

    /// Where a run's artifacts are, below the place of its experiment.
    static func run(_ run: RunID, below root: String) -> String {
        "\(root)/\(run.text)/artifacts"
    }

    /// Where a logged model's files are, below the place of its experiment.
    static func model(_ model: LoggedModelID, below root: String) -> String {
        "\(root)/models/\(model.text)/artifacts"
    }
}
