import Workbench

/// Where the files of a model version are: what a client may name as its source, which content that
/// is now, and where clients find it.
struct ModelSource: Sendable {
    /// A source that was accepted.
    struct Accepted {
        /// The source as it is kept.
        let source: String
        /// The run that made it.
        let run: RunID?
        /// The logged model that it is.
        let loggedModel: LoggedModelID?
        /// Its files as they are now; nil where they are not here.
        let digest: ContentDigest?
    }

    let stores: TrackingStores
    let locations: ArtifactLocations

    /// Accepts `source` where it lies in the run or logged model that is named with it, is another
    /// version, or lies in a store of its own.
    ///
    /// - Throws: `invalidInput` for a source outside its run or model, on this machine's disk, on a
    ///   host that it names, or with `..`; `notFound` for a version that does not exist.
    func accept(
        _ source: String, run: RunID?, loggedModel: LoggedModelID?
    ) async throws(BancadaError) -> Accepted {
        try Self.checkPlain(source, of: "source")
        if let rest = source.removingPrefix("models:/") {
            if let id = LoggedModelID(rest) {
                return try await accept(id, source, run, loggedModel)
            }
            return try await accept(version: source, run, loggedModel)
        }
        let place = Place(source)
        guard !place.addressesHost else {
            throw BancadaError(
                .invalidInput,
                "invalid source '\(source.prefix(200))': the scheme \(place.scheme) names a host",
                hint: "register a path below the artifacts of a run, or one in a bucket")
        }
        if let id = loggedModel {
            let model = try await found(id, source)
            let root = ArtifactLocations.model(
                id, below: try await locations.root(of: model.experiment))
            if place.mustBeInside || place.scheme == "runs" {
                guard place.isWithin(Place(root)) else { throw Self.outside(source, "model_id") }
            }
            return Accepted(
                source: source, run: run ?? model.sourceRun, loggedModel: id,
                digest: try await digest(at: source))
        }
        guard place.mustBeInside || place.scheme == "runs" else {
            return Accepted(source: source, run: run, loggedModel: nil, digest: nil)
        }
        guard let run else { throw Self.outside(source, "run_id") }
        if place.scheme == "runs" {
            guard place.authority.isEmpty, place.parts.first == run.text, place.parts.count > 1
            else { throw Self.outside(source, "run_id") }
            return Accepted(
                source: source, run: run, loggedModel: nil,
                digest: try await digest(run, place.parts.dropFirst().joined(separator: "/")))
        }
        let owner = try await found(run, source)
        let root = ArtifactLocations.run(run, below: try await locations.root(of: owner.experiment))
        guard place.isWithin(Place(root)) else { throw Self.outside(source, "run_id") }
        return Accepted(
            source: source, run: run, loggedModel: nil, digest: try await digest(at: source))
    }

    private func accept(
        _ id: LoggedModelID, _ source: String, _ run: RunID?, _ named: LoggedModelID?
    ) async throws(BancadaError) -> Accepted {
        guard named == id else { throw Self.outside(source, "model_id") }
        let model = try await found(id, source)
        let root = try await locations.root(of: model.experiment)
        return Accepted(
            source: source, run: run ?? model.sourceRun, loggedModel: id,
            digest: try await digest(at: ArtifactLocations.model(id, below: root)))
    }

    /// A copy of another version has its origin and its content.
    private func accept(
        version source: String, _ run: RunID?, _ loggedModel: LoggedModelID?
    ) async throws(BancadaError) -> Accepted {
        let original = try await version(source)
        guard try await !stores.registry.model(named: original.name).isPrompt else {
            throw BancadaError(
                .invalidInput, "invalid source '\(source.prefix(200))': it is a prompt",
                hint: "name a version of a model")
        }
        guard run == nil || run == original.run,
            loggedModel == nil || loggedModel == original.loggedModel
        else {
            throw BancadaError(
                .invalidInput,
                "invalid source '\(source.prefix(200))': run_id and model_id differ from those of "
                    + "the version it names",
                hint: "leave them out")
        }
        return Accepted(
            source: original.uri, run: original.run, loggedModel: original.loggedModel,
            digest: original.content?.digest)
    }

    private func version(_ source: String) async throws(BancadaError) -> ModelVersion {
        switch try ModelURI(parsing: source) {
        case .version(let name, let version):
            return try await stores.registry.version(version, ofModel: name)
        case .alias(let name, let alias):
            return try await stores.registry.version(alias: alias, ofModel: name)
        case .stage, .logged, .run, .path: throw Self.outside(source, "model_id")
        }
    }

    // MARK: - Where it is

