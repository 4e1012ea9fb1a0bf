import Workbench

/// What the source of a model version names.
enum VersionSource {
    /// A path below the artifacts of a run.
    case run(RunID, path: String)
    /// A path below the files of a logged model.
    case model(LoggedModelID, path: String)
    /// Something else.
    case other

    /// Understands `runs:/RUN/path`, `models:/m-ID/path`, and locations of any store that have
    /// MLflow's form: `.../RUN/artifacts/path` and `.../models/m-ID/artifacts/path`.
    init(_ source: String) {
        let parts = source.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        func rest(from index: Int) -> String { parts.dropFirst(index).joined(separator: "/") }
        if parts.first == "runs:", parts.count > 1, let run = RunID(parts[1]) {
            self = .run(run, path: rest(from: 2))
            return
        }
        if parts.first == "models:" {
            self = .other
            if parts.count > 1, let model = LoggedModelID(parts[1]) {
                self = .model(model, path: rest(from: 2))
            }
            return
        }
        for (index, part) in parts.enumerated().reversed().dropFirst()
        where parts[index + 1] == "artifacts" {
            if let run = RunID(part) {
                self = .run(run, path: rest(from: index + 2))
                return
            }
            if let model = LoggedModelID(part) {
                self = .model(model, path: rest(from: index + 2))
                return
            }
        }
        self = .other
    }

    /// Where it is in the artifact tree; nil where it is none of ours.
    func place(in services: Services) async throws(BancadaError) -> ArtifactPath? {
        switch self {
        case .run(let id, let path):
            let run = try await services.runs.run(id)
            return ArtifactPath.run(id, of: run.experiment).appending(try ArtifactPath(path))
        case .model(let id, let path):
            let model = try await services.loggedModels.loggedModel(id)
            return ArtifactPath.model(id, of: model.experiment).appending(try ArtifactPath(path))
        case .other: return nil
        }
    }
}
