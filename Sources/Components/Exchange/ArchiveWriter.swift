import Documents
import Workbench

/// An archive that is being written: experiments and what is common. Runs are in
/// `ArchiveWriter+Runs`, models in `ArchiveWriter+Models`, traces in `ArchiveWriter+Traces`, files in
/// `ArchiveWriter+Files`.
struct ArchiveWriter: ~Copyable {
    let operation: ExportOperation
    let tally = ExchangeTally()
    var tar: TarWriter
    /// Contents that are below no run, to be written at the end, by digest.
    var contents: [String: StoredContent] = [:]
    /// How many runs are written.
    var done = 0

    var services: Services { operation.services }

    init(_ operation: ExportOperation, _ sink: any ByteSink) {
        self.operation = operation
        tar = TarWriter(sink)
    }

    /// Writes everything.
    mutating func write() async throws(BancadaError) -> ExchangeSummary {
        let epoch = Timestamp(milliseconds: 0)
        var what = "workspace"
        if case .experiments = operation.scope { what = "experiments" }
        try tar.file(FileStoreLayout.marker, ArchiveMarker.bytes(of: what), at: epoch)
        for experiment in try await operation.experiments() {
            try await write(experiment)
        }
        if case .workspace = operation.scope { try await writeRegistry() }
        try await writeContents()
        try tar.finish()
        return tally.summary
    }

    private mutating func write(_ experiment: Experiment) async throws(BancadaError) {
        try operation.checkStopped()
        let number = String(experiment.id.number)
        let folder =
            experiment.lifecycle == .active
            ? "\(FileStoreLayout.runs)/\(number)"
            : "\(FileStoreLayout.runs)/\(FileStoreLayout.trash)/\(number)"
        let time = experiment.creationTime
        tally.add(.experiments, \.read)
        try tar.file(
            folder + "/meta.yaml",
            FileStoreLayout.yaml([
                ("artifact_location", .string(operation.location(of: experiment))),
                ("creation_time", .integer(time.milliseconds)),
                ("experiment_id", .string(number)),
                ("last_update_time", .integer(experiment.lastUpdateTime.milliseconds)),
                ("lifecycle_stage", .string(experiment.lifecycle.rawValue)),
                ("name", .string(experiment.name)),
            ]), at: time)
        let rest = try write(experiment.tags, below: folder + "/tags", at: time)
        try writeExtras(tags: rest, of: folder, at: time)
        var datasets: Set<String> = []
        var token: PageToken?
        repeat {
            let query = RunQuery(experiments: [experiment.id], view: .all)
            let page = try await services.runs.runs(query, limit: 200, after: token)
            for run in page.items {
                try operation.checkStopped()
                try await write(run, of: experiment, in: folder, &datasets)
            }
            token = page.next
        } while token != nil
        for (model, lifecycle) in try await services.exchange.loggedModels(of: experiment.id) {
            try operation.checkStopped()
            try await write(model, lifecycle, of: experiment, in: folder)
        }
        try await writeTraces(of: experiment, in: folder)
        tally.add(.experiments, \.written)
    }

    /// Writes keys and values as files; returns those that can be none.
    mutating func write(
        _ pairs: [Tag], below folder: String, at time: Timestamp
    ) throws(BancadaError) -> [Tag] {
        var rest: [Tag] = []
        let fits = FileStoreLayout.fits(pairs.map(\.key))
        for (pair, fits) in zip(pairs, fits) {
            if fits {
                try tar.file(folder + "/" + pair.key, Array(pair.value.utf8), at: time)
            } else {
                rest.append(pair)
            }
        }
        return rest
    }

    /// Writes the keys that can be no file, and says that MLflow does not see them.
    mutating func writeExtras(
        tags: [Tag], of folder: String, at time: Timestamp
    ) throws(BancadaError) {
        guard !tags.isEmpty else { return }
        var extras = ExtrasFile()
        extras.tags = tags
        try write(extras, of: folder, at: time)
    }

    /// Writes what MLflow's files cannot say of a folder.
    mutating func write(
        _ extras: ExtrasFile, of folder: String, at time: Timestamp
    ) throws(BancadaError) {
        guard !extras.isEmpty else { return }
        let hidden = extras.params + extras.tags
        if !hidden.isEmpty {
            tally.note(
                folder,
                "the keys \(hidden.map(\.key).joined(separator: ", ")) can be no file names, so "
                    + "only bancada reads them")
        }
        try tar.file(FileStoreLayout.extras(of: folder), extras.bytes, at: time)
    }
}
