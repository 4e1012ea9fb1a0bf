import Store
import Testing
import Workbench

/// Runs in the bin that stay, each for a reason of its own.
@Suite struct GarbageKeepersTests {
    private let bench: GarbageBench
    private var workspace: Workspace { bench.workspace }

    init() throws {
        bench = try GarbageBench()
    }

    private func check(keeps run: Int, because reason: String) async throws {
        let report = try await bench.collect()
        #expect(report.kept.first { $0.id == runID(run).text }?.reason == reason)
        #expect(try await bench.exists(run))
        #expect(try await workspace.integrityCheck(.digests) == [])
    }

    private func start(_ run: Int, parent: Int? = nil) async throws {
        _ = try await workspace.runs.createRun(
            NewRun(
                id: runID(run), kind: .train, experiment: .standard, user: "ana",
                parent: parent.map(runID), startTime: at(1)))
    }

    @Test("The parent of a run that stays, and its parent; children in the bin go")
    func parents() async throws {
        try await start(1)
        try await start(2, parent: 1)
        try await start(3, parent: 2)
        try await start(4, parent: 1)
        try await bench.delete(1, 2, 4)
        try await check(keeps: 1, because: "a run that stays is a part of it")
        #expect(try await bench.exists(2))
        #expect(!(try await bench.exists(4)))
        try await bench.delete(3)
        #expect(try await bench.collect().runs.count == 3)
    }

    @Test("The run of a registered model, until the version is deleted")
    func registered() async throws {
        try await start(1)
        let model = try await bench.recordFolder(["a": "weights"], as: "model", of: 1)
        let registry = workspace.models
        _ = try await registry.createVersion(
            NewModelVersion(
                name: "m", source: "runs:/x", run: runID(1), digest: model.content.digest),
            at: at(1))
        try await bench.delete(1)
        try await check(keeps: 1, because: "it made a registered model")
        #expect(try await workspace.artifacts.isPresent(model.content.digest))
        try await registry.deleteVersion(1, ofModel: "m", at: at(2))
        #expect(try await bench.collect().runs.count == 1)
        #expect(try bench.stored().isEmpty)
    }

    @Test("A registered model's content stays without any run")
    func content() async throws {
        let content = try await workspace.artifacts.store(bytes: [1, 2])
        _ = try await workspace.models.createVersion(
            NewModelVersion(name: "m", source: "file", digest: content.digest), at: at(1))
        bench.clock.move(.seconds(9000))
        #expect(try await bench.collect().isEmpty)
        #expect(try await workspace.artifacts.isPresent(content.digest))
    }

    @Test("A run whose artifact another reads, or is a dataset")
    func read() async throws {
        try await start(1)
        try await start(2)
        try await start(3)
        let made = try await bench.record("data", as: "x", of: 1)
        try await workspace.artifacts.recordInput("in", artifact: made.id, of: runID(2))
        let table = try await bench.record("table", as: "t", of: 3)
        _ = try await workspace.datasets.registerDataset(
            named: "d", artifact: table.id, source: "s", rows: 1, columns: 1, at: at(1))
        try await bench.delete(1, 3)
        try await check(keeps: 1, because: "something that stays reads what it made")
        #expect(try await bench.exists(3))
        // With its reader it goes; the dataset's run stays.
        try await bench.delete(2)
        #expect(Set(try await bench.collect().runs.map(\.id)) == [runID(1).text, runID(2).text])
    }

    @Test("What came from outside stays while something uses it")
    func outside() async throws {
        try await start(1)
        let used = try await bench.record("used", as: "x", of: nil)
        try await bench.record("unused", as: "y", of: nil)
        try await workspace.artifacts.recordInput("in", artifact: used.id, of: runID(1))
        #expect(try await bench.collect().isEmpty)
        bench.clock.move(.seconds(7200))
        let report = try await bench.collect()
        #expect(report.artifacts == 1 && report.contents.count == 1)
        #expect(try await workspace.artifacts.isPresent(used.content.digest))
    }

    @Test("A run with a live process, until its lease is dead")
    func busy() async throws {
        let me = try ProcessIdentity.current()
        _ = try await workspace.runs.createRun(
            NewRun(
                id: runID(1), kind: .train, experiment: .standard, user: "ana",
                startTime: bench.clock.clock.now(), holder: me))
        try await bench.delete(1)
        try await check(keeps: 1, because: "a process works on it")
        bench.clock.move(.seconds(60))
        #expect(try await bench.collect().runs.count == 1)
    }

    @Test("What is pinned", arguments: [("", true), ("yes", true), ("false", false)])
    func pinned(value: String, stays: Bool) async throws {
        try await start(1)
        try await workspace.runs.log(
            LogBatch(tags: [Tag(key: "bancada.pinned", value: value)]), to: runID(1))
        try await bench.delete(1)
        let report = try await bench.collect()
        #expect(report.kept.map(\.reason) == (stays ? ["it is pinned"] : []))
        #expect(try await bench.exists(1) == stays)
    }

