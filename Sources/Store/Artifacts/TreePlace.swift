import Workbench

/// What a path of the artifact tree is about.
struct TreePlace: Sendable {
    /// The whole path.
    let path: ArtifactPath
    let owner: Owner

    /// Who made what is at a path.
    enum Owner: Sendable {
        /// The content with this digest; `rest` is the path inside it.
        case content(ContentDigest, rest: ArtifactPath)
        /// The folder of all contents, or a name in it that is no digest.
        case contents
        /// A run: what it recorded and what was uploaded. `rest` is nil where the path is the
        /// run's own folder, above `artifacts`.
        case run(RunID, of: ExperimentID, rest: ArtifactPath?)
        /// Clients alone.
        case clients
    }

    init(_ path: ArtifactPath) {
        self.path = path
        owner = Self.owner(of: path)
    }

    private static func owner(of path: ArtifactPath) -> Owner {
        let parts = path.parts
        guard let first = parts.first else { return .clients }
        if first == "contents" {
            guard parts.count > 1, let digest = ContentDigest(hex: parts[1]) else {
                return .contents
            }
            return .content(digest, rest: ArtifactPath(parts: Array(parts[2...])))
        }
        guard parts.count > 1, let number = Int64(first), String(number) == first,
            let run = RunID(parts[1])
        else { return .clients }
        let experiment = ExperimentID(number)
        if parts.count == 2 { return .run(run, of: experiment, rest: nil) }
        guard parts[2] == "artifacts" else { return .clients }
        return .run(run, of: experiment, rest: ArtifactPath(parts: Array(parts[3...])))
    }

    /// The place of a path that clients may write to or delete.
    ///
    /// - Throws: `invalidInput` for the root and for contents.
    static func changeable(_ path: ArtifactPath) throws(BancadaError) -> TreePlace {
        let place = TreePlace(path)
        if path.parts.isEmpty {
            throw BancadaError(
                .invalidInput, "the root of the artifacts cannot be changed",
                hint: "name a file or folder below it")
        }
        switch place.owner {
        case .content, .contents:
            throw BancadaError(
                .invalidInput, "\"\(path.text)\" is stored content, which never changes",
                hint: "use a path below an experiment, such as 1/RUN/artifacts/NAME")
        case .run, .clients: return place
        }
    }
}
