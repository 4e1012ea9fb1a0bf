import Documents
import Workbench

/// What an archive says of a folder of MLflow's beside its files: kind and parent of a run, its
/// typed artifacts, and the keys that can be no file.
struct ExtrasFile {
    var kind = RunKind.external
    var parent: RunID?
    var params: [Tag] = []
    var tags: [Tag] = []
    var outputs: [ForeignArtifact] = []
    var inputs: [ForeignInput] = []

    /// Nothing beside MLflow's files.
    init() {}

    /// What the archive says of the folder `key`.
    ///
    /// - Throws: `invalidInput` naming the file, line and column.
    init(of key: String, in files: any ExchangeFiles) throws(BancadaError) {
        let path = FileStoreLayout.extras(of: key)
        guard try files.entry(at: path) != nil else { return }
        let document = files.title + "/" + path
        let fields = try ObjectFields(
            JSONParser.parse(files.contents(of: path), document: document), document: document)
        try fields.refuseUnknown(
            known: ["kind", "parent", "params", "tags", "outputs", "inputs"])
        if fields.optional("kind") != nil {
            guard let kind = RunKind(rawValue: try fields.string("kind")) else {
                throw fields.invalid("kind", "is no kind of run")
            }
            self.kind = kind
        }
        if fields.optional("parent") != nil {
            guard let parent = RunID(try fields.string("parent")) else {
                throw fields.invalid("parent", "is no run's id")
            }
            self.parent = parent
        }
        params = try Self.pairs("params", fields)
        tags = try Self.pairs("tags", fields)
        if fields.optional("outputs") != nil {
            for output in try fields.objects("outputs") {
                outputs.append(try Self.artifact(output))
            }
        }
        if fields.optional("inputs") != nil {
            for input in try fields.objects("inputs") {
                inputs.append(
                    ForeignInput(
                        name: try input.string("name"),
                        artifact: try Self.artifact(try input.object("artifact"))))
            }
        }
    }

    private static func pairs(
        _ name: String, _ fields: ObjectFields
    ) throws(BancadaError) -> [Tag] {
        guard fields.optional(name) != nil else { return [] }
        let object = try fields.object(name)
        var pairs: [Tag] = []
        for member in object.members {
            pairs.append(Tag(key: member.name, value: try object.string(member.name)))
        }
        return pairs
    }

    private static func artifact(_ fields: ObjectFields) throws(BancadaError) -> ForeignArtifact {
        guard let type = ArtifactType(rawValue: try fields.string("type")) else {
            throw fields.invalid("type", "is no type of artifact")
        }
        guard let digest = ContentDigest(hex: try fields.string("digest")) else {
            throw fields.invalid("digest", "is no SHA-256")
        }
        let producer = fields.optional("producer") == nil ? nil : try fields.string("producer")
        return ForeignArtifact(
            type: type, name: try fields.string("name"), digest: digest,
            path: try fields.string("content"), metadata: try pairs("metadata", fields),
            producer: producer.flatMap { RunID($0) },
            creationTime: Timestamp(milliseconds: Int64(try fields.integer("created"))))
    }

    /// Whether there is nothing to say.
    var isEmpty: Bool {
        kind == .external && parent == nil && params.isEmpty && tags.isEmpty && outputs.isEmpty
            && inputs.isEmpty
    }

    /// The file's bytes.
    var bytes: [UInt8] {
        var members: [JSON.Member] = []
        if kind != .external { members.append(.init("kind", .string(kind.rawValue))) }
        if let parent { members.append(.init("parent", .string(parent.text))) }
        if !params.isEmpty { members.append(.init("params", Self.json(params))) }
        if !tags.isEmpty { members.append(.init("tags", Self.json(tags))) }
        if !outputs.isEmpty {
            members.append(.init("outputs", .array(outputs.map(Self.json))))
        }
        if !inputs.isEmpty {
            members.append(
                .init(
                    "inputs",
                    .array(
                        inputs.map {
                            ["name": .string($0.name), "artifact": Self.json($0.artifact)]
                        })))
        }
        return Array(JSON.object(members).prettyText.utf8)
    }

    private static func json(_ pairs: [Tag]) -> JSON {
        .object(pairs.map { JSON.Member($0.key, .string($0.value)) })
    }

    private static func json(_ artifact: ForeignArtifact) -> JSON {
        [
            "type": .string(artifact.type.rawValue), "name": .string(artifact.name),
            "digest": .string(artifact.digest.hex), "content": .string(artifact.path),
            "metadata": json(artifact.metadata), "producer": JSON(artifact.producer?.text),
            "created": .integer(artifact.creationTime.milliseconds),
        ]
    }
}

/// The first file of an archive, which says that it is one.
enum ArchiveMarker {
    private static let format = "bancada-archive"

    /// The file's bytes.
    static func bytes(of what: String) -> [UInt8] {
        let json: JSON = [
            "format": .string(format), "version": .integer(FileStoreLayout.version),
            "what": .string(what),
        ]
        return Array(json.prettyText.utf8)
    }

    /// - Throws: `invalidInput` for something else; `unsupported` for archives of a newer version.
    static func check(in files: any ExchangeFiles) throws(BancadaError) {
        let path = FileStoreLayout.marker
        guard try files.entry(at: path)?.size != nil else {
            let isMLflow = try files.entry(at: FileStoreLayout.runs) != nil
            throw BancadaError(
                .invalidInput,
                "\(files.title) is no archive of 'bancada export': it has no \(path)",
                hint: isMLflow
                    ? "run 'bancada import mlflow' for a folder of MLflow's"
                    : "name a file that 'bancada export' made")
        }
        let document = files.title + "/" + path
        let fields = try ObjectFields(
            JSONParser.parse(files.contents(of: path), document: document), document: document)
        guard try fields.string("format") == format else {
            throw fields.invalid("format", "is not \"\(format)\"")
        }
        let version = try fields.integer("version")
        guard version == Int(FileStoreLayout.version) else {
            throw BancadaError(
                .unsupported,
                "\(files.title) is an archive of version \(version), this bancada reads version "
                    + "\(FileStoreLayout.version)",
                hint: "import it with a newer bancada")
        }
    }
}
