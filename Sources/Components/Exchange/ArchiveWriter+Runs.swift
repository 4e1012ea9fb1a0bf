import Documents
import Workbench

extension ArchiveWriter {
    mutating func write(
        _ run: Run, of experiment: Experiment, in folder: String, _ datasets: inout Set<String>
    ) async throws(BancadaError) {
        tally.add(.runs, \.read)
        let key = folder + "/" + run.id.text
        let time = run.startTime
        try tar.file(
            key + "/meta.yaml", Self.meta(run, operation.location(of: experiment)), at: time)
        for name in ["artifacts", "metrics", "params", "tags"] {
            try tar.folder(key + "/" + name, at: time)
        }
        var extras = ExtrasFile()
        extras.kind = run.kind
        extras.parent = run.parentByTag == run.parent ? nil : run.parent
        let params = run.params.map { Tag(key: $0.key, value: $0.value) }
        extras.params = try write(params, below: key + "/params", at: time)
        extras.tags = try write(run.tags, below: key + "/tags", at: time)
        try await writeMetrics(of: run, key)
        try await writeDatasets(of: run, key, folder, &datasets)
        try writeLinks(of: run, key)
        let place = ArtifactPath.run(run.id, of: run.experiment)
        try await writeFiles(at: place, as: key + "/artifacts", time)
        try await addArtifacts(of: run, key, to: &extras)
        try write(extras, of: key, at: time)
        tally.add(.runs, \.written)
        done += 1
        operation.progress.progress("runs", done: done, total: nil)
    }

    private static func meta(_ run: Run, _ location: String) -> [UInt8] {
        let status = FileStoreLayout.statuses.firstIndex(of: run.status) ?? 0
        return FileStoreLayout.yaml([
            ("artifact_uri", .string("\(location)/\(run.id.text)/artifacts")),
            ("end_time", run.endTime.map { .integer($0.milliseconds) } ?? .null),
            ("entry_point_name", ""),
            ("experiment_id", .string(String(run.experiment.number))),
            ("lifecycle_stage", .string(run.lifecycle.rawValue)),
            ("run_id", .string(run.id.text)), ("run_name", .string(run.name)),
            ("source_name", ""), ("source_type", 4), ("source_version", ""),
            ("start_time", .integer(run.startTime.milliseconds)),
            ("status", JSON(status + 1)), ("tags", []), ("user_id", .string(run.user)),
        ])
    }

    /// Points of a page.
    private static var pageSize: Int { 10_000 }

    private mutating func writeMetrics(of run: Run, _ key: String) async throws(BancadaError) {
        let keys = run.metrics.map(\.key)
        for (metric, fits) in zip(keys, FileStoreLayout.fits(keys)) {
            guard fits else {
                tally.skip(
                    .metrics, "metric \"\(metric)\" of run \(run.id.text)",
                    "its name can be no file name beside the others")
                continue
            }
            let path = "\(key)/metrics/\(metric)"
            let first = try await services.runs.history(
                of: metric, run: run.id, limit: Self.pageSize, after: nil)
            tally.add(.metrics, \.read, first.items.count)
            tally.add(.metrics, \.written, first.items.count)
            let text = Self.lines(first.items)
            guard let next = first.next else {
                try tar.file(path, text, at: run.startTime)
                continue
            }
            // The size stands before the bytes: long histories are read twice.
            var size = Int64(text.count)
            try await eachPage(of: metric, run.id, after: next) { size += Int64($0.count) }
            try tar.begin(path, size: size, at: run.startTime)
            try tar.write(text)
            var token: PageToken? = next
            while let after = token {
                let page = try await services.runs.history(
                    of: metric, run: run.id, limit: Self.pageSize, after: after)
                tally.add(.metrics, \.read, page.items.count)
                tally.add(.metrics, \.written, page.items.count)
                try tar.write(Self.lines(page.items))
                token = page.next
            }
            try tar.end()
        }
    }

    private func eachPage(
        of metric: String, _ run: RunID, after first: PageToken, _ body: ([UInt8]) -> Void
    ) async throws(BancadaError) {
        var token: PageToken? = first
        while let after = token {
            let page = try await services.runs.history(
                of: metric, run: run, limit: Self.pageSize, after: after)
            body(Self.lines(page.items))
            token = page.next
        }
    }

    private static func lines(_ points: [Metric]) -> [UInt8] {
        var bytes: [UInt8] = []
        for point in points {
            bytes += Array(
                "\(point.timestamp.milliseconds) \(number(point.value)) \(point.step)\n".utf8)
        }
        return bytes
    }

