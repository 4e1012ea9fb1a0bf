import Documents
import Workbench

extension ArchiveWriter {
    mutating func write(
        _ model: LoggedModel, _ lifecycle: LifecycleStage, of experiment: Experiment,
        in folder: String
    ) async throws(BancadaError) {
        tally.add(.loggedModels, \.read)
        let key = "\(folder)/models/\(model.id.text)"
        let time = model.creationTime
        let location = "\(operation.location(of: experiment))/models/\(model.id.text)/artifacts"
        var members: [(name: String, value: JSON)] = [
            ("artifact_location", .string(location)),
            ("creation_timestamp", .integer(time.milliseconds)),
            ("experiment_id", .string(String(model.experiment.number))),
            ("last_updated_timestamp", .integer(model.lastUpdateTime.milliseconds)),
            ("model_id", .string(model.id.text)), ("model_type", .string(model.type)),
            ("name", .string(model.name)), ("source_run_id", JSON(model.sourceRun?.text)),
            ("status", .integer(model.status.number)), ("status_message", .null),
        ]
        if lifecycle == .deleted { members.append(("lifecycle_stage", "deleted")) }
        try tar.file(key + "/meta.yaml", FileStoreLayout.yaml(members), at: time)
        for name in ["metrics", "params"] { try tar.folder(key + "/" + name, at: time) }
        var extras = ExtrasFile()
        let params = model.params.map { Tag(key: $0.key, value: $0.value) }
        extras.params = try write(params, below: key + "/params", at: time)
        extras.tags = try write(model.tags, below: key + "/tags", at: time)
        try write(extras, of: key, at: time)
        try writeMetrics(of: model, key)
        let place = ArtifactPath.model(model.id, of: model.experiment)
        try await writeFiles(at: place, as: key + "/artifacts", time)
        tally.add(.loggedModels, \.written)
    }

    private mutating func writeMetrics(
        of model: LoggedModel, _ key: String
    ) throws(BancadaError) {
        var files: [(metric: String, lines: [UInt8])] = []
        for point in model.metrics {
            let metric = point.metric
            var line =
                "\(metric.timestamp.milliseconds) \(Self.number(metric.value)) \(metric.step) "
                + point.run.text
            if let name = metric.subject?.datasetName, let digest = metric.subject?.datasetDigest {
                line += " \(name) \(digest)"
            }
            if files.last?.metric.utf8.elementsEqual(metric.key.utf8) != true {
                files.append((metric.key, []))
            }
            files[files.count - 1].lines += Array((line + "\n").utf8)
        }
        for (file, fits) in zip(files, FileStoreLayout.fits(files.map(\.metric))) {
            guard fits else {
                tally.skip(
                    .metrics, "metric \"\(file.metric)\" of model \(model.id.text)",
                    "its name can be no file name beside the others")
                continue
            }
            try tar.file("\(key)/metrics/\(file.metric)", file.lines, at: model.creationTime)
        }
    }

    /// Writes the entries of the registry.
    mutating func writeRegistry() async throws(BancadaError) {
        var token: PageToken?
        repeat {
            let page = try await services.registry.models(
                RegistryQuery(), limit: 500, after: token)
            for model in page.items {
                try operation.checkStopped()
                try await write(model)
            }
            token = page.next
        } while token != nil
    }

    private mutating func write(_ model: RegisteredModel) async throws(BancadaError) {
        tally.add(.models, \.read)
        let isName = model.name.utf8.count <= 255 && model.name != "." && model.name != ".."
        let key = "\(FileStoreLayout.runs)/models/\(isName ? model.name : hash([model.name]))"
        let time = model.creationTime
        let aliases = model.aliases.map {
            JSON.Member($0.alias, .string(String($0.version)))
        }
        try tar.file(
            key + "/meta.yaml",
            FileStoreLayout.yaml([
                ("aliases", .object(aliases)), ("creation_timestamp", .integer(time.milliseconds)),
                ("description", .string(model.description)),
                ("last_updated_timestamp", .integer(model.lastUpdateTime.milliseconds)),
                ("name", .string(model.name)),
            ]), at: time)
        try writeExtras(
            tags: write(model.tags, below: key + "/tags", at: time), of: key, at: time)
        for alias in model.aliases {
            try tar.file(
                "\(key)/aliases/\(alias.alias)", Array(String(alias.version).utf8), at: time)
        }
        var free = Set(1..<(try await services.exchange.nextVersion(ofModel: model.name)))
        for version in try await services.registry.versions(ofModel: model.name).reversed() {
            free.remove(version.version)
            try await write(version, below: key)
        }
        // So that the numbers of deleted versions are not used again there either.
        for number in free.sorted() { try writeDeleted(number, of: model, below: key) }
        tally.add(.models, \.written)
    }

    private mutating func write(
        _ version: ModelVersion, below key: String
    ) async throws(BancadaError) {
        tally.add(.versions, \.read)
        let folder = "\(key)/version-\(version.version)"
        let time = version.creationTime
        var storage = version.source
        if let content = version.content, try await !isShown(content, as: version.source) {
            contents[content.digest.hex] = content
            storage = FileStoreLayout.content(content.digest)
        }
        try tar.file(
            folder + "/meta.yaml",
            FileStoreLayout.yaml([
                ("creation_timestamp", .integer(time.milliseconds)),
                ("current_stage", .string(version.stage.rawValue)),
                ("description", .string(version.description)),
                ("last_updated_timestamp", .integer(version.lastUpdateTime.milliseconds)),
                ("model_id", JSON(version.loggedModel?.text)), ("name", .string(version.name)),
                ("run_id", JSON(version.run?.text)), ("run_link", .string(version.runLink)),
                ("source", .string(version.source)), ("status", "READY"),
                ("status_message", .null), ("storage_location", .string(storage)),
                ("user_id", .null), ("version", JSON(version.version)),
            ]), at: time)
        try writeExtras(
            tags: write(version.tags, below: folder + "/tags", at: time), of: folder, at: time)
        tally.add(.versions, \.written)
    }

    /// Whether the files of a run or logged model show the version's content as it is.
    private func isShown(
        _ content: StoredContent, as source: String
    ) async throws(BancadaError) -> Bool {
        // Where the source names nothing, the content is written by its digest.
        guard let place = try? await VersionSource(source).place(in: services) else { return false }
        let shown = try? await services.tree.content(at: place)
        return shown?.digest == content.digest
    }

    private mutating func writeDeleted(
        _ number: Int, of model: RegisteredModel, below key: String
    ) throws(BancadaError) {
        let time = model.creationTime
        try tar.file(
            "\(key)/version-\(number)/meta.yaml",
            FileStoreLayout.yaml([
                ("creation_timestamp", .integer(time.milliseconds)),
                ("current_stage", .string(FileStoreLayout.deletedVersion)),
                ("description", .null), ("last_updated_timestamp", .integer(time.milliseconds)),
                ("model_id", .null), ("name", .string(model.name)), ("run_id", .null),
                ("run_link", .null), ("source", ""), ("status", "READY"),
                ("status_message", .null), ("storage_location", ""), ("user_id", .null),
                ("version", JSON(number)),
            ]), at: time)
    }
}
