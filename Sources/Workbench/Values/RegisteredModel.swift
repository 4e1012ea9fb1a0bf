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
    /// When it, or one of its versions, last changed.
    package let lastUpdateTime: Timestamp
    /// Its tags, ordered by key.
    package let tags: [Tag]
    /// Its aliases, ordered by name.
    package let aliases: [ModelAlias]
    /// The greatest version that exists; nil when there is none.
    package let latestVersion: Int?

    /// A registry entry as it is stored.
    package init(
        name: String, description: String, creationTime: Timestamp, lastUpdateTime: Timestamp,
        tags: [Tag], aliases: [ModelAlias], latestVersion: Int?
    ) {
        self.name = name
        self.description = description
        self.creationTime = creationTime
        self.lastUpdateTime = lastUpdateTime
        self.tags = tags
        self.aliases = aliases
        self.latestVersion = latestVersion
    }
}

/// An immutable version of a registered model; only description, tags and aliases change.
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
    /// When it last changed.
    package let lastUpdateTime: Timestamp
    /// Its tags, ordered by key.
    package let tags: [Tag]
    /// The aliases that point at it, ordered.
    package let aliases: [String]

    /// A version as it is stored.
    package init(
        name: String, version: Int, source: String, run: RunID?, content: StoredContent?,
        description: String, creationTime: Timestamp, lastUpdateTime: Timestamp, tags: [Tag],
        aliases: [String]
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

    /// A version that is about to be registered.
    package init(
        name: String, source: String, run: RunID? = nil, digest: ContentDigest? = nil,
        description: String = "", tags: [Tag] = [], aliases: [String] = []
    ) {
        self.name = name
        self.source = source
        self.run = run
        self.digest = digest
        self.description = description
        self.tags = tags
        self.aliases = aliases
    }
}
