import Components
import Documents
import Workbench

/// What `models show` tells of one version, or of a model that a run logged.
struct ModelDetails {
    /// The canonical URI.
    let uri: String
    /// The registry's entry, where there is one.
    let version: ModelVersion?
    /// Its folder's digest, where the registry keeps it.
    let digest: ContentDigest?
    /// The logged model that it is.
    let logged: LoggedModel?
    /// The way back to its data, where a run of this workspace made it.
    let lineage: Lineage?
    /// What its file MLmodel says.
    let facts: ModelFacts?
    /// Why its files cannot be had.
    let problem: String?

    /// Reads what is known of a model.
    ///
    /// - Throws: `notFound`; what `ModelResolver.resolve` says of a model that is not registered.
    init(of uri: ModelURI, _ workspace: OpenWorkspace) async throws(BancadaError) {
        let services = workspace.services
        let version = try await workspace.resolver.version(of: uri)
        var resolved: ResolvedModel?
        var problem: String?
        do throws(BancadaError) {
            resolved = try await workspace.resolver.resolve(uri)
        } catch {
            let isAway = [.unsupported, .notFound].contains(error.code)
            guard version != nil, isAway else { throw error }
            problem = error.message
        }
        self.version = version
        self.problem = problem
        self.uri = version?.uri ?? uri.description
        digest = version?.content?.digest
        facts = resolved.flatMap { ModelFacts(folder: $0.folder) }
        var id = version?.loggedModel
        if case .logged(let named) = uri { id = named }
        if let id {
            logged = try await Self.found { () async throws(BancadaError) -> LoggedModel in
                try await services.loggedModels.loggedModel(id)
            }
        } else {
            logged = nil
        }
        if let run = version?.run ?? resolved?.run {
            lineage = try await Self.found { () async throws(BancadaError) -> Lineage in
                try await Lineage.trace(run, registered: version, services: services)
            }
        } else {
            lineage = nil
        }
    }

    private static func found<Value>(
        _ body: () async throws(BancadaError) -> Value
    ) async throws(BancadaError) -> Value? {
        do throws(BancadaError) {
            return try await body()
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    /// The metrics of its run, without those of the machine.
    private var metrics: [Metric] {
        (lineage?.run.metrics ?? []).filter { !$0.key.hasPrefix("system/") }
    }

    // MARK: - Text

    /// How many metrics, and how many columns, are named.
    private static let listed = 6

    /// The lines of `models show`.
    var text: String {
        var lines = lineage.map(LineageDocument.lines) ?? ["no run of this workspace made it"]
        func add(_ title: String, _ words: [String], _ separator: String = ", ") {
            if words.isEmpty { return }
            let padding = String(repeating: " ", count: max(1, 12 - title.count))
            lines.append(title + padding + words.joined(separator: separator))
        }
        // What was recorded here is among the lines of the lineage already.
        let isTraced = lineage?.origins.isEmpty == false
        for dataset in isTraced ? [] : lineage?.run.datasets ?? [] {
            add("dataset", ["\(dataset.name)  \(RunReport.describe(dataset))"])
        }
        add("metrics", Self.cut(metrics.map { "\($0.key) \(Format.number($0.value))" }))
        if let version { registry(version, add) }
        if let logged {
            add("logged as", ["\(logged.name)  models:/\(logged.id.text)"])
        }
        if let facts {
            let writer = facts.mlflowVersion.map { " (mlflow \($0))" } ?? ""
            if !facts.flavours.isEmpty {
                add("flavours", [facts.flavours.joined(separator: ", ") + writer])
            }
            add("inputs", Self.cut(facts.inputs))
            add("outputs", Self.cut(facts.outputs))
        }
        if let problem { add("files", ["not to be had: \(problem)"]) }
        let title = digest.map { "\(uri)  \($0.hex)" } ?? uri
        return ([title] + lines.map { "  " + $0 }).joined(separator: "\n")
    }

    private func registry(
        _ version: ModelVersion, _ add: (String, [String], String) -> Void
    ) {
        if !version.description.isEmpty {
            let lines = version.description.split(whereSeparator: \.isNewline).map(String.init)
            add("description", lines, " ")
        }
        if version.stage != .none { add("stage", [version.stage.rawValue], "") }
        add("aliases", version.aliases, ", ")
        add("tags", version.tags.map { "\($0.key)=\($0.value)" }, "  ")
        add("source", [version.source], "")
    }

    private static func cut(_ words: [String]) -> [String] {
        guard words.count > listed else { return words }
        return words.prefix(listed) + ["... \(words.count - listed) more"]
    }

    // MARK: - JSON

    /// `{"model","lineage","metrics","datasets","logged_model","flavors","inputs","outputs",
    /// "problem"}`.
    var json: JSON {
        [
            "model": version.map(ModelDocument.version) ?? .null,
            "lineage": lineage.map(LineageDocument.json) ?? .null,
            "metrics": .object(metrics.map { .init($0.key, .number($0.value)) }),
            "datasets": .array((lineage?.run.datasets ?? []).map(RunDocument.dataset)),
            "logged_model": logged.map(RunDocument.model) ?? .null,
            "flavors": Self.texts(facts?.flavours), "mlflow_version": JSON(facts?.mlflowVersion),
            "inputs": Self.texts(facts?.inputs), "outputs": Self.texts(facts?.outputs),
            "problem": JSON(problem),
        ]
    }

    private static func texts(_ texts: [String]?) -> JSON {
        .array((texts ?? []).map { .string($0) })
    }
}
