import Synchronization
import Workbench

/// The import of the runs of one experiment.
struct RunImport: Sendable {
    let operation: ImportOperation
    let experiment: ExperimentID
    let links: LinkCollection
    /// Runs whose parent is not here so far.
    private let deferred = Deferred()

    private final class Deferred: Sendable {
        let keys = Mutex<[String]>([])
    }

    private var services: Services { operation.services }
    private var source: any ExchangeSource { operation.source }
    private var tally: ExchangeTally { operation.tally }

    init(_ operation: ImportOperation, experiment: ExperimentID, links: LinkCollection) {
        self.operation = operation
        self.experiment = experiment
        self.links = links
    }

    /// Takes runs in, several at a time.
    func take(_ keys: [String]) async throws(BancadaError) {
        let next = Counter()
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<min(ImportOperation.width, keys.count) {
                    group.addTask {
                        while let index = next.take(below: keys.count) {
                            try operation.checkStopped()
                            try await take(keys[index], isLastTry: false)
                            operation.progress.progress("runs", done: index + 1, total: keys.count)
                        }
                    }
                }
                try await group.waitForAll()
            }
        } catch let error as BancadaError {
            throw error
        } catch {
            throw BancadaError(.cancelled, "interrupted", cause: error)
        }
    }

    /// Takes the runs in whose parents were missing, for as long as that brings something.
    func takeDeferred() async throws(BancadaError) {
        var waiting = deferred.keys.withLock { keys in
            defer { keys = [] }
            return keys
        }
        while !waiting.isEmpty {
            let before = waiting.count
            for key in waiting.sorted() { try await take(key, isLastTry: false) }
            waiting = deferred.keys.withLock { keys in
                defer { keys = [] }
                return keys
            }
            if waiting.count == before { break }
        }
        for key in waiting.sorted() { try await take(key, isLastTry: true) }
    }

    private func take(_ key: String, isLastTry: Bool) async throws(BancadaError) {
        try await operation.take("run \(key)", .runs) { () throws(BancadaError) in
            let foreign = try await source.run(key)
            var parent = foreign.run.parentByTag ?? foreign.run.parent
            if let wanted = parent, try await existing(wanted) == nil {
                guard isLastTry else {
                    deferred.keys.withLock { $0.append(key) }
                    return
                }
                parent = nil
                tally.note("run \(key)", "its parent \(wanted.text) is not there")
            }
            tally.add(.runs, \.read)
            try await take(key, foreign, parent: parent)
        }
    }

    private func take(
        _ key: String, _ foreign: ForeignRun, parent: RunID?
    ) async throws(BancadaError) {
        let run = shortened(foreign.run.moved(to: experiment, parent: parent))
        links.add(run)
        if let here = try await existing(run.id), !ImportMark.isOn(here) {
            let comparison = RunComparison(here: here, run: run, services: services)
            if let difference = try await comparison.difference(source, key) {
                throw BancadaError(
                    .conflict, "run \(run.id.text) is here already with another \(difference)",
                    hint: "delete one of the two")
            }
            tally.add(.runs, \.present)
            let subject = "artifacts of run \(run.id.text)"
            return try await operation.take(subject, .artifacts) { () throws(BancadaError) in
                try await takeFiles(of: foreign, isPresent: true)
                for artifact in foreign.outputs + foreign.inputs.map(\.artifact) {
                    _ = try await ArtifactImport(operation)
                        .store(artifact.path, digest: artifact.digest)
                }
            }
        }
        let artifacts = ArtifactImport(operation)
        try await takeFiles(of: foreign, isPresent: false)
        let first = try await source.points(of: key, after: nil)
        if first.next == nil, foreign.outputs.isEmpty, foreign.inputs.isEmpty {
            tally.add(.metrics, \.read, first.items.count)
            try await services.exchange.importRun(run, points: first.items, isLast: true)
            tally.add(.metrics, \.written, first.items.count)
        } else {
            try await takeInParts(key, run, first)
            for output in foreign.outputs { try await artifacts.take(output, of: run.id) }
            for input in foreign.inputs { try await artifacts.take(input, of: run.id) }
            try await services.exchange.importRun(run, points: [], isLast: true)
        }
        tally.add(.runs, \.written)
    }

    /// Takes in the artifacts that are not here yet.
    private func takeFiles(
        of foreign: ForeignRun, isPresent: Bool
    ) async throws(BancadaError) {
        let id = foreign.run.id
        let found = try await ArtifactImport(operation).take(
            .init(
                folder: foreign.folder, uri: foreign.artifactURI,
                except: foreign.outputs.map(\.path),
                place: ArtifactPath.run(id, of: experiment),
                subject: "artifacts of run \(id.text)", isPresent: isPresent))
        guard found == 0, foreign.folder == nil, let uri = foreign.artifactURI else { return }
        if foreign.run.saysItHasArtifacts {
            operation.failMissing("artifacts of run \(id.text)", uri)
        } else {
            operation.missing.missedRun(uri)
        }
    }

    /// Writes a long history a page at a time, after all of it was read once: a damaged line must
    /// leave no half of a run behind.
    private func takeInParts(
        _ key: String, _ run: Run, _ first: ForeignPage<Metric>
    ) async throws(BancadaError) {
        var after = first.next
        while let place = after {
            try operation.checkStopped()
            after = try await source.points(of: key, after: place).next
        }
        var page = first
        while true {
            tally.add(.metrics, \.read, page.items.count)
            try await services.exchange.importRun(run, points: page.items, isLast: false)
            tally.add(.metrics, \.written, page.items.count)
            guard let next = page.next else { return }
            page = try await source.points(of: key, after: next)
        }
    }

    private func existing(_ id: RunID) async throws(BancadaError) -> Run? {
        do {
            return try await services.runs.run(id)
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    /// The run with values cut to what a workspace keeps; each cut is told.
    private func shortened(_ run: Run) -> Run {
        func cut(_ text: String, _ length: Int, _ what: String) -> String {
            let short = TrackingRules.truncated(text, to: length)
            if short.utf8.count < text.utf8.count {
                tally.note(
                    "\(what) of run \(run.id.text)", "it was cut to \(length) characters")
            }
            return short
        }
        let params = run.params.map {
            let length = TrackingRules.paramValueLength
            return Param(key: $0.key, value: cut($0.value, length, "param \"\($0.key)\""))
        }
        let tags = run.tags.map {
            let length = TrackingRules.runTagValueLength
            return Tag(key: $0.key, value: cut($0.value, length, "tag \"\($0.key)\""))
        }
        return run.with(params: params, tags: tags)
    }
}

/// Numbers that several tasks take, each once.
private final class Counter: Sendable {
    private let next = Mutex(0)

    /// The next number below `end`; nil when there is none.
    func take(below end: Int) -> Int? {
        next.withLock { next in
            guard next < end else { return nil }
            defer { next += 1 }
            return next
        }
    }
}

extension Run {
    /// The parent that MLflow's tag names.
    var parentByTag: RunID? {
        tags.first { $0.key == "mlflow.parentRunId" }.flatMap { RunID($0.value) }
    }

    /// Whether a tag of MLflow's client says that it logged tables, images or (as it did before
    /// there were logged models) models as artifacts.
    var saysItHasArtifacts: Bool {
        tags.contains { tag in
            ["mlflow.loggedArtifacts", "mlflow.loggedImages"].contains(tag.key)
                || tag.key == "mlflow.log-model.history" && modelOutputs.isEmpty
        }
    }

    /// The run in another experiment, below a parent.
    func moved(to experiment: ExperimentID, parent: RunID?) -> Run {
        Run(
            id: id, kind: kind, parent: parent, experiment: experiment,
            name: name, user: user, status: status, lifecycle: lifecycle, startTime: startTime,
            endTime: endTime, params: params, metrics: metrics, tags: tags, lease: nil,
            datasets: datasets, modelInputs: modelInputs, modelOutputs: modelOutputs)
    }

    /// The run with other params and tags.
    func with(params: [Param], tags: [Tag]) -> Run {
        Run(
            id: id, kind: kind, parent: parent, experiment: experiment, name: name, user: user,
            status: status, lifecycle: lifecycle, startTime: startTime, endTime: endTime,
            params: params, metrics: metrics, tags: tags, lease: nil, datasets: datasets,
            modelInputs: modelInputs, modelOutputs: modelOutputs)
    }
}
