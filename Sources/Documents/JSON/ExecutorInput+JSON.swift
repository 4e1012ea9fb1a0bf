package import Workbench

/// KFP's executor protocol: how an ExecutorInput and an ExecutorOutput are written.
extension ExecutorInput {
    /// The value as KFP's JSON, in an order that does not change.
    package var json: JSON {
        let inputs: JSON = [
            "parameterValues": .object(parameters),
            "artifacts": .object(
                artifacts.sorted { $0.key < $1.key }.map { .init($0.key, Self.list($0.value)) }),
        ]
        let outputs: JSON = [
            "parameters": .object(
                outputParameters.map { .init($0.name, ["outputFile": .string($0.path)]) }),
            "artifacts": .object(outputArtifacts.map { .init($0.name, Self.list([$0])) }),
            "outputFile": .string(outputFile),
        ]
        return ["inputs": inputs, "outputs": outputs]
    }

    private static func list(_ artifacts: [RuntimeArtifact]) -> JSON {
        ["artifacts": .array(artifacts.map(\.json))]
    }

    /// Reads KFP's JSON; members of other versions of the protocol are passed over.
    ///
    /// - Throws: `invalidInput` naming the place.
    package init(_ node: Node, document: String) throws(BancadaError) {
        let root = try ObjectFields(node, document: document)
        self.init()
        if root.optional("inputs") != nil {
            let inputs = try root.object("inputs")
            parameters = try inputs.members(of: "parameterValues").map {
                JSON.Member($0.name, $0.value.json)
            }
            for (name, list) in try inputs.artifactLists("artifacts") { artifacts[name] = list }
        }
        guard root.optional("outputs") != nil else { return }
        let outputs = try root.object("outputs")
        for member in try outputs.members(of: "parameters") {
            let fields = try ObjectFields(
                member.value, document: document, path: "outputs.parameters.\(member.name)")
            outputParameters.append((member.name, try fields.string("outputFile")))
        }
        for (name, list) in try outputs.artifactLists("artifacts") {
            // The name of the output, which need not be that of the artifact.
            guard var artifact = list.first else { continue }
            artifact.name = name
            outputArtifacts.append(artifact)
        }
        if outputs.optional("outputFile") != nil { outputFile = try outputs.string("outputFile") }
    }
}

extension ExecutorOutput {
    /// The value as KFP's JSON. Metrics travel in the metadata of artifacts, so `metrics` is not
    /// in it.
    package var json: JSON {
        [
            "parameterValues": .object(parameters),
            "artifacts": .object(
                artifacts.map { .init($0.name, ["artifacts": .array([$0.json])]) }),
        ]
    }

    /// Reads KFP's JSON. The numbers in the metadata of `system.Metrics` are the metrics.
    ///
    /// - Throws: `invalidInput` naming the place.
    package init(_ node: Node, document: String) throws(BancadaError) {
        let root = try ObjectFields(node, document: document)
        self.init()
        parameters = try root.members(of: "parameterValues").map {
            JSON.Member($0.name, $0.value.json)
        }
        for (name, list) in try root.artifactLists("artifacts") {
            for var artifact in list {
                artifact.name = name
                artifacts.append(artifact)
                guard artifact.type == .metrics else { continue }
                metrics += artifact.metadata.compactMap { member in
                    member.value.measurement.map { (member.name, $0) }
                }
            }
        }
    }
}

extension RuntimeArtifact {
    /// The artifact as KFP's RuntimeArtifact.
    fileprivate var json: JSON {
        [
            "name": .string(name),
            "type": [
                "schemaTitle": .string("system.\(type.rawValue)"), "schemaVersion": "0.0.1",
            ],
            "uri": .string(path), "metadata": .object(metadata),
        ]
    }

    /// Reads KFP's RuntimeArtifact; a type of others is an `Artifact`.
    fileprivate init(_ fields: ObjectFields) throws(BancadaError) {
        let title =
            fields.optional("type") == nil
            ? nil : try fields.object("type").optional("schemaTitle")?.string
        let word = title.map { $0.hasPrefix("system.") ? String($0.dropFirst(7)) : $0 }
        self.init(
            name: fields.optional("name")?.string ?? "",
            type: word.flatMap(ArtifactType.init(rawValue:)) ?? .artifact,
            path: try fields.string("uri"),
            metadata: try fields.members(of: "metadata").map { .init($0.name, $0.value.json) })
    }
}

extension ObjectFields {
    /// The members of the object `name`; none when it is absent.
    fileprivate func members(of name: String) throws(BancadaError) -> [Node.Member] {
        optional(name) == nil ? [] : try object(name).members
    }

    /// The lists of artifacts in the object `name`, in the order of the text.
    fileprivate func artifactLists(
        _ name: String
    ) throws(BancadaError) -> [(String, [RuntimeArtifact])] {
        guard optional(name) != nil else { return [] }
        let lists = try object(name)
        var result: [(String, [RuntimeArtifact])] = []
        for member in lists.members {
            var list: [RuntimeArtifact] = []
            for fields in try lists.object(member.name).objects("artifacts") {
                list.append(try RuntimeArtifact(fields))
            }
            result.append((member.name, list))
        }
        return result
    }
}

extension JSON {
    /// The number that this is, or that JSON cannot write as one: "NaN", "Infinity" and
    /// "-Infinity" stand for themselves.
    package var measurement: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .string("NaN"): .nan
        case .string("Infinity"): .infinity
        case .string("-Infinity"): -.infinity
        default: nil
        }
    }
}
