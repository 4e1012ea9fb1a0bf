import Documents
import Synchronization
package import Workbench

/// The models that are served: name, versions of it, and which version answers when none is named.
///
/// Every change is one atomic swap, seen by the requests that begin after it; requests that run
/// keep the model they began with. May be called from any thread; nothing here waits or does I/O.
package final class ModelRepository: Sendable {
    /// The most names, and the most versions of one name, that may be served at once.
    package struct Limits: Sendable, Equatable {
        /// The most names.
        package var models: Int
        /// The most versions of one name.
        package var versions: Int

        /// Limits of a repository.
        package init(models: Int = 1_000, versions: Int = 100) {
            self.models = models
            self.versions = versions
        }
    }

    private enum State {
        case loading
        case ready(any ServedModel)
        case failed(String)

        var model: (any ServedModel)? {
            if case .ready(let model) = self { model } else { nil }
        }
    }

    private struct Entry {
        var versions: [String: State] = [:]
        var preferred: String?

        var sortedVersions: [String] { versions.keys.sorted(by: ModelRepository.isOlder) }

        /// The chosen version, else the newest one that is ready, else the newest.
        var defaultVersion: String? {
            if let preferred, versions[preferred] != nil { return preferred }
            let sorted = sortedVersions
            return sorted.last { versions[$0]?.model != nil } ?? sorted.last
        }
    }

    private struct Contents {
        var entries: [String: Entry] = [:]
        /// What answers when no version is named; kept beside the entries so that a request costs
        /// one look-up.
        var defaults: [String: any ServedModel] = [:]

        mutating func refreshDefault(of name: String) {
            let entry = entries[name]
            let version = entry?.defaultVersion
            defaults[name] = version.flatMap { entry?.versions[$0]?.model }
        }
    }

    private let limits: Limits
    private let contents = Mutex(Contents())

    /// A repository that serves nothing yet.
    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    // MARK: - Changes

    /// Says that a version will be served once it is loaded; until then it is not ready.
    ///
    /// - Throws: `unavailable` when the repository is full.
    package func announce(name: String, version: String) throws(BancadaError) {
        try set(.loading, name: name, version: version)
    }

    /// Serves a model under the name and version of its metadata, replacing what was there.
    ///
    /// - Parameter preferred: whether it answers when no version is named, whatever is newer.
    /// - Throws: `unavailable` when the repository is full.
    package func publish(
        _ model: any ServedModel, preferred: Bool = false
    ) throws(BancadaError) {
        let metadata = model.metadata
        try set(
            .ready(model), name: metadata.name, version: metadata.version, preferred: preferred)
    }

    /// Says that a version could not be loaded; it stays listed, and is not ready.
    ///
    /// - Throws: `unavailable` when the repository is full.
    package func fail(
        name: String, version: String, reason: String
    ) throws(BancadaError) {
        try set(.failed(reason), name: name, version: version)
    }

    /// Lets `version` answer when no version is named; nil means the newest one again.
    ///
    /// - Throws: `notFound` when it is not served.
    package func prefer(version: String?, of name: String) throws(BancadaError) {
        let failure = contents.withLock { contents -> BancadaError? in
            guard let entry = contents.entries[name] else {
                return Self.unknown(name, in: contents)
            }
            if let version, entry.versions[version] == nil {
                return Self.unknown(version, of: name, in: entry)
            }
            contents.entries[name]?.preferred = version
            contents.refreshDefault(of: name)
            return nil
        }
        if let failure { throw failure }
    }

    /// Serves no longer one version of `name`, or all of them; requests that run are not touched.
    package func withdraw(name: String, version: String? = nil) {
        contents.withLock { contents in
            if let version { contents.entries[name]?.versions[version] = nil }
            if version == nil || contents.entries[name]?.versions.isEmpty == true {
                contents.entries[name] = nil
            }
            contents.refreshDefault(of: name)
        }
    }

    private func set(
        _ state: State, name: String, version: String, preferred: Bool = false
    ) throws(BancadaError) {
        let failure = contents.withLock { contents -> BancadaError? in
            if let full = fullness(of: contents, name: name, version: version) { return full }
            contents.entries[name, default: Entry()].versions[version] = state
            if preferred { contents.entries[name]?.preferred = version }
            contents.refreshDefault(of: name)
            return nil
        }
        if let failure { throw failure }
    }

    private func fullness(
        of contents: Contents, name: String, version: String
    ) -> BancadaError? {
        guard let entry = contents.entries[name] else {
            guard contents.entries.count >= limits.models else { return nil }
            return BancadaError(
                .unavailable,
                "cannot serve \"\(name)\": \(limits.models) models are served already",
                hint: "withdraw one first")
        }
        guard entry.versions[version] == nil, entry.versions.count >= limits.versions else {
            return nil
        }
        return BancadaError(
            .unavailable,
            "cannot serve version \(version) of \"\(name)\": \(limits.versions) versions of it are "
                + "served already",
            hint: "withdraw one first")
    }

    // MARK: - Questions

    /// The model that answers for `name` and `version`; nil when there is none or it is not ready.
    package func readyModel(named name: String, version: String?) -> (any ServedModel)? {
        contents.withLock { contents in
            guard let version else { return contents.defaults[name] }
            return contents.entries[name]?.versions[version]?.model
        }
    }

    /// The model that answers for `name` and `version`; without a version the preferred one, else
    /// the newest.
    ///
    /// - Throws: `notFound` naming what is unknown; `unavailable` when it is not ready.
    package func model(
        named name: String, version: String?
    ) throws(BancadaError) -> any ServedModel {
        switch try state(of: name, version: version) {
        case .ready(let model): return model
        case .loading:
            throw BancadaError(.unavailable, "model \"\(name)\" is still being loaded")
        case .failed(let reason):
            throw BancadaError(.unavailable, "model \"\(name)\" could not be loaded: \(reason)")
        }
    }

    /// Whether requests to `name` and `version` are answered now.
    ///
    /// - Throws: `notFound` naming what is unknown.
    package func isReady(name: String, version: String?) throws(BancadaError) -> Bool {
        try state(of: name, version: version).model != nil
    }

    /// Whether every name has a version that answers.
    package var isReady: Bool {
        contents.withLock { $0.entries.keys.allSatisfy($0.defaults.keys.contains) }
    }

    /// All names, sorted.
    package var names: [String] { contents.withLock { $0.entries.keys.sorted() } }

    /// The versions of `name`, oldest first; empty when it is unknown.
    package func versions(of name: String) -> [String] {
        contents.withLock { $0.entries[name]?.sortedVersions ?? [] }
    }

    private func state(of name: String, version: String?) throws(BancadaError) -> State {
        let result = contents.withLock { contents -> Result<State, BancadaError> in
            guard let entry = contents.entries[name], let newest = entry.defaultVersion else {
                return .failure(Self.unknown(name, in: contents))
            }
            let version = version ?? newest
            guard let state = entry.versions[version] else {
                return .failure(Self.unknown(version, of: name, in: entry))
            }
            return .success(state)
        }
        return try result.get()
    }

    private static func unknown(_ name: String, in contents: Contents) -> BancadaError {
        let names = contents.entries.keys.sorted()
        let hint =
            switch (NearestName.of(name, among: names), names.isEmpty) {
            case (let near?, _): "ask for \"\(near)\""
            case (nil, true): "serve a model first"
            case (nil, false): "list the models at /v2/models"
            }
        return BancadaError(.notFound, "model \"\(name)\" is not served", hint: hint)
    }

    private static func unknown(
        _ version: String, of name: String, in entry: Entry
    ) -> BancadaError {
        let served = entry.sortedVersions.joined(separator: ", ")
        return BancadaError(
            .notFound, "version \(version) of model \"\(name)\" is not served",
            hint: "ask for one of its versions: \(served)")
    }

    /// Numbers by size, before any other text, which goes by its letters.
    private static func isOlder(_ left: String, _ right: String) -> Bool {
        switch (Int(left), Int(right)) {
        case (let left?, let right?): left < right
        case (_?, nil): true
        case (nil, _?): false
        case (nil, nil): left < right
        }
    }
}
