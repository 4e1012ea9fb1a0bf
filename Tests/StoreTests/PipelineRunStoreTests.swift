import Store
import Testing
import Workbench

@Suite struct PipelineRunStoreTests {
    private let scratch: Scratch
    private let workspace: Workspace
    private let me: ProcessIdentity
    private var other: ProcessIdentity {
        ProcessIdentity(bootID: me.bootID, processID: 1, startTicks: me.startTicks &+ 7)
    }
    private var store: SQLitePipelineRunStore { workspace.pipelines }

    init() throws {
        scratch = try Scratch()
        workspace = try scratch.create()
        me = try ProcessIdentity.current()
    }

    private func start(_ number: Int = 1, holder: ProcessIdentity? = nil) async throws {
        try await store.createPipelineRun(
            NewRun(
                id: runID(number), kind: .pipeline, experiment: .standard, user: "ana",
                startTime: at(Int64(number)), holder: holder ?? me),
            pipeline: "p", specification: #"{"a":1}"#)
    }

    private func attempt(_ number: Int, of pipeline: Int = 1) -> NewRun {
        NewRun(
            id: runID(number), kind: .task, experiment: .standard, name: "load", user: "ana",
            parent: runID(pipeline), startTime: at(5), holder: me)
    }

    @Test("A pipeline run keeps what is needed to go on, under the lease of who executes it")
    func create() async throws {
        try await start()
        let record = try await store.pipelineRun(runID(1))
        #expect(record.pipeline == "p" && record.specification == #"{"a":1}"#)
        #expect(record.cancelRequests == 0 && record.outputs == nil)
        let run = try await workspace.runs.run(runID(1))
        #expect(run.kind == .pipeline && run.status == .running && run.lease?.holder == me)
        try await workspace.start(2)
        #expect(await code { try await store.pipelineRun(runID(2)) } == .notFound)
    }

    @Test("An execution is written with its run, its artifacts, metrics and inputs")
    func execution() async throws {
        try await start()
        let content = try await workspace.artifacts.store(bytes: [1, 2, 3])
        _ = try await workspace.artifacts.recordArtifact(
            NewArtifact(type: .dataset, name: "source", digest: content.digest), at: at(2))
        var task = TaskRecord(path: "load", component: "data.import")
        task.state = .running
        task.attempt = 1
        task.run = runID(9)
        try await store.update([task], executions: [.started(attempt(9))], of: runID(1), holder: me)
        task.state = .succeeded
        task.outputs = #"{"x":1}"#
        task.endTime = at(8)
        task.usage = ChildUsage(userSeconds: 0.5, systemSeconds: 0.25, maxResidentBytes: 4096)
        let key = ContentDigest.sha256([7])
        try await store.update(
            [task],
            executions: [
                .ended(
                    runID(9), status: .finished, at: at(8),
                    batch: LogBatch(
                        params: [Param(key: "k", value: "v")],
                        metrics: [Metric(key: "m", value: 2, timestamp: at(8))]),
                    artifacts: [
                        NewArtifact(
                            type: .dataset, name: "table", digest: content.digest,
                            producer: runID(9))
                    ], inputs: [("raw", content.digest)]),
                .cached(key, CachedResult(run: runID(9), outputs: #"{"x":1}"#)),
            ], of: runID(1), holder: me)
        #expect(try await store.tasks(of: runID(1)) == [task])
        let run = try await workspace.runs.run(runID(9))
        #expect(run.status == .finished && run.parent == runID(1) && run.kind == .task)
        #expect(run.params.map(\.value) == ["v"] && run.metrics.map(\.value) == [2])
        #expect(try await workspace.artifacts.outputs(of: runID(9)).map(\.name) == ["table"])
        let inputs = try await workspace.artifacts.inputs(of: runID(9))
        #expect(inputs.map(\.name) == ["raw"])
        #expect(inputs.map(\.artifact.name) == ["source"], "not its own output of the same bytes")
        #expect(
            try await store.cachedResult(key)
                == CachedResult(run: runID(9), outputs: #"{"x":1}"#))
        try await workspace.runs.setLifecycle(.deleted, of: runID(9))
        #expect(try await store.cachedResult(key) == nil)
    }

    @Test("Who lost the lease writes nothing")
    func lostLease() async throws {
        try await start(holder: other)
        let task = TaskRecord(path: "load", component: "x")
        #expect(
            await code {
                try await store.update(
                    [task], executions: [.started(attempt(9))], of: runID(1), holder: me)
            } == .conflict)
        #expect(try await store.tasks(of: runID(1)).isEmpty)
        #expect(await code { try await workspace.runs.run(runID(9)) } == .notFound)
        #expect(
            await code {
                try await store.finish(
                    runID(1), status: .finished, outputs: nil, message: nil, holder: me, at: at(9))
            } == .conflict)
    }

    @Test("A run of a dead process can be taken over, one of a live process cannot")
    func takeOver() async throws {
        try await start(holder: other)
        let taken = try await store.takeOver(runID(1), holder: me, at: at(20))
        #expect(taken.run == runID(1))
        let third = ProcessIdentity(bootID: "b", processID: 3, startTicks: 3)
        #expect(
            await code { try await store.takeOver(runID(1), holder: third, at: at(21)) }
                == .conflict)
    }

    @Test("Requests to stop are counted to two, and refused once the run has ended")
    func cancel() async throws {
        try await start()
        for level in [1, 2, 2] {
            try await store.requestCancel(runID(1))
            #expect(try await store.pipelineRun(runID(1)).cancelRequests == level)
        }
        try await store.finish(
            runID(1), status: .killed, outputs: nil, message: "stopped", holder: me, at: at(9))
        #expect(await code { try await store.requestCancel(runID(1)) } == .conflict)
        let run = try await workspace.runs.run(runID(1))
        #expect(run.status == .killed)
        #expect(run.tags.contains { $0.key == "bancada.error" && $0.value == "stopped" })
        _ = try await store.takeOver(runID(1), holder: me, at: at(20))
        #expect(try await store.pipelineRun(runID(1)).cancelRequests == 0)
        #expect(try await workspace.runs.run(runID(1)).status == .running)
    }

    @Test("Process groups of dead holders are stray, those of live ones are not")
    func groups() async throws {
        try await start(1, holder: other)
        try await start(2)
        let mine = ProcessGroup(
            run: runID(8), leader: .init(bootID: me.bootID, processID: 77, startTicks: 1))
        let theirs = ProcessGroup(
            run: runID(9), leader: .init(bootID: me.bootID, processID: 78, startTicks: 2))
        try await store.update([], executions: [.group(mine)], of: runID(2), holder: me)
        try await store.update([], executions: [.group(theirs)], of: runID(1), holder: other)
        let now = Timestamp(milliseconds: 5)
        #expect(try await store.strayGroups(at: now) == [theirs])
        try await workspace.groups.forget(theirs)
        #expect(try await store.strayGroups(at: now).isEmpty)
        // Silent for longer than a lease lasts: the holder has lost what it held.
        let later = Timestamp(milliseconds: 60_000)
        #expect(try await store.strayGroups(at: later) == [mine])
    }

    @Test("Earlier tasks of a path are found newest first")
    func earlier() async throws {
        for number in 1...3 {
            try await start(number)
            var task = TaskRecord(path: "load", component: "x")
            task.message = "m\(number)"
            try await store.update([task], executions: [], of: runID(number), holder: me)
        }
        let found = try await store.earlierTasks(
            "load", pipeline: "p", before: runID(3), limit: 5)
        #expect(found.map(\.task.message) == ["m2", "m1"])
        #expect(
            try await store.earlierTasks("load", pipeline: "q", before: nil, limit: 5).isEmpty)
    }
}
