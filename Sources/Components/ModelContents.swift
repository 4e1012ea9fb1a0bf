import Workbench

/// Finds the stored folders of models: those that runs of ours recorded, those that clients uploaded,
/// and those that registered versions point at.
struct ModelContents: Sendable {
    /// How many versions may be copies of each other, which is a bound for rows that nobody should
    /// have written.
    private static let longestChain = 100

    private let services: Services

    init(_ services: Services) {
        self.services = services
    }

    /// The folder of a version: what was kept when it was registered, else what its source is now.
    ///
    /// - Throws: `unsupported` for a source elsewhere; `notFound` for one that is gone.
    func content(of version: ModelVersion) async throws(BancadaError) -> StoredContent {
        var version = version
        for _ in 0..<Self.longestChain {
            if let content = version.content { return content }
            if let path = try ArtifactPath(location: version.source) {
                return try await folder(at: path, named: version.source)
            }
            switch try ModelURI(parsing: version.source) {
            case .logged(let id):
                return try await content(of: services.loggedModels.loggedModel(id))
            case .run(let run, let path): return try await content(at: path, of: run)
            case .version(let name, let number):
                version = try await services.registry.version(number, ofModel: name)
            case .alias(let name, let alias):
                version = try await services.registry.version(alias: alias, ofModel: name)
            case .stage(let name, let stage):
                version = try await services.registry.version(stage: stage, ofModel: name)
            case .path: throw Self.elsewhere(version)
            }
        }
        throw Self.elsewhere(version)
    }

    /// The folder of a logged model.
    ///
    /// - Throws: `notFound` where it has no files.
    func content(of model: LoggedModel) async throws(BancadaError) -> StoredContent {
        let rest = ArtifactPath(parts: ["models", model.id.text, "artifacts"])
        for root in try await roots(of: model.experiment) {
            if let content = try await stored(at: root.appending(rest)) {
                return try Self.checkFolder(content, named: "models:/\(model.id.text)")
            }
        }
        throw BancadaError(
            .notFound, "logged model \(model.id.text) has no files in this workspace",
            hint: "log the model again")
    }

    /// The folder at a path of a run: what the run recorded, what a client uploaded, or the files of
    /// the newest model of that name that the run logged, where MLflow 3 keeps them.
    ///
    /// - Throws: `notFound`; `invalidInput` for a file.
    func content(at path: String, of id: RunID) async throws(BancadaError) -> StoredContent {
        let name = "runs:/\(id.text)/\(path)"
        let outputs = try await services.artifacts.outputs(of: id)
        if let output = outputs.first(where: { $0.name == path }) {
            return try Self.checkFolder(output.content, named: name)
        }
        let run = try await services.runs.run(id)
        let rest = ArtifactPath(parts: [id.text, "artifacts"]).appending(try ArtifactPath(path))
        for root in try await roots(of: run.experiment) {
            if let content = try await stored(at: root.appending(rest)) {
                return try Self.checkFolder(content, named: name)
            }
        }
        if let model = try await logged(path, by: run) { return try await content(of: model) }
        let names = outputs.map(\.name).joined(separator: ", ")
        throw BancadaError(
            .notFound, "run \(id.text) has no output \"\(path)\"",
            hint: names.isEmpty ? "list runs with 'bancada runs list'" : "use one of \(names)")
    }

    /// The newest model that a run logged under a name.
    private func logged(_ name: String, by run: Run) async throws(BancadaError) -> LoggedModel? {
        let query = LoggedModelQuery(
            experiments: [run.experiment],
            filter: Filter([
                .init(SearchField(.attribute, "name"), .text(.equal, name)),
                .init(SearchField(.attribute, "source_run_id"), .text(.equal, run.id.text)),
            ]))
        return try await services.loggedModels.loggedModels(query, limit: 1, after: nil)
            .items.first
    }

    /// Where the files of an experiment may be in the tree: where it says, and where runs of ours
    /// record theirs.
    func roots(of id: ExperimentID) async throws(BancadaError) -> [ArtifactPath] {
        let standard = ArtifactPath(parts: [String(id.number)])
        let chosen = try await services.experiments.experiment(id).artifactLocation
        guard let chosen, let root = try ArtifactPath(location: chosen), root != standard else {
            return [standard]
        }
        return [root, standard]
    }

    private func folder(
        at path: ArtifactPath, named name: String
    ) async throws(BancadaError) -> StoredContent {
        try Self.checkFolder(try await services.tree.content(at: path), named: name)
    }

    /// The content at a path of the tree; nil where nothing is.
    private func stored(at path: ArtifactPath) async throws(BancadaError) -> StoredContent? {
        do throws(BancadaError) {
            return try await services.tree.content(at: path)
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    private static func checkFolder(
        _ content: StoredContent, named name: String
    ) throws(BancadaError) -> StoredContent {
        guard content.kind == .folder else {
            throw BancadaError(.invalidInput, "\(name) is a file, not a model folder")
        }
        return content
    }

    private static func elsewhere(_ version: ModelVersion) -> BancadaError {
        BancadaError(
            .unsupported,
            "\(version.uri) points at \(version.source), which is not in this workspace",
            hint: "register a model that a run of this workspace made")
    }
}
