import Components
import LinearAlgebra
import Synchronization
import Workbench

/// Fills a workspace with everything that an archive carries, by a seed.
struct Population {
    private var generator: Xoshiro256

    init(seed: UInt64) {
        generator = Xoshiro256(seed: seed)
    }

    private mutating func number(_ range: Range<Int>) -> Int {
        Int.random(in: range, using: &generator)
    }

    private mutating func text() -> String {
        let words = [
            "", "plain", "line\nline", "ü \u{85}\u{2028}x", "'\"\\", "1e5", "null", "# no",
        ]
        return words[number(0..<words.count)] + "\(number(0..<100))"
    }

    private mutating func tags(_ keys: [String]) -> [Tag] {
        keys.filter { _ in number(0..<3) > 0 }.map { Tag(key: $0, value: text()) }
    }

    private static let keys = ["a", "a/b", "team/name", "x y", "ü.é", "deep/er/key", "1e5"]

    /// Fills a workspace.
    static func fill(_ bench: Bench, seed: UInt64) async throws {
        var population = Population(seed: seed)
        try await population.fill(bench)
    }

    private mutating func fill(_ bench: Bench) async throws {
        let services = bench.services
        var runs: [RunID] = []
        var experiments = [ExperimentID.standard]
        for index in 1...3 {
            experiments.append(
                try await services.experiments.createExperiment(
                    named: "exp \(index) ü", artifactLocation: nil, tags: tags(Self.keys),
                    at: services.clock.now()))
        }
        for experiment in experiments {
            for _ in 0..<number(1..<8) {
                runs.append(try await addRun(to: experiment, services, parents: runs))
            }
        }
        for experiment in experiments {
            for _ in 0..<number(0..<25) { try await addTrace(to: experiment, runs, services) }
        }
        let models = try await addModels(experiments, runs, services)
        try await addVersions(models, runs, services)
        try await services.experiments.setLifecycle(
            .deleted, of: experiments[3], at: services.clock.now())
    }

    private mutating func addRun(
        to experiment: ExperimentID, _ services: Services, parents: [RunID]
    ) async throws -> RunID {
        let id = RunID(using: &generator)
        let kinds = RunKind.allCases
        let kind = kinds[number(0..<kinds.count)]
        let run = try await services.runs.createRun(
            NewRun(
                id: id, kind: kind, experiment: experiment,
                name: number(0..<2) == 0 ? nil : "run " + text(), user: text(),
                parent: number(0..<2) == 0 ? nil : parents.last,
                startTime: Timestamp(milliseconds: Int64(number(0..<5000))),
                tags: tags(Self.keys))
        ).id
        let params = Self.keys.filter { _ in number(0..<2) == 0 }
            .map { Param(key: $0, value: text()) }
        try await services.runs.log(LogBatch(params: params), to: run)
        for key in ["loss", "deep/acc", "nan"] where number(0..<3) > 0 {
            let points = (0..<number(1..<50)).map { step in
                Metric(
                    key: key,
                    value: key == "nan" ? .nan : Double(number(-100..<100)) / 7,
                    timestamp: Timestamp(milliseconds: Int64(number(0..<1000))),
                    step: Int64(step - 3))
            }
            try await services.runs.log(LogBatch(metrics: points), to: run)
        }
        try await services.runs.logInputs(
            [
                DatasetInput(
                    name: "data \(number(0..<3))", digest: "d", sourceType: "local",
                    source: "{}", schema: number(0..<2) == 0 ? nil : "{}", tags: tags(["x"]))
            ], to: run)
        try await addFiles(to: run, of: experiment, services)
        if number(0..<3) > 0 {
            let statuses = RunStatus.allCases
            _ = try await services.runs.updateRun(
                run,
                RunUpdate(
                    status: statuses[number(0..<statuses.count)],
                    endTime: Timestamp(milliseconds: 9000)))
        }
        if number(0..<4) == 0 { try await services.runs.setLifecycle(.deleted, of: run) }
        return run
    }

    private mutating func addFiles(
        to run: RunID, of experiment: ExperimentID, _ services: Services
    ) async throws {
        for name in ["file.txt", "dir/ü ä.bin", "empty"] where number(0..<2) == 0 {
            let upload = try await services.tree.beginUpload()
            if name != "empty" {
                try await upload.write((0..<number(1..<3000)).map { UInt8($0 & 255) })
            }
            _ = try await upload.finish(
                at: ArtifactPath.run(run, of: experiment).appending(try ArtifactPath(name)))
        }
        guard number(0..<2) == 0 else { return }
        let content = try await services.artifacts.store(
            bytes: Array("typed \(number(0..<1000))".utf8))
        let artifact = try await services.artifacts.recordArtifact(
            NewArtifact(
                type: .dataset, name: "typed/table", digest: content.digest, producer: run,
                metadata: [Tag(key: "rows", value: "3")]), at: services.clock.now())
        let input = try await services.artifacts.store(bytes: Array("in".utf8))
        let source = try await services.artifacts.recordArtifact(
            NewArtifact(type: .dataset, name: "given", digest: input.digest),
            at: Timestamp(milliseconds: 77))
        try await services.artifacts.recordInput(
            number(0..<2) == 0 ? "own" : "first", artifact: source.id, of: run)
        _ = artifact
    }

