/// KFP's artifact types that this build writes, by their `schema_title` without the prefix.
package enum ArtifactType: String, Sendable, CaseIterable {
    case artifact = "Artifact"
    case dataset = "Dataset"
    case model = "Model"
    case metrics = "Metrics"
    case classificationMetrics = "ClassificationMetrics"
    case slicedClassificationMetrics = "SlicedClassificationMetrics"
    case html = "HTML"
    case markdown = "Markdown"
}

/// Whether an artifact's content is one file or a folder of files.
package enum ContentKind: String, Sendable {
    case file
    case folder
}

/// Immutable bytes in the workspace, by digest.
package struct StoredContent: Sendable, Equatable {
    /// SHA-256 of the file, or of the folder's manifest.
    package let digest: ContentDigest
    /// A file, or a folder of files.
    package let kind: ContentKind
    /// Bytes of the file, or of all files of the folder.
    package let size: Int64

    /// Content as it is stored.
    package init(digest: ContentDigest, kind: ContentKind, size: Int64) {
        self.digest = digest
        self.kind = kind
        self.size = size
    }
}

/// One file of a folder.
package struct ManifestEntry: Sendable, Equatable {
    /// Relative path with `/`, without `.`, `..` or empty parts.
    package let path: String
    /// SHA-256 of its bytes.
    package let digest: ContentDigest
    /// Its bytes.
    package let size: Int64

    /// A file in a folder.
    package init(path: String, digest: ContentDigest, size: Int64) {
        self.path = path
        self.digest = digest
        self.size = size
    }
}

/// A typed thing that a run produced or used, with metadata, pointing at immutable content.
package struct Artifact: Sendable {
    /// Its row.
    package let id: ArtifactID
    /// Its type.
    package let type: ArtifactType
    /// Its name, the path under its run: `model`, `plots/roc.svg`.
    package let name: String
    /// Its bytes.
    package let content: StoredContent
    /// The run that produced it; nil for things that came from outside.
    package let producer: RunID?
    /// Open-ended facts, ordered by key.
    package let metadata: [Tag]
    /// When it was recorded.
    package let creationTime: Timestamp

    /// An artifact as it is stored.
    package init(
        id: ArtifactID, type: ArtifactType, name: String, content: StoredContent,
        producer: RunID?, metadata: [Tag], creationTime: Timestamp
    ) {
        self.id = id
        self.type = type
        self.name = name
        self.content = content
        self.producer = producer
        self.metadata = metadata
        self.creationTime = creationTime
    }
}

/// An artifact that is about to be recorded; its content must be stored already.
package struct NewArtifact: Sendable {
    /// Its type.
    package var type: ArtifactType
    /// Its name, the path under its run.
    package var name: String
    /// Its bytes.
    package var digest: ContentDigest
    /// The run that produced it.
    package var producer: RunID?
    /// Open-ended facts.
    package var metadata: [Tag]

    /// An artifact over stored content.
    package init(
        type: ArtifactType, name: String, digest: ContentDigest, producer: RunID? = nil,
        metadata: [Tag] = []
    ) {
        self.type = type
        self.name = name
        self.digest = digest
        self.producer = producer
        self.metadata = metadata
    }
}

/// The use of an artifact by a run.
package struct RunInput: Sendable {
    /// What the run calls it, such as `training`.
    package let name: String
    /// What it reads.
    package let artifact: Artifact

    /// The use of `artifact` under `name`.
    package init(name: String, artifact: Artifact) {
        self.name = name
        self.artifact = artifact
    }
}