    @Test("A result that a pipeline run took, and the content that its outputs name")
    func pipelines() async throws {
        let me = try ProcessIdentity.current()
        try await start(1)
        let made = try await bench.record("result", as: "x", of: 1)
        let named = try await workspace.artifacts.store(bytes: Array("named".utf8))
        try await workspace.pipelines.createPipelineRun(
            NewRun(
                id: runID(2), kind: .pipeline, experiment: .standard, user: "ana",
                startTime: bench.clock.clock.now(), holder: me),
            pipeline: "p", specification: "{}")
        var task = TaskRecord(path: "load", component: "x")
        task.state = .succeeded
        task.isCached = true
        task.run = runID(1)
        task.outputs = #"{"x":{"$artifact":{"digest":"\#(named.digest.hex)"}}}"#
        try await workspace.pipelines.update(
            [task], executions: [], of: runID(2), holder: me)
        try await workspace.pipelines.finish(
            runID(2), status: .finished, outputs: nil, message: nil, holder: me, at: at(9))
        bench.clock.move(.seconds(7200))
        try await bench.delete(1)
        try await check(keeps: 1, because: "a pipeline run that stays took its result")
        #expect(try await workspace.artifacts.isPresent(made.content.digest))
        #expect(try await workspace.artifacts.isPresent(named.digest))
        try await bench.delete(2)
        #expect(try await bench.collect().runs.count == 2)
        #expect(try bench.stored().isEmpty)
    }

    @Test("A study and its trials go together")
    func studies() async throws {
        let me = try ProcessIdentity.current()
        let now = bench.clock.clock.now()
        _ = try await workspace.studies.openStudy(
            NewStudy(
                name: "s", specification: "{}",
                objective: StudyObjective(metric: "y", goal: .minimize, target: nil),
                run: NewRun(
                    id: runID(1), kind: .job, experiment: .standard, user: "u", startTime: now,
                    holder: me)), holder: me, at: now)
        let trial = Trial(
            number: 0, state: .complete, assignment: Assignment([]), value: 1, metrics: [],
            message: nil, run: runID(2), startTime: now, endTime: now)
        try await workspace.studies.update([trial], of: "s", holder: me)
        try await workspace.studies.closeStudy(
            named: "s", state: .complete, holder: me, at: now)
        try await bench.delete(2)
        try await check(keeps: 2, because: "a study that stays has it as a trial")
        try await workspace.runs.setLifecycle(.active, of: runID(2))
        try await bench.delete(1)
        let report = try await bench.collect()
        #expect(report.kept.map(\.id) == [runID(1).text])
        try await bench.delete(2)
        #expect(try await bench.collect().runs.count == 2)
        #expect(await code { try await workspace.studies.study(named: "s") } == .notFound)
    }
}

/// After any history, what is left is whole.
@Suite struct GarbagePropertyTests {
    @Test("After a collection every reference resolves", arguments: 1...8)
    func resolves(seed: UInt64) async throws {
        let bench = try GarbageBench()
        let workspace = bench.workspace
        var random = SplitMix64(seed: seed)
        var runs: [Int] = []
        var artifacts: [Artifact] = []
        for number in 1...40 {
            let parent = Bool.random(using: &random) ? runs.randomElement(using: &random) : nil
            _ = try await workspace.runs.createRun(
                NewRun(
                    id: runID(number), kind: .train, experiment: .standard, user: "u",
                    parent: parent.map(runID), startTime: at(Int64(number))))
            runs.append(number)
            if let artifact = artifacts.randomElement(using: &random), Bool.random(using: &random) {
                try await workspace.artifacts.recordInput(
                    "in", artifact: artifact.id, of: runID(number))
            }
            let parts = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                Int.random(in: 0..<12, using: &random)
            }
            let files = Dictionary(parts.map { ("f\($0)", "text \($0)") }) { first, _ in first }
            let made = try await bench.recordFolder(files, as: "x", of: number)
            artifacts.append(made)
            if number.isMultiple(of: 9) {
                _ = try await workspace.models.createVersion(
                    NewModelVersion(
                        name: "m", source: "x", run: runID(number), digest: made.content.digest),
                    at: at(1))
            }
        }
        for _ in 0..<4 {
            for run in runs where Int.random(in: 0..<3, using: &random) == 0 {
                if try await bench.exists(run) { try await bench.delete(run) }
            }
            let active = try await workspace.runs.runs(RunQuery(), limit: 1000, after: nil)
            let report = try await bench.collect()
            let after = try await workspace.runs.runs(RunQuery(), limit: 1000, after: nil)
            #expect(active.items.map(\.id) == after.items.map(\.id), "seed \(seed)")
            #expect(report.waiting.count == 0)
            #expect(try await workspace.integrityCheck(.digests) == [], "seed \(seed)")
            for run in after.items {
                for output in try await workspace.artifacts.outputs(of: run.id) {
                    #expect(try await workspace.artifacts.isPresent(output.content.digest))
                }
                _ = try await workspace.artifacts.inputs(of: run.id)
            }
            #expect(try await bench.collect().isEmpty, "seed \(seed): a second time")
        }
    }
}