    /// A number as Python and Swift read it.
    static func number(_ value: Double) -> String { value.isNaN ? "nan" : value.description }

    private mutating func writeDatasets(
        of run: Run, _ key: String, _ folder: String, _ written: inout Set<String>
    ) async throws(BancadaError) {
        for input in try await services.runs.datasetInputs(of: run.id) {
            let id = hash([input.name, input.digest])
            if written.insert(id).inserted {
                try tar.file(
                    "\(folder)/datasets/\(id)/meta.yaml",
                    FileStoreLayout.yaml([
                        ("digest", .string(input.digest)), ("name", .string(input.name)),
                        ("profile", JSON(input.profile)), ("schema", JSON(input.schema)),
                        ("source", .string(input.source)),
                        ("source_type", .string(input.sourceType)),
                    ]), at: run.startTime)
            }
            try tar.file(
                "\(key)/inputs/\(hash([id, run.id.text]))/meta.yaml",
                FileStoreLayout.yaml([
                    ("destination_id", .string(id)), ("destination_type", "RUN"),
                    ("source_id", .string(id)), ("source_type", "DATASET"),
                    ("tags", .object(input.tags.map { .init($0.key, .string($0.value)) })),
                ]), at: run.startTime)
        }
    }

    private mutating func writeLinks(of run: Run, _ key: String) throws(BancadaError) {
        for model in run.modelInputs.sorted(by: { $0.text < $1.text }) {
            tally.add(.links, \.read)
            tally.add(.links, \.written)
            try tar.file(
                "\(key)/inputs/\(hash([model.text, run.id.text]))/meta.yaml",
                FileStoreLayout.yaml([
                    ("destination_id", .string(model.text)), ("destination_type", "RUN"),
                    ("source_id", .string(model.text)), ("source_type", "MODEL"),
                    ("tags", .object([])),
                ]), at: run.startTime)
        }
        for output in run.modelOutputs.sorted(by: { $0.model.text < $1.model.text }) {
            tally.add(.links, \.read)
            tally.add(.links, \.written)
            let model = output.model.text
            try tar.file(
                "\(key)/outputs/\(model)/meta.yaml",
                FileStoreLayout.yaml([
                    ("destination_id", .string(model)), ("destination_type", "MODEL_OUTPUT"),
                    ("source_id", .string(run.id.text)), ("source_type", "RUN_OUTPUT"),
                    ("step", .integer(output.step)), ("tags", .object([])),
                ]), at: run.startTime)
        }
    }

    /// The typed artifacts that a run made and read.
    private mutating func addArtifacts(
        of run: Run, _ key: String, to extras: inout ExtrasFile
    ) async throws(BancadaError) {
        for output in try await services.artifacts.outputs(of: run.id) {
            extras.outputs.append(try await foreign(output, below: key, of: run))
        }
        for input in try await services.artifacts.inputs(of: run.id) {
            extras.inputs.append(
                ForeignInput(
                    name: input.name,
                    artifact: try await foreign(input.artifact, below: nil, of: run)))
        }
    }

    private mutating func foreign(
        _ artifact: Artifact, below key: String?, of run: Run
    ) async throws(BancadaError) -> ForeignArtifact {
        var path = FileStoreLayout.content(artifact.content.digest)
        if let key, try await isShown(artifact, of: run) {
            path = "\(key)/artifacts/\(artifact.name)"
        } else {
            contents[artifact.content.digest.hex] = artifact.content
        }
        return ForeignArtifact(
            type: artifact.type, name: artifact.name, digest: artifact.content.digest,
            path: path, metadata: artifact.metadata, producer: artifact.producer,
            creationTime: artifact.creationTime)
    }

    /// Whether the run's folder shows the artifact's content as it is.
    private func isShown(_ artifact: Artifact, of run: Run) async throws(BancadaError) -> Bool {
        guard let name = try? ArtifactPath(artifact.name) else { return false }
        let place = ArtifactPath.run(run.id, of: run.experiment).appending(name)
        // Where nothing is shown there, the content is written by its digest.
        let shown = try? await services.tree.content(at: place)
        return shown?.digest == artifact.content.digest
    }

    /// 32 hexadecimal digits that stand for texts.
    func hash(_ texts: [String]) -> String {
        String(services.digest(Array(texts.joined(separator: "\u{0}").utf8)).hex.prefix(32))
    }
}
