package import Workbench

extension FileStoreSource {
    package func runs(
        of experiment: String, after last: String?
    ) async throws(BancadaError) -> ForeignPage<String> {
        let known = ["tags", "datasets", "models", "traces"]
        var runs: [String] = []
        for entry in try files.entries(in: experiment) where entry.size == nil {
            // A folder that is no run's is read as one, so that its error names it.
            if !known.contains(entry.name) { runs.append(experiment + "/" + entry.name) }
        }
        return ForeignPage(items: runs, next: nil)
    }

    package func run(_ key: String) async throws(BancadaError) -> ForeignRun {
        let meta = try MetaFile(key + "/meta.yaml", in: files)
        let text = try meta.requiredText(meta.text("run_id") == nil ? "run_uuid" : "run_id")
        guard let id = RunID(text) else {
            throw meta.invalid("run_id", "is \"\(text)\", expected 32 hexadecimal digits")
        }
        guard let experiment = Int64(try meta.requiredText("experiment_id")) else {
            throw meta.invalid("experiment_id", "is not a number")
        }
        var tags = try texts(in: key + "/tags")
        let name = tags.first { $0.key == "mlflow.runName" }?.value ?? meta.text("run_name")
        let extras = try extras(of: key)
        tags += extras.tags
        let params = try texts(in: key + "/params") + extras.params
        let links = try links(of: key)
        let run = Run(
            id: id, kind: extras.kind, parent: extras.parent,
            experiment: ExperimentID(experiment), name: name ?? "",
            user: meta.text("user_id") ?? "", status: try status(meta),
            lifecycle: try meta.lifecycle(), startTime: try meta.time("start_time"),
            endTime: try meta.integer("end_time").map { Timestamp(milliseconds: $0) },
            params: params.map { Param(key: $0.key, value: $0.value) }, metrics: [],
            tags: OldRunFields.tags(
                tags, source: meta.text("source_name"), version: meta.text("source_version"),
                entryPoint: meta.text("entry_point_name")),
            lease: nil, datasets: links.datasets, modelInputs: links.inputs,
            modelOutputs: links.outputs)
        return ForeignRun(
            run: run, folder: try artifacts(of: key), artifactURI: meta.text("artifact_uri"),
            outputs: extras.outputs, inputs: extras.inputs)
    }

    /// The folder with the artifacts of a run or a logged model; nil where they may be elsewhere.
    func artifacts(of key: String) throws(BancadaError) -> String? {
        let folder = key + "/artifacts"
        if hasExtras { return folder }
        return try files.entries(in: folder).isEmpty ? nil : folder
    }

    /// The status, by number or by name.
    private func status(_ meta: MetaFile) throws(BancadaError) -> RunStatus {
        let text = meta.text("status") ?? "1"
        if let status = RunStatus(rawValue: text) { return status }
        let statuses = FileStoreLayout.statuses
        guard let number = Int(text), (1...statuses.count).contains(number) else {
            throw meta.invalid("status", "is \"\(text)\", expected 1 to \(statuses.count)")
        }
        return statuses[number - 1]
    }

    private struct Links {
        var datasets: [DatasetInput] = []
        var inputs: [LoggedModelID] = []
        var outputs: [ModelOutput] = []
    }

    private func links(of key: String) throws(BancadaError) -> Links {
        var links = Links()
        let experiment = String(key.split(separator: "/").dropLast().joined(separator: "/"))
        for entry in try files.entries(in: key + "/inputs") where entry.size == nil {
            let meta = try MetaFile("\(key)/inputs/\(entry.name)/meta.yaml", in: files)
            let source = try meta.requiredText("source_id")
            switch meta.text("source_type") {
            case "DATASET":
                let place = "\(experiment)/datasets/\(source)/meta.yaml"
                let dataset = try MetaFile(place, in: files)
                links.datasets.append(
                    DatasetInput(
                        name: try dataset.requiredText("name"),
                        digest: try dataset.requiredText("digest"),
                        sourceType: dataset.text("source_type") ?? "",
                        source: dataset.text("source") ?? "", schema: dataset.text("schema"),
                        profile: dataset.text("profile"), tags: meta.texts("tags")))
            case "MODEL", "MODEL_INPUT", "RUN_INPUT":
                links.inputs.append(try model(source, meta, "source_id"))
            case let other:
                throw meta.invalid(
                    "source_type", "is \"\(other ?? "")\", expected DATASET or MODEL")
            }
        }
        for entry in try files.entries(in: key + "/outputs") where entry.size == nil {
            let meta = try MetaFile("\(key)/outputs/\(entry.name)/meta.yaml", in: files)
            let text = try meta.requiredText("destination_id")
            links.outputs.append(
                ModelOutput(
                    model: try model(text, meta, "destination_id"),
                    step: try meta.integer("step") ?? 0))
        }
        links.datasets.sort { ($0.name, $0.digest) < ($1.name, $1.digest) }
        return links
    }

    private func model(
        _ text: String, _ meta: MetaFile, _ field: String
    ) throws(BancadaError) -> LoggedModelID {
        guard let id = LoggedModelID(text) else {
            throw meta.invalid(field, "is \"\(text)\", expected the id of a logged model")
        }
        return id
    }

    /// Points of a page, about; a file is read in pieces.
    private static let pageSize = 5000
    private static let pieceSize = 1 << 19

    package func points(
        of run: String, after last: String?
    ) async throws(BancadaError) -> ForeignPage<Metric> {
        let folder = run + "/metrics"
        let metrics = try files.allFiles(below: folder)
        var place = PointPlace(last)
        var points: [Metric] = []
        while place.file < metrics.count {
            if points.count >= Self.pageSize { return ForeignPage(items: points, next: place.text) }
            let key = metrics[place.file].path
            let path = folder + "/" + key
            let bytes = try files.bytes(
                of: path, at: place.offset, count: Self.pieceSize)
            let isEnd = bytes.count < Self.pieceSize
            let whole = isEnd ? bytes.count : (bytes.lastIndex(of: 0x0A) ?? -1) + 1
            let document = files.title + "/" + path
            if whole == 0, !isEnd {
                throw BancadaError(
                    .invalidInput, "\(document):\(place.line): the line is too long")
            }
            let lines = MetricLines(bytes[..<whole], key: key, document: document)
            points += try lines.points(firstLine: place.line) { _, _ in nil }.map(\.metric)
            place.line += bytes[..<whole].count { $0 == 0x0A }
            place.offset += Int64(whole)
            if isEnd { place = PointPlace(file: place.file + 1) }
        }
        return ForeignPage(items: points, next: nil)
    }
}

/// Where a page of points starts.
private struct PointPlace {
    var file: Int
    var offset: Int64 = 0
    var line = 1

    init(file: Int) { self.file = file }

    init(_ text: String?) {
        let parts = (text ?? "").split(separator: ":").compactMap { Int64($0) }
        file = parts.count == 3 ? Int(parts[0]) : 0
        offset = parts.count == 3 ? parts[1] : 0
        line = parts.count == 3 ? Int(parts[2]) : 1
    }

    var text: String { "\(file):\(offset):\(line)" }
}
