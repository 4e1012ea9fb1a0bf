import Foundation
import Store
import Testing
import Workbench

@Suite struct MetricSinkTests {
    private func point(_ value: Double, step: Int = 0, time: Int64 = 1, key: String = "m") -> Metric
    {
        Metric(key: key, value: value, timestamp: at(time), step: Int64(step))
    }

    @Test("Points through the sink are what batches of one are", arguments: 0..<10)
    func sameAsBatches(seed: UInt64) async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1)
        try await workspace.start(2)
        var generator = SplitMix64(seed: seed)
        let values = [0, -0.0, 1, -1, .nan, .infinity, -.infinity]
        let points = (0..<300).map { _ in
            point(
                values[Int.random(in: 0..<7, using: &generator)],
                step: .random(in: -2...2, using: &generator),
                time: .random(in: 0...2, using: &generator),
                key: Bool.random(using: &generator) ? "a" : "b")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for point in points {
                group.addTask { try await workspace.runs.log(point, to: runID(1)) }
            }
            try await group.waitForAll()
        }
        for point in points {
            try await workspace.runs.log(LogBatch(metrics: [point]), to: runID(2))
        }
        #expect(
            "\(try await workspace.runs.run(runID(1)).metrics)"
                == "\(try await workspace.runs.run(runID(2)).metrics)")
        for key in ["a", "b"] {
            let histories = try await (
                workspace.runs.history(of: key, run: runID(1), limit: 999, after: nil).items,
                workspace.runs.history(of: key, run: runID(2), limit: 999, after: nil).items
            )
            #expect("\(histories.0)" == "\(histories.1)")
        }
    }

    @Test("Points that are refused leave their neighbours alone")
    func refusals() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1)
        try await workspace.start(2)
        try await workspace.runs.setLifecycle(.deleted, of: runID(2))
        let codes = await withTaskGroup(of: (Int, BancadaError.Code?).self) { group in
            for step in 0..<400 {
                group.addTask {
                    (
                        step,
                        await code {
                            switch step % 5 {
                            case 1: try await workspace.runs.log(point(1, step: step), to: runID(2))
                            case 2: try await workspace.runs.log(point(1, step: step), to: runID(3))
                            case 3:
                                try await workspace.runs.log(
                                    point(1, step: step, key: "a//b"), to: runID(1))
                            case 4:
                                try await workspace.runs.log(
                                    point(1, step: step, time: -1), to: runID(1))
                            default:
                                try await workspace.runs.log(point(1, step: step), to: runID(1))
                            }
                        }
                    )
                }
            }
            return await group.reduce(into: [Int: BancadaError.Code?]()) { $0[$1.0] = $1.1 }
        }
        let expected: [BancadaError.Code?] = [
            nil, .invalidInput, .notFound, .invalidInput, .invalidInput,
        ]
        for step in 0..<400 { #expect(codes[step] == .some(expected[step % 5]), "\(step)") }
        let stored = try await workspace.runs.history(
            of: "m", run: runID(1), limit: 999, after: nil
        ).items
        #expect(stored.map(\.step) == stride(from: 0, to: 400, by: 5).map(Int64.init))
    }

    @Test("Points and other writes of one group keep their order")
    func order() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1)
        let runs = workspace.runs
        await withTaskGroup(of: Void.self) { group in
            for step in 0..<200 {
                group.addTask {
                    // Either may come first; neither may fail otherwise, and nothing comes late.
                    let found = await code {
                        try await runs.log(point(1, step: step), to: runID(1))
                    }
                    #expect(found == nil || found == .invalidInput)
                }
                if step == 100 {
                    group.addTask {
                        #expect(
                            await code { try await runs.setLifecycle(.deleted, of: runID(1)) }
                                == nil)
                    }
                }
            }
        }
        #expect(await code { try await runs.log(point(1), to: runID(1)) } == .invalidInput)
        let run = try await runs.run(runID(1))
        let history = try await runs.history(of: "m", run: runID(1), limit: 999, after: nil).items
        #expect(run.metrics.last == history.last)
    }

    @Test("A full disk refuses points as unavailable and the workspace stays whole")
    func fullDisk() async throws {
        let scratch = try Scratch()
        try scratch.create().close()
        let workspace = try Workspace.open(
            at: scratch.workspacePath, scratch.settings(pageLimit: 300))
        try await workspace.start(1)
        let key = String(repeating: "k", count: 200)
        let codes = await withTaskGroup(of: (Int, BancadaError.Code?).self) { group in
            for step in 0..<9000 {
                group.addTask {
                    (
                        step,
                        await code {
                            try await workspace.runs.log(
                                point(1, step: step, key: key), to: runID(1))
                        }
                    )
                }
            }
            return await group.reduce(into: [Int: BancadaError.Code?]()) { $0[$1.0] = $1.1 }
        }
        #expect(codes.values.allSatisfy { $0 == nil || $0 == .unavailable })
        #expect(codes.values.contains(.unavailable))
        let stored = try await workspace.runs.history(
            of: key, run: runID(1), limit: 9999, after: nil
        ).items
        let acknowledged = codes.filter { $0.value == .some(nil) }.keys.sorted().map(Int64.init)
        #expect(stored.map(\.step) == acknowledged)
        #expect(try await workspace.integrityCheck().isEmpty)
        #expect(try await workspace.runs.run(runID(1)).metrics.last?.step == acknowledged.last)
    }
}

@Suite struct RunParentTests {
    private func tag(_ value: String) -> Workbench.Tag {
        Workbench.Tag(key: "mlflow.parentRunId", value: value)
    }

    @Test("The parent and its tag are one thing")
    func oneThing() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1)
        #expect(try await workspace.start(2, tags: [tag(runID(1).text)]).parent == runID(1))
        try await workspace.start(3)
        try await workspace.runs.log(LogBatch(tags: [tag(runID(2).text)]), to: runID(3))
        #expect(try await workspace.runs.run(runID(3)).parent == runID(2))
        try await workspace.runs.deleteTag("mlflow.parentRunId", of: runID(3))
        #expect(try await workspace.runs.run(runID(3)).parent == nil)
    }

    @Test("A tag that names no run is a tag alone; a circle is not closed")
    func strange() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        #expect(try await workspace.start(1, tags: [tag("nobody")]).parent == nil)
        #expect(try await workspace.start(2, tags: [tag(runID(2).text)]).parent == nil)
        try await workspace.start(3, tags: [tag(runID(2).text)])
        try await workspace.runs.log(LogBatch(tags: [tag(runID(3).text)]), to: runID(2))
        #expect(try await workspace.runs.run(runID(2)).parent == nil)
        #expect(try await workspace.runs.run(runID(3)).parent == runID(2))
        let both = NewRun(
            id: runID(4), kind: .train, experiment: .standard, user: "", parent: runID(1),
            startTime: at(1), tags: [tag(runID(2).text)])
        #expect(await code { try await workspace.runs.createRun(both) } == .invalidInput)
    }
}
