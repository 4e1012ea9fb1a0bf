/// An artifact as an executing task sees it: bytes at a path, never inside the artifact store.
package struct RuntimeArtifact: Sendable, Equatable {
    /// The artifact's name.
    package var name: String
    /// Its type.
    package var type: ArtifactType
    /// The absolute path of its file or folder.
    package var path: String
    /// Open-ended facts; metrics are among them.
    package var metadata: [JSON.Member]
    /// The digest of its bytes, where they are stored already.
    package var digest: ContentDigest?

    /// An artifact at a path.
    package init(
        name: String, type: ArtifactType, path: String, metadata: [JSON.Member] = [],
        digest: ContentDigest? = nil
    ) {
        self.name = name
        self.type = type
        self.path = path
        self.metadata = metadata
        self.digest = digest
    }
}

/// What an execution is given: KFP's ExecutorInput.
package struct ExecutorInput: Sendable, Equatable {
    /// The values of the component's parameters, in the order of its inputs; one that was left out
    /// and has no default is absent.
    package var parameters: [JSON.Member]
    /// The input artifacts by the name of their input; several where a list was passed.
    package var artifacts: [String: [RuntimeArtifact]]
    /// Where a process writes the text of each output parameter: its name, a path.
    package var outputParameters: [(name: String, path: String)]
    /// Where the output artifacts are to be written.
    package var outputArtifacts: [RuntimeArtifact]
    /// Where a process writes its ExecutorOutput.
    package var outputFile: String

    /// What an execution is given.
    package init(
        parameters: [JSON.Member] = [], artifacts: [String: [RuntimeArtifact]] = [:],
        outputParameters: [(name: String, path: String)] = [],
        outputArtifacts: [RuntimeArtifact] = [], outputFile: String = ""
    ) {
        self.parameters = parameters
        self.artifacts = artifacts
        self.outputParameters = outputParameters
        self.outputArtifacts = outputArtifacts
        self.outputFile = outputFile
    }

    /// The value of the parameter `name`; nil when it is absent or null.
    package func parameter(_ name: String) -> JSON? {
        guard let value = parameters.first(where: { $0.name == name })?.value, value != .null
        else { return nil }
        return value
    }

    /// The path to which the output artifact `name` is to be written.
    package func outputPath(_ name: String) -> String? {
        outputArtifacts.first { $0.name == name }?.path
    }

    package static func == (left: ExecutorInput, right: ExecutorInput) -> Bool {
        left.parameters == right.parameters && left.artifacts == right.artifacts
            && left.outputArtifacts == right.outputArtifacts
            && left.outputFile == right.outputFile
            && left.outputParameters.elementsEqual(right.outputParameters) { $0 == $1 }
    }
}

/// What an execution gives: KFP's ExecutorOutput.
package struct ExecutorOutput: Sendable, Equatable {
    /// The values of output parameters.
    package var parameters: [JSON.Member]
    /// The output artifacts that were written, with their metadata; their bytes are at their paths.
    package var artifacts: [RuntimeArtifact]
    /// Measurements for the run of the task.
    package var metrics: [(key: String, value: Double)]
    /// What its process used of the machine; nil for what runs in this one.
    package var usage: ChildUsage?
    /// What its process was executed with, such as the packages of its Python; may be nil.
    package var environment: String?

    /// What an execution gave.
    package init(
        parameters: [JSON.Member] = [], artifacts: [RuntimeArtifact] = [],
        metrics: [(key: String, value: Double)] = []
    ) {
        self.parameters = parameters
        self.artifacts = artifacts
        self.metrics = metrics
    }

    package static func == (left: ExecutorOutput, right: ExecutorOutput) -> Bool {
        left.parameters == right.parameters && left.artifacts == right.artifacts
            && left.metrics.elementsEqual(right.metrics) { $0 == $1 }
    }
}
