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
                hint: modelHint(name, known.items.map(\.name)))
        }
    }

    private func modelHint(_ name: String, _ known: [String]) -> String {
        if let at = name.lastIndex(of: "@"), known.contains(String(name[..<at])) {
            return "write models:/\(name)"
        }
        return NearestName.of(name, among: known).map { "write \"\($0)\"" }
            ?? "list models with 'bancada models list'"
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

    /// How to find a run that was named by what is no id: by its name, where one has it.
    func hint(forRunNamed text: String) async throws(BancadaError) -> String {
        let name = SearchField(.attribute, "run_name")
        let page = try await services.runs.runs(
            RunQuery(view: .all, filter: Filter([.init(name, .text(.equal, text))])), limit: 1,
            after: nil)
        return page.items.isEmpty || text.contains("'")
            ? "list runs with 'bancada runs list'"
            : "find its id with bancada runs search \"run_name = '\(text)'\""
    }

    /// The registry entry that `text` names, and the version that either names.
    ///
    /// - Throws: `notFound`; `invalidInput` where both name one.
    func version(
        _ version: Int?, of text: String
    ) async throws(BancadaError) -> (entry: RegisteredModel, version: Int?) {
        let named = try NamedModel(parsing: text)
        let entry = try await model(named: named.name)
        guard let uri = named.version else { return (entry, version) }
        if let version {
            throw BancadaError(
                .invalidInput, "\"\(text)\" and \(version) both name a version",
                hint: "name the version once")
        }
        return (entry, try await resolver.version(of: uri)?.version)
    }

    /// The place of a model that `text` names; of `runs:/RUN/PATH` the run may be its first digits.
    func modelURI(_ text: String) async throws(BancadaError) -> ModelURI {
        guard let rest = text.removingPrefix("runs:/"), let slash = rest.firstIndex(of: "/"),
            RunID(String(rest[..<slash])) == nil
        else { return try ModelURI(parsing: text) }
        let run = try await run(named: String(rest[..<slash]))
        return try ModelURI(parsing: "runs:/\(run.id.text)\(rest[slash...])")
    }
}
