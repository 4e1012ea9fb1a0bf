/// An artifact as a value among values: what an expression such as `tasks.load.table` gives, and
/// what is stored as a task's output.
package struct ArtifactValue: Sendable, Equatable {
    /// Its type.
    package let type: ArtifactType
    /// Its name, that of the output it came from.
    package let name: String
    /// Its bytes.
    package let digest: ContentDigest
    /// Whether the bytes are a file or a folder.
    package let kind: ContentKind
    /// Open-ended facts; metrics are among them.
    package let metadata: [JSON.Member]

    /// An artifact over stored content.
    package init(
        type: ArtifactType, name: String, digest: ContentDigest, kind: ContentKind,
        metadata: [JSON.Member] = []
    ) {
        self.type = type
        self.name = name
        self.digest = digest
        self.kind = kind
        self.metadata = metadata
    }

    /// The value as JSON: an object with the one member `$artifact`.
    package var json: JSON {
        [
            "$artifact": [
                "type": .string(type.rawValue), "name": .string(name),
                "digest": .string(digest.hex), "kind": .string(kind.rawValue),
                "metadata": .object(metadata),
            ]
        ]
    }

    /// The artifact that `json` writes; nil for any other value.
    package init?(_ json: JSON) {
        guard case .object(let members) = json, members.count == 1,
            let body = json["$artifact"],
            case .string(let word)? = body["type"], let type = ArtifactType(rawValue: word),
            case .string(let name)? = body["name"],
            case .string(let hex)? = body["digest"], let digest = ContentDigest(hex: hex),
            case .string(let form)? = body["kind"], let kind = ContentKind(rawValue: form)
        else { return nil }
        var metadata: [JSON.Member] = []
        if case .object(let members)? = body["metadata"] { metadata = members }
        self.init(type: type, name: name, digest: digest, kind: kind, metadata: metadata)
    }
}
