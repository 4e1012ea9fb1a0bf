import Store
import Testing
import Workbench

/// What `StudyStore` promises.
@Suite struct StudyStoreTests {
    private let scratch: Scratch
    private let workspace: Workspace
    private let studies: any StudyStore
    private let me: ProcessIdentity

    init() throws {
        scratch = try Scratch()
        workspace = try scratch.create()
        studies = workspace.studies
        me = try ProcessIdentity.current()
    }

    private func id(_ digit: Int) throws -> RunID {
        try #require(RunID(String(repeating: String(digit), count: 32)))
    }

    private func time(_ milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: 1_700_000_000_000 + milliseconds)
    }

    @discardableResult
    private func open(
        _ name: String = "s", specification: String = "{}", run: Int = 1,
        as holder: ProcessIdentity? = nil
    ) async throws -> Study {
        try await studies.openStudy(
            NewStudy(
                name: name, specification: specification,
                objective: StudyObjective(metric: "y", goal: .minimize, target: 0.5),
                run: NewRun(
                    id: id(run), kind: .job, experiment: .standard, user: "u", startTime: time(0),
                    holder: holder ?? me)),
            holder: holder ?? me, at: time(0))
    }

    private func trial(
        _ number: Int, _ state: TrialState, value: Double? = nil, run: Int? = nil
    ) throws -> Trial {
        Trial(
            number: number, state: state,
            assignment: Assignment([
                .init("f", 0.1), .init("i", 3), .init("t", "word"), .init("b", true),
                .init("n", .null), .init("whole", .number(2)),
            ]), value: value, metrics: value.map { [.init("y", .number($0))] } ?? [],
            message: state == .failed ? "no luck" : nil, run: try run.map { try id($0) },
            startTime: time(Int64(number)),
            endTime: state.isFinished ? time(Int64(number) + 1) : nil)
    }

    @Test("Trials come back as they were written, ordered by number")
    func trials() async throws {
        let study = try await open()
        #expect(study.objective == StudyObjective(metric: "y", goal: .minimize, target: 0.5))
        let written = [
            try trial(2, .running, run: 4), try trial(0, .complete, value: 0.25, run: 2),
            try trial(1, .failed, run: 3),
        ]
        try await studies.update(written, of: "s", holder: me)
        let read = try await studies.trials(of: "s")
        #expect(read == written.sorted { $0.number < $1.number })
        let stored = try await studies.study(named: "s")
        #expect(stored.completed == 1 && stored.failed == 1 && stored.state == .running)
    }

    @Test("A study goes on only with the same specification")
    func specification() async throws {
        let first = try await open()
        try await studies.closeStudy(named: "s", state: .stopped, holder: me, at: time(5))
        let again = try await open(run: 2)
        #expect(again.run == first.run && again.state == .running)
        let error = await #expect(throws: BancadaError.self) {
            try await open(specification: "{\"other\":1}", run: 3)
        }
        #expect(error?.code == .conflict)
    }

    @Test("Only the holder of the lease writes")
    func lease() async throws {
        try await open()
        let stranger = ProcessIdentity(
            bootID: me.bootID, processID: me.processID, startTicks: me.startTicks + 1)
        let running = try trial(0, .running, run: 2)
        let error = await #expect(throws: BancadaError.self) {
            try await studies.update([running], of: "s", holder: stranger)
        }
        #expect(error?.code == .conflict)
        #expect(try await studies.trials(of: "s").isEmpty)
        try await studies.closeStudy(named: "s", state: .complete, holder: me, at: time(9))
        await #expect(throws: BancadaError.self) {
            try await studies.update([running], of: "s", holder: me)
        }
    }

    @Test("Running trials are forgotten and their runs killed; finished ones stay")
    func discards() async throws {
        try await open()
        let finished = try trial(0, .complete, value: 1, run: 2)
        try await studies.update(
            [finished, try trial(1, .running, run: 3)], of: "s", holder: me)
        try await studies.discardRunningTrials(of: "s", holder: me, at: time(7))
        #expect(try await studies.trials(of: "s") == [finished])
        #expect(try await workspace.runs.run(id(3)).status == .killed)
        #expect(try await workspace.runs.run(id(2)).status == .finished)
        try await studies.update([try trial(1, .running, run: 4)], of: "s", holder: me)
        #expect(try await studies.trials(of: "s").count == 2)
    }

    @Test("An update is whole or not at all")
    func whole() async throws {
        try await open()
        let bad = Trial(
            number: 1, state: .running, assignment: Assignment([.init("x", ["a list"])]),
            startTime: time(0))
        await #expect(throws: BancadaError.self) {
            try await studies.update(
                [try trial(0, .complete, value: 1, run: 2), bad], of: "s", holder: me)
        }
        #expect(try await studies.trials(of: "s").isEmpty)
    }

    @Test("What is not there is not found; studies are listed newest first")
    func missing() async throws {
        for call in [
            { _ = try await studies.study(named: "x") },
            { _ = try await studies.trials(of: "x") },
        ] as [() async throws -> Void] {
            let error = await #expect(throws: BancadaError.self) { try await call() }
            #expect(error?.code == .notFound)
        }
        try await open("a", run: 1)
        try await open("b", run: 2)
        #expect(try await studies.studies().map(\.name) == ["b", "a"])
    }
}
