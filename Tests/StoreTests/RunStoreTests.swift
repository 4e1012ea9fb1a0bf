import Store
import Testing
import Workbench

@Suite struct RunStoreTests {
    @Test("Starts a run and returns what it stored")
    func create() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1)
        let run = try await workspace.runs.createRun(
            NewRun(
                id: runID(2), kind: .trial, experiment: .standard, name: "two", user: "ana",
                parent: runID(1), startTime: at(5), tags: [Workbench.Tag(key: "k", value: "v")]))
        #expect(run.id == runID(2))
        #expect(run.kind == .trial)
        #expect(run.parent == runID(1))
        #expect(run.experiment == .standard)
        #expect(run.name == "two")
        #expect(run.user == "ana")
        #expect(run.status == .running)
        #expect(run.lifecycle == .active)
        #expect(run.startTime == at(5))
        #expect(run.endTime == nil)
        #expect(run.lease == nil)
        #expect(
            run.tags == [
                Workbench.Tag(key: "k", value: "v"),
                Workbench.Tag(key: "mlflow.parentRunId", value: runID(1).text),
                Workbench.Tag(key: "mlflow.runName", value: "two"),
            ])
    }

    @Test("Invents a name and makes it the tag", arguments: [nil, ""])
    func inventsNames(name: String?) async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let run = try await workspace.start(1, name: name)
        #expect(run.name.wholeMatch(of: /[a-z]+-[a-z]+-[0-9]{1,3}/) != nil, "\(run.name)")
        #expect(run.tags == [Workbench.Tag(key: "mlflow.runName", value: run.name)])
        let other = try await workspace.start(2, name: name)
        #expect(other.name != run.name)
    }

    @Test("Invents the same names from the same random numbers")
    func repeatsNames() async throws {
        let first = try Scratch()
        let second = try Scratch()
        let name = try await first.create().start(1).name
        #expect(try await second.create().start(1).name == name)
    }

    @Test("The name and its tag are one thing")
    func nameIsTag() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let tag = Workbench.Tag(key: "mlflow.runName", value: "tagged")
        #expect(try await workspace.start(1, tags: [tag]).name == "tagged")
        #expect(try await workspace.start(2, name: "tagged", tags: [tag]).name == "tagged")
        #expect(
            await code { try await workspace.start(3, name: "other", tags: [tag]) }
                == .invalidInput)

        let renamed = try await workspace.runs.updateRun(runID(1), RunUpdate(name: "renamed"))
        #expect(renamed.name == "renamed")
        #expect(renamed.tags == [Workbench.Tag(key: "mlflow.runName", value: "renamed")])

        try await workspace.runs.log(LogBatch(tags: [tag]), to: runID(1))
        #expect(try await workspace.runs.run(runID(1)).name == "tagged")
        let kept = try await workspace.runs.updateRun(runID(1), RunUpdate(name: ""))
        #expect(kept.name == "tagged")
        let empty = Workbench.Tag(key: "mlflow.runName", value: "")
        try await workspace.runs.log(LogBatch(tags: [empty]), to: runID(1))
        #expect(try await workspace.runs.run(runID(1)).name == "tagged")
        #expect(try await workspace.runs.run(runID(1)).tags == [tag])
    }

    @Test("Refuses what cannot be started")
    func refuses() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1)
        #expect(await code { try await workspace.start(1) } == .conflict)
        #expect(
            await code { try await workspace.start(2, experiment: ExperimentID(9)) }
                == .notFound)
        #expect(
            await code {
                try await workspace.runs.createRun(
                    NewRun(
                        id: runID(2), kind: .task, experiment: .standard, user: "",
                        parent: runID(9), startTime: at(1)))
            } == .notFound)
        #expect(
            await code {
                try await workspace.start(2, tags: [Workbench.Tag(key: "a//b", value: "")])
            }
                == .invalidInput)
        let id = try await workspace.experiments.createExperiment(
            named: "a", artifactLocation: nil, tags: [], at: at(1))
        try await workspace.experiments.setLifecycle(.deleted, of: id, at: at(2))
        #expect(await code { try await workspace.start(2, experiment: id) } == .invalidInput)
        #expect(await code { try await workspace.runs.run(runID(2)) } == .notFound)
    }

    @Test("Changes status and end")
    func update() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1)
        let ended = try await workspace.runs.updateRun(
            runID(1), RunUpdate(status: .finished, endTime: at(9)))
        #expect(ended.status == .finished)
        #expect(ended.endTime == at(9))
        let same = try await workspace.runs.updateRun(runID(1), RunUpdate())
        #expect(same.status == .finished)
        #expect(same.endTime == at(9))
        #expect(
            await code { try await workspace.runs.updateRun(runID(2), RunUpdate()) } == .notFound)
    }

    @Test("A deleted run can be read and restored, not changed")
    func deleted() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let runs = workspace.runs
        try await workspace.start(1)
        try await runs.setLifecycle(.deleted, of: runID(1))
        try await runs.setLifecycle(.deleted, of: runID(1))
        #expect(try await runs.run(runID(1)).lifecycle == .deleted)
        let metric = Metric(key: "m", value: 1, timestamp: at(1))
        #expect(
            await code { try await runs.log(LogBatch(metrics: [metric]), to: runID(1)) }
                == .invalidInput)
        #expect(
            await code { try await runs.updateRun(runID(1), RunUpdate(status: .failed)) }
                == .invalidInput)
        #expect(await code { try await runs.deleteTag("x", of: runID(1)) } == .invalidInput)
        #expect(await code { try await runs.logInputs([], to: runID(1)) } == .invalidInput)
        #expect(await code { try await runs.setLifecycle(.active, of: runID(2)) } == .notFound)
        try await runs.setLifecycle(.active, of: runID(1))
        try await runs.log(LogBatch(metrics: [metric]), to: runID(1))
        #expect(try await runs.run(runID(1)).metrics == [metric])
    }

    @Test("Finds runs by the start of their id")
    func prefix() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        for text in ["aa", "ab", "b0"] {
            let id = try #require(RunID(text + String(repeating: "0", count: 30)))
            _ = try await workspace.runs.createRun(
                NewRun(
                    id: id, kind: .train, experiment: .standard, user: "",
                    startTime: at(text == "aa" ? 1 : 2)))
        }
        func found(_ prefix: String, _ limit: Int = 10) async throws -> [String] {
            try await workspace.runs.runs(idPrefix: prefix, limit: limit)
                .map { String($0.id.text.prefix(2)) }
        }
        #expect(try await found("a") == ["ab", "aa"])
        #expect(try await found("a", 1) == ["ab"])
        #expect(try await found("aa") == ["aa"])
        #expect(try await found("") == ["ab", "b0", "aa"])
        #expect(try await found("c").isEmpty)
        #expect(try await found("zz").isEmpty)
        #expect(try await found("A").isEmpty)
        #expect(try await found("a%").isEmpty)
    }

    @Test("Lists newest first, page by page, without gaps or repeats")
    func pages() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        for number in 1...25 {
            _ = try await workspace.runs.createRun(
                NewRun(
                    id: runID(number), kind: .train, experiment: .standard, user: "",
                    startTime: at(Int64(number / 4))))
        }
        var shown: [Run] = []
        var token: PageToken?
        var pages = 0
        repeat {
            let page = try await workspace.runs.runs(RunQuery(), limit: 7, after: token)
            shown += page.items
            token = page.next
            pages += 1
        } while token != nil
        #expect(pages == 4)
        let expected = (1...25).sorted { ($1 / 4, $0) < ($0 / 4, $1) }
        #expect(shown.map(\.id) == expected.map(runID))
        #expect(
            try await workspace.runs.runs(RunQuery(), limit: 25, after: nil).next == nil)
    }

    @Test("Lists by experiment, kind, status and stage")
    func filters() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let other = try await workspace.experiments.createExperiment(
            named: "other", artifactLocation: nil, tags: [], at: at(1))
        try await workspace.start(1, kind: .train)
        try await workspace.start(2, experiment: other, kind: .trial)
        try await workspace.start(3, experiment: other, kind: .train)
        try await workspace.start(4, kind: .pipeline)
        _ = try await workspace.runs.updateRun(runID(3), RunUpdate(status: .failed))
        try await workspace.runs.setLifecycle(.deleted, of: runID(4))
        func found(_ query: RunQuery) async throws -> [RunID] {
            try await workspace.runs.runs(query, limit: 10, after: nil).items.map(\.id)
        }
        #expect(try await found(RunQuery()) == [runID(3), runID(2), runID(1)])
        #expect(try await found(RunQuery(experiments: [other])) == [runID(3), runID(2)])
        #expect(
            try await found(RunQuery(experiments: [other, .standard], view: .all))
                == [runID(4), runID(3), runID(2), runID(1)])
        #expect(try await found(RunQuery(kinds: [.train])) == [runID(3), runID(1)])
        #expect(
            try await found(RunQuery(kinds: [.train], statuses: [.running])) == [runID(1)])
        #expect(try await found(RunQuery(view: .deletedOnly)) == [runID(4)])
        #expect(try await found(RunQuery(experiments: [ExperimentID(99)])).isEmpty)
    }

    @Test("Refuses limits out of range", arguments: [0, -1, 50_001, .min, .max])
    func limits(limit: Int) async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        #expect(
            await code { try await workspace.runs.runs(RunQuery(), limit: limit, after: nil) }
                == .invalidInput)
        #expect(
            await code {
                try await workspace.experiments.experiments(
                    ExperimentQuery(view: .all), limit: limit, after: nil)
            } == .invalidInput)
        #expect(
            await code {
                try await workspace.runs.history(of: "m", run: runID(1), limit: limit, after: nil)
            } == .invalidInput)
        #expect(
            await code { try await workspace.runs.runs(idPrefix: "", limit: limit) }
                == .invalidInput)
    }
}
