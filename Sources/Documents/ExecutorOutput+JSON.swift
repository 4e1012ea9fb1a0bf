package import Workbench

extension ExecutorOutput {
    /// Reads KFP's ExecutorOutput, as the answer to `input`.
    ///
    /// An artifact's path is its `custom_path`, else its `uri`, else the path that was asked for;
    /// its type is the one that was asked for. The numbers in the metadata of Metrics artifacts are
    /// also the run's metrics.
    ///
    /// - Parameter document: what it is called in messages.
    /// - Throws: `invalidInput` naming what is of another shape or was not asked for.
    package init(
        _ node: Node, for input: ExecutorInput, document: String
    ) throws(BancadaError) {
        let fields = try ObjectFields(node, document: document)
        try fields.refuseUnknown(known: ["parameterValues", "artifacts"])
        var parameters: [JSON.Member] = []
        if fields.optional("parameterValues") != nil {
            let values = try fields.object("parameterValues")
            parameters = values.members.map { JSON.Member($0.name, $0.value.json) }
        }
        var artifacts: [RuntimeArtifact] = []
        if fields.optional("artifacts") != nil {
            let lists = try fields.object("artifacts")
            try lists.refuseUnknown(known: input.outputArtifacts.map(\.name))
            for asked in input.outputArtifacts where lists.optional(asked.name) != nil {
                if let written = try Self.artifact(try lists.object(asked.name), asked: asked) {
                    artifacts.append(written)
                }
            }
        }
        self.init(
            parameters: parameters, artifacts: artifacts, metrics: Self.metrics(of: artifacts))
    }

    private static func artifact(
        _ list: ObjectFields, asked: RuntimeArtifact
    ) throws(BancadaError) -> RuntimeArtifact? {
        try list.refuseUnknown(known: ["artifacts"])
        let items = try list.objects("artifacts")
        guard items.count <= 1 else {
            throw list.invalid("artifacts", "has \(items.count) artifacts, expected one")
        }
        guard let item = items.first else { return nil }
        var artifact = asked
        if let custom = item.optional("custom_path") ?? item.optional("customPath") {
            artifact.path = custom.string ?? ""
        } else if item.optional("uri") != nil {
            artifact.path = try item.string("uri")
        }
        if artifact.path.isEmpty { throw item.invalid("uri", "is no path") }
        if item.optional("metadata") != nil {
            artifact.metadata = try item.object("metadata").members.map {
                JSON.Member($0.name, $0.value.json)
            }
        }
        return artifact
    }

    private static func metrics(
        of artifacts: [RuntimeArtifact]
    ) -> [(key: String, value: Double)] {
        artifacts.filter { $0.type == .metrics }.flatMap(\.metadata).compactMap { member in
            switch member.value {
            case .integer(let value): (member.name, Double(value))
            case .number(let value): (member.name, value)
            default: nil
            }
        }
    }
}
