import Components
import Documents
import Workbench

extension OpenWorkspace {
    /// The experiment with this name, or with this number where none has the name.
    ///
    /// - Throws: `notFound` naming the nearest name.
    func experiment(named text: String) async throws(BancadaError) -> Experiment {
        do throws(BancadaError) {
            return try await services.experiments.experiment(named: text)
        } catch {
            guard error.code == .notFound else { throw error }
            if let number = Int64(text) {
                return try await services.experiments.experiment(ExperimentID(number))
            }
            let known = try await services.experiments.experiments(
                ExperimentQuery(view: .all), limit: 1000, after: nil)
            throw BancadaError(
                .notFound, error.message,
                hint: NearestName.of(text, among: known.items.map(\.name)).map { "write \"\($0)\"" }
                    ?? "list experiments with 'bancada experiments list'")
        }
    }

    /// The ids of experiments, by name or number.
    func experiments(named texts: [String]) async throws(BancadaError) -> [ExperimentID] {
        var ids: [ExperimentID] = []
        for text in texts { ids.append(try await experiment(named: text).id) }
        return ids
    }

    /// The registry entry with this name.
    ///
    /// - Throws: `notFound` naming the nearest name.
    func model(named name: String) async throws(BancadaError) -> RegisteredModel {
        do throws(BancadaError) {
            return try await services.registry.model(named: name)
        } catch {
            guard error.code == .notFound else { throw error }
            let known = try await services.registry.models(
                RegistryQuery(), limit: 1000, after: nil)
            throw BancadaError(
                .notFound, error.message,
                hint: NearestName.of(name, among: known.items.map(\.name)).map { "write \"\($0)\"" }
                    ?? "list models with 'bancada models list'")
        }
    }

    /// Runs by their ids or first digits, in the order in which they are named.
    ///
    /// - Throws: `invalidInput` where one comes twice.
    func runs(named texts: [String]) async throws(BancadaError) -> [Run] {
        var runs: [Run] = []
        for text in texts {
            let run = try await run(named: text)
            if runs.contains(where: { $0.id == run.id }) {
                throw BancadaError(
                    .invalidInput, "run \(run.id.text) is named twice", hint: "name a run once")
            }
            runs.append(run)
        }
        return runs
    }
}
