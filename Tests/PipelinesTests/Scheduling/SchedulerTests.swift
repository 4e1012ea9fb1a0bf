import Documents
import Pipelines
import Testing
import Workbench

@Suite struct SchedulerTests {
    @Test("A task runs when what it refers to has succeeded, and is given its outputs")
    func order() throws {
        var play = try Play([
            .make("a"), .make("b", ["x": "${{ tasks.a.out }}"]), .make("c", needs: ["b"]),
        ])
        #expect(play.running == ["a"])
        play.succeed("a", ["out": 7])
        #expect(play.running == ["b"])
        #expect(play.inputs["b"]?.compactText == #"{"x":7}"#)
        play.succeed("b")
        play.succeed("c")
        #expect(play.outcome?.state == .succeeded)
        #expect(play.started == ["a", "b", "c"])
    }

    @Test("No more tasks run at once than there are jobs, in the order of the file")
    func jobs() throws {
        var play = try Play((0..<5).map { try .make("t\($0)") }, jobs: 2)
        #expect(play.running == ["t0", "t1"])
        play.succeed("t1")
        #expect(play.running == ["t0", "t2"])
    }

    @Test("A failure stops what depends on it and nothing else")
    func failure() throws {
        var play = try Play([
            .make("a"), .make("b", needs: ["a"]), .make("c", needs: ["b"]), .make("d"),
            .make("e", needs: ["d"]),
        ])
        play.fail("a", "boom")
        play.succeed("d")
        play.succeed("e")
        #expect(play.outcome?.state == .failed)
        #expect(play.outcome?.message == "a: boom")
        #expect(play.states["b"] == .notTriggered && play.states["c"] == .notTriggered)
    }

    @Test("A false condition skips a task and what needs it; its outputs are null")
    func condition() throws {
        var play = try Play(
            [
                .make("a"), .make("b", when: "tasks.a.out > 1"), .make("c", needs: ["b"]),
            ], outputs: ["x": "${{ tasks.c.out }}", "y": "${{ tasks.a.out }}"])
        play.succeed("a", ["out": 1])
        #expect(play.states["b"] == .skipped && play.states["c"] == .skipped)
        #expect(play.outcome?.state == .succeeded)
        #expect(JSON.object(play.outcome?.outputs ?? []).compactText == #"{"x":null,"y":1}"#)
    }

    @Test("An expression that cannot be computed fails its task with a message")
    func expression() throws {
        var play = try Play([.make("a"), .make("b", ["x": "${{ tasks.a.missing }}"])])
        play.succeed("a", ["out": 1])
        #expect(play.outcome?.state == .failed)
        #expect(play.outcome?.message?.contains("missing") == true)
    }

    @Test("A loop runs each element, a few at a time, and its outputs are lists in order")
    func loop() throws {
        var play = try Play(
            [
                .make("each", ["x": "${{ item }}"], forEach: "[10, 20, 30]", maxParallel: 2),
                .make("sum", ["all": "${{ tasks.each.out }}"]),
            ])
        #expect(play.running == ["each[0]", "each[1]"])
        play.succeed("each[1]", ["out": 2])
        #expect(play.running == ["each[0]", "each[2]"])
        play.succeed("each[2]", ["out": 3])
        play.succeed("each[0]", ["out": 1])
        #expect(play.inputs["sum"]?.compactText == #"{"all":[1,2,3]}"#)
        #expect(play.inputs["each[2]"]?.compactText == #"{"x":30}"#)
    }

    @Test("A loop over nothing succeeds with empty lists; a condition may leave elements out")
    func loopEdges() throws {
        var play = try Play([
            .make("none", forEach: "[]"),
            .make("some", when: "item != 2", forEach: "[1, 2, 3]"),
            .make("end", ["a": "${{ tasks.none.out }}", "b": "${{ tasks.some.out }}"]),
        ])
        play.succeed("some[0]", ["out": 1])
        play.succeed("some[2]", ["out": 3])
        #expect(play.states["some[1]"] == .skipped)
        #expect(play.inputs["end"]?.compactText == #"{"a":[],"b":[1,3]}"#)
    }

    @Test("A loop goes on after a failed element, and fails")
    func loopFailure() throws {
        var play = try Play([.make("each", forEach: "[1, 2]", maxParallel: 1)])
        play.fail("each[0]", "no")
        play.succeed("each[1]")
        #expect(play.outcome?.state == .failed)
        #expect(play.states["each"] == .failed)
    }