    /// The place that clients download a version from.
    ///
    /// - Throws: `notFound` where the source is gone and no content was kept.
    func location(of version: ModelVersion) async throws(BancadaError) -> String {
        var original = version
        // A copy of a copy: versions only ever name older ones, so this ends; the bound is for
        // rows that nobody should have written.
        for _ in 0..<100 {
            let isCopy =
                original.source.hasPrefix("models:/")
                && LoggedModelID(String(original.source.dropFirst(8))) == nil
            guard isCopy else { break }
            do {
                original = try await self.version(original.source)
            } catch {
                guard error.code == .notFound || error.code == .invalidInput else { throw error }
                break
            }
        }
        if let place = try await place(of: original.source), try await isThere(place, version) {
            return place
        }
        if let content = version.content ?? original.content {
            return "\(ArtifactPath.scheme)/\(ArtifactPath.content(content.digest).text)"
        }
        return original.source
    }

    /// Where the files that a source names are; nil where it names none that are known here.
    private func place(of source: String) async throws(BancadaError) -> String? {
        do {
            if let rest = source.removingPrefix("models:/") {
                guard let id = LoggedModelID(rest) else { return nil }
                let model = try await stores.loggedModels.loggedModel(id)
                return ArtifactLocations.model(
                    id, below: try await locations.root(of: model.experiment))
            }
            let place = Place(source)
            if place.scheme == "runs", case .run(let id, let path) = try ModelURI(parsing: source) {
                let run = try await stores.runs.run(id)
                let root = try await locations.root(of: run.experiment)
                return "\(ArtifactLocations.run(id, below: root))/\(path)"
            }
            return place.scheme == "file" ? nil : source
        } catch {
            guard error.code == .notFound || error.code == .invalidInput else { throw error }
            return nil
        }
    }

    /// Whether clients find the version's files at `place`. Only asked where another place has them.
    private func isThere(
        _ place: String, _ version: ModelVersion
    ) async throws(BancadaError) -> Bool {
        guard version.content != nil else { return true }
        guard let path = try ArtifactPath(location: place) else { return false }
        if try await !stores.tree.list(path).isEmpty { return true }
        do {
            _ = try await stores.tree.file(at: path)
            return true
        } catch {
            guard error.code == .notFound else { throw error }
            return false
        }
    }

    // MARK: - Content

    private func digest(at place: String) async throws(BancadaError) -> ContentDigest? {
        guard let path = try ArtifactPath(location: place) else { return nil }
        return try await digest(in: path)
    }

    /// The content of a path below a run: where clients put it, or where the run recorded it.
    private func digest(_ id: RunID, _ path: String) async throws(BancadaError) -> ContentDigest? {
        let run = try await stores.runs.run(id)
        let root = try await locations.root(of: run.experiment)
        let place = "\(ArtifactLocations.run(id, below: root))/\(path)"
        if let digest = try await digest(at: place) { return digest }
        return try await digest(
            in: ArtifactPath.run(id, of: run.experiment).appending(ArtifactPath(path)))
    }

    private func digest(in path: ArtifactPath) async throws(BancadaError) -> ContentDigest? {
        do {
            return try await stores.tree.content(at: path).digest
        } catch {
            // A version may be registered before its files are there, as in MLflow.
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    private func found(_ id: RunID, _ source: String) async throws(BancadaError) -> Run {
        do {
            return try await stores.runs.run(id)
        } catch {
            throw error.code == .notFound ? Self.outside(source, "run_id") : error
        }
    }

    private func found(
        _ id: LoggedModelID, _ source: String
    ) async throws(BancadaError) -> LoggedModel {
        do {
            return try await stores.loggedModels.loggedModel(id)
        } catch {
            throw error.code == .notFound ? Self.outside(source, "model_id") : error
        }
    }

    private static func outside(_ source: String, _ owner: String) -> BancadaError {
        BancadaError(
            .invalidInput,
            "invalid source '\(source.prefix(200))': \(owner) must name what the source lies in",
            hint: "register a path below the artifacts of the run or the logged model")
    }

    /// Refuses text with `..` as a part, however often it is escaped, and with a NUL character.
    static func checkPlain(_ text: String, of what: String) throws(BancadaError) {
        let decoded = Place.unescaped(text)
        let leadsUp = decoded.split { $0 == "/" || $0 == "\\" }.contains { $0 == ".." }
        guard !leadsUp, !decoded.utf8.contains(0) else {
            throw BancadaError(
                .invalidInput,
                "invalid \(what) '\(text.prefix(200))': it has '..' or a NUL character",
                hint: "write the whole path without '..'")
        }
    }
}