    private mutating func addTrace(
        to experiment: ExperimentID, _ runs: [RunID], _ services: Services
    ) async throws {
        let digits = RunID(using: &generator).text
        guard let id = TraceID(number(0..<5) == 0 ? "a/b:\(digits)" : "tr-\(digits)") else {
            return
        }
        let spans = (0..<number(0..<4)).map { index in
            TraceSpan(
                id: "000000000000000\(index)", parent: index == 0 ? nil : "0000000000000000",
                name: text(), type: index == 1 ? "" : "LLM", status: index == 2 ? "ERROR" : "OK",
                startNanoseconds: Int64(number(0..<5)), endNanoseconds: index == 1 ? nil : 9,
                content: "{\"text\": \"\(number(0..<9)) ü\"}")
        }
        let trace = Trace(
            id: id, experiment: experiment,
            requestTime: Timestamp(milliseconds: Int64(number(0..<5000))),
            executionMilliseconds: number(0..<2) == 0 ? nil : 7,
            state: TraceState.allCases[number(0..<TraceState.allCases.count)],
            clientRequestID: number(0..<2) == 0 ? nil : text(),
            requestPreview: number(0..<2) == 0 ? nil : text(),
            metadata: tags(["mlflow.x", "ü"]), tags: tags(["mlflow.traceName", "t"]))
        _ = try await services.exchange.importTrace(
            StoredTrace(
                trace: trace, spans: spans,
                runs: number(0..<2) == 0 ? [] : [runs[number(0..<runs.count)]]))
        guard number(0..<3) == 0 else { return }
        let upload = try await services.tree.beginUpload()
        try await upload.write(Array("attached".utf8))
        _ = try await upload.finish(
            at: try ArtifactPath("\(experiment.number)/traces/\(id.text)/artifacts/a.bin"))
    }

    private mutating func addModels(
        _ experiments: [ExperimentID], _ runs: [RunID], _ services: Services
    ) async throws -> [LoggedModelID] {
        var models: [LoggedModelID] = []
        for index in 0..<6 {
            let run = try await services.runs.run(runs[number(0..<runs.count)])
            let id = LoggedModelID(digitsOf: RunID(using: &generator))
            _ = try await services.loggedModels.createLoggedModel(
                NewLoggedModel(
                    id: id, experiment: experiments[index % 3], name: "model \(index)",
                    type: index % 2 == 0 ? "sklearn" : "",
                    sourceRun: index == 4 ? nil : run.id,
                    params: [Param(key: "k/l", value: text())], tags: tags(Self.keys)),
                at: services.clock.now())
            let upload = try await services.tree.beginUpload()
            try await upload.write(Array("model \(index)".utf8))
            _ = try await upload.finish(
                at: ArtifactPath.model(id, of: experiments[index % 3])
                    .appending(try ArtifactPath("MLmodel")))
            if run.lifecycle == .active {
                try await services.runs.logModelOutputs(
                    [ModelOutput(model: id, step: 4)], to: run.id)
                try await services.runs.logModelInputs([id], to: run.id)
                try await services.runs.log(
                    LogBatch(metrics: [
                        Metric(
                            key: "m", value: 0.25, timestamp: Timestamp(milliseconds: 5), step: 2,
                            subject: MetricSubject(
                                model: id, datasetName: "a b", datasetDigest: "c"))
                    ]), to: run.id)
            }
            if index == 3 {
                try await services.loggedModels.deleteLoggedModel(id, at: services.clock.now())
            } else {
                _ = try await services.loggedModels.finalize(
                    id, index == 1 ? .failed : .ready, at: services.clock.now())
                models.append(id)
            }
        }
        return models
    }

    private mutating func addVersions(
        _ models: [LoggedModelID], _ runs: [RunID], _ services: Services
    ) async throws {
        let registry = services.registry
        _ = try await registry.createModel(
            named: "none yet", description: text(), tags: tags(Self.keys),
            at: services.clock.now())
        let loose = try await services.artifacts.store(bytes: Array("loose".utf8))
        for (index, model) in models.enumerated() {
            _ = try await registry.createVersion(
                NewModelVersion(
                    name: "registered ü", source: index == 2 ? "/gone" : "models:/\(model.text)",
                    run: runs[number(0..<runs.count)], digest: index == 2 ? loose.digest : nil,
                    description: text(), tags: tags(Self.keys), aliases: ["alias-\(index)"],
                    loggedModel: model, runLink: "http://x"), at: services.clock.now())
        }
        _ = try await registry.moveVersion(
            2, ofModel: "registered ü", to: .production, archivesOthers: false,
            at: services.clock.now())
        try await registry.deleteVersion(
            models.count, ofModel: "registered ü", at: services.clock.now())
        try await registry.deleteVersion(1, ofModel: "registered ü", at: services.clock.now())
    }
}

/// Says no for some time.
final class Countdown: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) {
        left = Mutex(count)
    }

    func isOver() -> Bool {
        left.withLock {
            $0 -= 1
            return $0 < 0
        }
    }
}