    @Test("Failed attempts are repeated after a pause that doubles, then the task fails")
    func retry() throws {
        var play = try Play([.make("a", retry: RetryPolicy(limit: 2, backoff: .seconds(1)))])
        play.fail("a")
        #expect(play.pauses == [.seconds(1)])
        play.retryDue("a")
        play.fail("a")
        #expect(play.pauses == [.seconds(1), .seconds(2)])
        play.retryDue("a")
        #expect(play.attempts["a"] == 3)
        play.fail("a", "still")
        #expect(play.outcome?.message == "a: still")
    }

    @Test("A sub-pipeline has parameters of its own and gives its outputs; loops over it too")
    func subPipeline() throws {
        let inner = try Pipeline.make(
            [.make("inside", ["v": "${{ parameters.v }}"])], parameters: ["v": nil, "w": 5],
            outputs: ["r": "${{ tasks.inside.out }}"])
        var play = try Play([
            .make("sub", ["v": "${{ item }}"], action: .pipeline(inner), forEach: "[1, 2]"),
            .make("end", ["x": "${{ tasks.sub.r }}"]),
        ])
        #expect(play.running == ["sub[0]/inside", "sub[1]/inside"])
        play.succeed("sub[1]/inside", ["out": "b"])
        play.succeed("sub[0]/inside", ["out": "a"])
        #expect(play.inputs["end"]?.compactText == #"{"x":["a","b"]}"#)
    }

    @Test("A request to stop lets running tasks end, cancels the rest and still runs on_exit")
    func cancel() throws {
        var play = try Play(
            [.make("a"), .make("b", needs: ["a"]), .make("c")],
            onExit: .make("on_exit", ["s": "${{ run.state }}"]), jobs: 1)
        play.cancel()
        #expect(play.states["c"] == .cancelled && play.states["b"] == .cancelled)
        #expect(play.outcome == nil)
        play.succeed("a")
        #expect(play.running == ["on_exit"])
        #expect(play.inputs["on_exit"]?.compactText == #"{"s":"CANCELED"}"#)
        play.succeed("on_exit")
        #expect(play.outcome?.state == .cancelled)
    }

    @Test("on_exit runs after a failure; its own failure makes a success a failure")
    func onExit() throws {
        var play = try Play([.make("a")], onExit: .make("on_exit"))
        play.fail("a")
        play.succeed("on_exit")
        #expect(play.outcome?.state == .failed)
        play = try Play([.make("a")], onExit: .make("on_exit"))
        play.succeed("a")
        play.fail("on_exit")
        #expect(play.outcome?.state == .failed)
    }

    @Test("What succeeded before is not executed again; what ran goes on with the next attempt")
    func restored() throws {
        let play = try Play(
            [.make("a"), .make("b", ["x": "${{ tasks.a.out }}"]), .make("c", needs: ["b"])],
            restored: [
                "a": RestoredTask(state: .succeeded, attempt: 1, outputs: [.init("out", 5)]),
                "b": RestoredTask(state: .running, attempt: 2),
            ])
        #expect(play.running == ["b"])
        #expect(play.attempts["b"] == 3)
        #expect(play.inputs["b"]?.compactText == #"{"x":5}"#)
    }

    @Test("A long chain that was done before needs no deep stack")
    func deep() throws {
        let count = 20_000
        var restored: [String: RestoredTask] = [:]
        for number in 0..<count {
            restored["t\(number)"] = RestoredTask(state: .succeeded, attempt: 1)
        }
        let tasks = try (0..<count).map { number -> PipelineTask in
            try .make("t\(number)", needs: number == 0 ? [] : ["t\(number - 1)"])
        }
        let play = try Play(tasks, restored: restored)
        #expect(play.outcome?.state == .succeeded)
    }

    @Test(
        "A pipeline that is stopped anywhere and resumed equals one run through", arguments: 0..<40)
    func resumedEquals(seed: Int) throws {
        let tasks: [PipelineTask] = try [
            .make("a"), .make("b", ["x": "${{ tasks.a.out }}"]),
            .make("each", ["x": "${{ item }}"], forEach: "[1, 2, 3]", maxParallel: 2),
            .make("skip", when: "tasks.b.out > 100"),
            .make("d", ["l": "${{ tasks.each.out }}"], needs: ["b"]), .make("e", needs: ["skip"]),
        ]
        let outputs = ["d": "${{ tasks.d.out }}", "each": "${{ tasks.each.out }}"]
        var whole = try Play(tasks, outputs: outputs, jobs: 2)
        var random = SeededChoice(seed: UInt64(seed))
        whole.runAll(&random, limit: .max)
        var part = try Play(tasks, outputs: outputs, jobs: 2)
        part.runAll(&random, limit: seed % 7)
        var rest = try Play(tasks, outputs: outputs, jobs: 2, restored: part.restorable)
        rest.runAll(&random, limit: .max)
        #expect(rest.outcome == whole.outcome)
        #expect(Set(rest.started).isDisjoint(with: part.succeeded))
    }
}
