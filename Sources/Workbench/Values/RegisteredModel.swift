/// A movable pointer to a version of a registered model, such as `champion`.
package struct ModelAlias: Sendable, Hashable {
    /// The pointer's name.
    package let alias: String
    /// The version it points at.
    package let version: Int

    /// An alias of a version.
    package init(alias: String, version: Int) {
        self.alias = alias
        self.version = version
    }
}

/// An entry of the model registry.
package struct RegisteredModel: Sendable {
    /// Its name, unique; non-empty, without `/` and `:`.
    package let name: String
    /// Text for people.
    package let description: String
    /// When it was registered.
    package let creationTime: Timestamp
    /// When it was renamed or described, or a version came, went or changed its stage.
    package let lastUpdateTime: Timestamp
    /// Its tags, ordered by key.
    package let tags: [Tag]
    /// Its aliases, ordered by name.
    package let aliases: [ModelAlias]
    /// The greatest version that exists; nil when there is none.
    package let latestVersion: Int?
    /// The greatest version of each stage that has one, ordered by the least version of the stage.
    package let latestVersions: [ModelVersion]

    /// A registry entry as it is stored.
    package init(
        name: String, description: String, creationTime: Timestamp, lastUpdateTime: Timestamp,
        tags: [Tag], aliases: [ModelAlias], latestVersion: Int?,
        latestVersions: [ModelVersion] = []
    ) {
        self.name = name
        self.description = description
        self.creationTime = creationTime
        self.lastUpdateTime = lastUpdateTime
        self.tags = tags
        self.aliases = aliases
        self.latestVersion = latestVersion
        self.latestVersions = latestVersions
    }
}

/// MLflow's old way to mark versions; aliases took its place.
package enum ModelStage: String, Sendable, CaseIterable {
    case none = "None"
    case staging = "Staging"
    case production = "Production"
    case archived = "Archived"

    /// The stage that `text` names in any case.
    ///
    /// - Throws: `invalidInput`.
    package init(named text: String) throws(BancadaError) {
        guard
            let stage = Self.allCases.first(where: { $0.rawValue.lowercased() == text.lowercased() }
            )
        else {
            throw BancadaError(
                .invalidInput, "\"\(text.prefix(80))\" is no stage of a model version",
                hint: "use None, Staging, Production or Archived")
        }
        self = stage
    }
}

/// An immutable version of a registered model; only stage, description, tags and aliases change.
package struct ModelVersion: Sendable {
    /// The registered model's name.
    package let name: String
    /// 1, 2, 3 ...; never used again after a deletion.
    package let version: Int
    /// Where it came from, such as `runs:/RUN/model`.
    package let source: String
    /// The run that made it.
    package let run: RunID?
    /// The stored model folder; nil when the source is not ours.
    package let content: StoredContent?
    /// Text for people.
    package let description: String
    /// When it was created.
    package let creationTime: Timestamp
    /// When its description, its stage or the model's name last changed.
    package let lastUpdateTime: Timestamp
    /// Its tags, ordered by key.
    package let tags: [Tag]
    /// The aliases that point at it, ordered.
    package let aliases: [String]
    /// Its stage.
    package let stage: ModelStage
    /// The logged model that it is a version of.
    package let loggedModel: LoggedModelID?
    /// A link to the run in another tracking server; empty where there is none.
    package let runLink: String

    /// A version as it is stored.
    package init(
        name: String, version: Int, source: String, run: RunID?, content: StoredContent?,
        description: String, creationTime: Timestamp, lastUpdateTime: Timestamp, tags: [Tag],
        aliases: [String], stage: ModelStage = .none, loggedModel: LoggedModelID? = nil,
        runLink: String = ""
    ) {
        self.name = name
        self.version = version
        self.source = source
        self.run = run
        self.content = content
        self.description = description
        self.creationTime = creationTime
        self.lastUpdateTime = lastUpdateTime
        self.tags = tags
        self.aliases = aliases
        self.stage = stage
        self.loggedModel = loggedModel
        self.runLink = runLink
    }

    /// `models:/NAME/VERSION`.
    package var uri: String { "models:/\(name)/\(version)" }
}

/// A model version that is about to be registered.
package struct NewModelVersion: Sendable {
    /// The registered model's name; the entry is made when it does not exist.
    package var name: String
    /// Where it came from.
    package var source: String
    /// The run that made it.
    package var run: RunID?
    /// The stored model folder.
    package var digest: ContentDigest?
    /// Text for people.
    package var description: String
    /// Its tags.
    package var tags: [Tag]
    /// Aliases to move to it in the same transaction.
    package var aliases: [String]
    /// The logged model that it is a version of.
    package var loggedModel: LoggedModelID?
    /// A link to the run in another tracking server.
    package var runLink: String
    /// Whether the entry is made when it does not exist.
    package var makesEntry: Bool

    /// A version that is about to be registered.
    package init(
        name: String, source: String, run: RunID? = nil, digest: ContentDigest? = nil,
        description: String = "", tags: [Tag] = [], aliases: [String] = [],
        loggedModel: LoggedModelID? = nil, runLink: String = "", makesEntry: Bool = true
    ) {
        self.name = name
        self.source = source
        self.run = run
        self.digest = digest
        self.description = description
        self.tags = tags
        self.aliases = aliases
        self.loggedModel = loggedModel
        self.runLink = runLink
        self.makesEntry = makesEntry
    }
}

/// Which registered models or versions a listing shows, and in what order.
package struct RegistryQuery: Sendable {
    /// What an entry or version must have.
    package var filter: Filter
    /// The order; ties, and everything where it is empty, by name, then the newest version first.
    package var order: [OrderKey]

    /// A listing with these restrictions.
    package init(filter: Filter = Filter(), order: [OrderKey] = []) {
        self.filter = filter
        self.order = order
    }
}
