import Documents
package import Pipelines
package import Workbench

/// What to run and how.
package struct PipelineRunRequest: Sendable {
    /// The pipeline, checked.
    package var pipeline: Pipeline
    /// The absolute folder that the paths of `documents` start from.
    package var base: String
    /// The texts that it was read from, by path, the first one first; what a resumed run is read
    /// from again.
    package var documents: [(path: String, text: String)]
    /// The values of all its parameters.
    package var parameters: [JSON.Member]
    /// How it is executed.
    package var options: PipelineOptions
    /// The run that it is a part of.
    package var parent: RunID?

    /// A request.
    package init(
        pipeline: Pipeline, base: String, documents: [(path: String, text: String)],
        parameters: [JSON.Member], options: PipelineOptions
    ) {
        self.pipeline = pipeline
        self.base = base
        self.documents = documents
        self.parameters = parameters
        self.options = options
    }

    /// Everything that is needed to go on after a crash, as JSON.
    package var specification: JSON {
        [
            "base": .string(base),
            "documents": .array(
                documents.map { ["path": .string($0.path), "text": .string($0.text)] }),
            "parameters": .object(parameters), "options": options.json,
        ]
    }
}

/// How a pipeline is executed.
package struct PipelineOptions: Sendable, Equatable {
    /// The most tasks at the same time.
    package var jobs: Int
    /// Whether earlier results may be used.
    package var usesCache: Bool
    /// Variables for the processes of all tasks.
    package var environment: [JSON.Member]
    /// What everything random is made from.
    package var seed: UInt64
    /// The experiment's name; nil is `Default`.
    package var experiment: String?

    /// Options.
    package init(
        jobs: Int, usesCache: Bool = true, environment: [JSON.Member] = [], seed: UInt64 = 0,
        experiment: String? = nil
    ) {
        self.jobs = jobs
        self.usesCache = usesCache
        self.environment = environment
        self.seed = seed
        self.experiment = experiment
    }

    var json: JSON {
        [
            "jobs": JSON(jobs), "cache": .bool(usesCache), "environment": .object(environment),
            "seed": .string(String(seed)), "experiment": JSON(experiment),
        ]
    }
}

/// What a stored run was made from.
package struct StoredPipeline: Sendable {
    /// The absolute folder that the paths of `documents` start from.
    package let base: String
    /// The texts of its documents by path, the first one first.
    package let documents: [(path: String, text: String)]
    /// The values of its parameters.
    package let parameters: [JSON.Member]
    /// How it was executed.
    package let options: PipelineOptions

    /// Reads the specification of a stored run.
    ///
    /// - Throws: `corrupt` when it is not one.
    package init(_ record: PipelineRunRecord) throws(BancadaError) {
        do throws(BancadaError) {
            let root = try ObjectFields(
                try JSONParser.parse(Array(record.specification.utf8), document: "run"),
                document: "run")
            base = try root.string("base")
            var documents: [(path: String, text: String)] = []
            for document in try root.objects("documents") {
                documents.append((try document.string("path"), try document.string("text")))
            }
            self.documents = documents
            parameters = Self.members(try root.required("parameters"))
            let options = try root.object("options")
            self.options = PipelineOptions(
                jobs: try options.integer("jobs"),
                usesCache: options.optional("cache")?.json != .bool(false),
                environment: Self.members(try options.required("environment")),
                seed: UInt64(try options.string("seed")) ?? 0,
                experiment: options.optional("experiment")?.string)
        } catch {
            throw BancadaError(
                .corrupt, "run \(record.run.text) cannot be read back: \(error.message)",
                hint: "run its pipeline anew", cause: error)
        }
    }

    private static func members(_ node: Node) -> [JSON.Member] {
        if case .object(let members) = node.json { return members }
        return []
    }
}
