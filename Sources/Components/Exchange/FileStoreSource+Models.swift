package import Workbench

extension FileStoreSource {
    package func loggedModels(of experiment: String) async throws(BancadaError) -> [String] {
        try files.entries(in: experiment + "/models").filter { $0.size == nil }
            .map { "\(experiment)/models/\($0.name)" }
    }

    package func loggedModel(_ key: String) async throws(BancadaError) -> ForeignLoggedModel {
        let meta = try MetaFile(key + "/meta.yaml", in: files)
        let text = try meta.requiredText("model_id")
        guard let id = LoggedModelID(text) else {
            throw meta.invalid("model_id", "is \"\(text)\", expected m- and 32 digits")
        }
        guard let experiment = Int64(try meta.requiredText("experiment_id")) else {
            throw meta.invalid("experiment_id", "is not a number")
        }
        let extras = try extras(of: key)
        let params = try texts(in: key + "/params") + extras.params
        let model = LoggedModel(
            id: id, experiment: ExperimentID(experiment), name: meta.text("name") ?? "",
            type: meta.text("model_type") ?? "",
            sourceRun: meta.text("source_run_id").flatMap { RunID($0) },
            status: LoggedModelStatus(number: try meta.integer("status") ?? 0),
            creationTime: try meta.time("creation_timestamp"),
            lastUpdateTime: try meta.time("last_updated_timestamp"),
            params: params.map { Param(key: $0.key, value: $0.value) },
            metrics: try points(ofModel: id, key), tags: try texts(in: key + "/tags") + extras.tags)
        return ForeignLoggedModel(
            model: model, lifecycle: try meta.lifecycle(), folder: try artifacts(of: key),
            artifactURI: meta.text("artifact_location"))
    }

    private func points(
        ofModel id: LoggedModelID, _ key: String
    ) throws(BancadaError) -> [LoggedModelMetric] {
        var points: [LoggedModelMetric] = []
        let folder = key + "/metrics"
        for file in try files.allFiles(below: folder) {
            let path = folder + "/" + file.path
            let lines = MetricLines(
                try files.contents(of: path)[...], key: file.path,
                document: files.title + "/" + path)
            let found = try lines.points(firstLine: 1, model: id) { model, rest in
                // A name may have spaces, a digest has none.
                MetricSubject(
                    model: model,
                    datasetName: rest.isEmpty
                        ? nil : rest.dropLast(rest.count > 1 ? 1 : 0).joined(separator: " "),
                    datasetDigest: rest.count > 1 ? rest.last : nil)
            }
            for case let (point, run?) in found.map({ ($0, $0.run) }) {
                points.append(LoggedModelMetric(metric: point.metric, run: run))
            }
        }
        return points
    }

    package func models() async throws(BancadaError) -> [String] {
        let place = Self.join(root, "models")
        return try files.entries(in: place).filter { $0.size == nil }
            .map { place + "/" + $0.name }
    }

    package func model(_ key: String) async throws(BancadaError) -> ForeignModel {
        let meta = try MetaFile(key + "/meta.yaml", in: files)
        let numbers = try files.entries(in: key).compactMap { versionNumber($0.name) }
        let model = RegisteredModel(
            name: try meta.requiredText("name"), description: meta.text("description") ?? "",
            creationTime: try meta.time("creation_timestamp"),
            lastUpdateTime: try meta.time("last_updated_timestamp"),
            tags: try texts(in: key + "/tags") + extras(of: key).tags,
            aliases: [], latestVersion: nil)
        return ForeignModel(model: model, nextVersion: (numbers.max() ?? 0) + 1)
    }

    package func versions(of model: String) async throws(BancadaError) -> [String] {
        var found: [(number: Int, path: String)] = []
        for entry in try files.entries(in: model) where entry.size == nil {
            guard let number = versionNumber(entry.name) else { continue }
            let path = model + "/" + entry.name
            let stage = try? MetaFile(path + "/meta.yaml", in: files).text("current_stage")
            // One that cannot be read is listed, so that its error is told where it is read.
            if stage != FileStoreLayout.deletedVersion { found.append((number, path)) }
        }
        return found.sorted { $0.number < $1.number }.map(\.path)
    }

    package func version(
        _ key: String, of model: String
    ) async throws(BancadaError) -> ForeignVersion {
        let meta = try MetaFile(key + "/meta.yaml", in: files)
        guard let number = Int(try meta.requiredText("version")) else {
            throw meta.invalid("version", "is not a number")
        }
        var aliases: [String] = []
        for alias in try texts(in: model + "/aliases")
        where alias.value.split(whereSeparator: \.isWhitespace).first == Substring(String(number)) {
            aliases.append(alias.key)
        }
        let source = meta.text("source") ?? ""
        let stage = meta.text("current_stage") ?? "None"
        let content = "\(FileStoreLayout.own)/contents/"
        let storage = meta.text("storage_location")
        let version = ModelVersion(
            name: try meta.requiredText("name"), version: number, source: source,
            run: meta.text("run_id").flatMap { RunID($0) }, content: nil,
            description: meta.text("description") ?? "",
            creationTime: try meta.time("creation_timestamp"),
            lastUpdateTime: try meta.time("last_updated_timestamp"),
            tags: try texts(in: key + "/tags") + extras(of: key).tags,
            aliases: aliases, stage: try ModelStage(named: stage),
            loggedModel: meta.text("model_id").flatMap { LoggedModelID($0) }
                ?? LoggedModelID.ofSource(source),
            runLink: meta.text("run_link") ?? "")
        let isOurs = hasExtras && storage?.hasPrefix(content) == true
        return ForeignVersion(
            version: version, folder: isOurs ? storage : nil, storage: storage,
            mayLackFiles: hasExtras)
    }

    private func versionNumber(_ name: String) -> Int? {
        guard name.hasPrefix("version-") else { return nil }
        return Int(name.dropFirst("version-".count))
    }
}
