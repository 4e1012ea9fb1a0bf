import Foundation
import Store
import Testing
import Workbench

@Suite struct GroupCommitTests {
    private func point(_ step: Int) -> LogBatch {
        LogBatch(metrics: [
            Metric(key: "m", value: Double(step), timestamp: at(1), step: Int64(step))
        ])
    }

    @Test("A thousand concurrent writes are all there and share commits")
    func thousand() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1)
        let before = workspace.commitStatistics
        try await withThrowingTaskGroup(of: Void.self) { group in
            for step in 0..<1000 {
                group.addTask { try await workspace.runs.log(point(step), to: runID(1)) }
            }
            try await group.waitForAll()
        }
        let after = workspace.commitStatistics
        #expect(after.writes - before.writes == 1000)
        #expect(after.transactions - before.transactions < 1000)
        let history = try await workspace.runs.history(
            of: "m", run: runID(1), limit: 2000, after: nil)
        #expect(history.items.map(\.step) == (0..<1000).map(Int64.init))
    }

    @Test("Writes one after another take one commit each")
    func sequential() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1)
        for step in 0..<20 { try await workspace.runs.log(point(step), to: runID(1)) }
        #expect(workspace.commitStatistics.writes == 21)
        #expect(workspace.commitStatistics.transactions == 21)
    }

    @Test("Those that fail undo themselves and nobody else")
    func isolation() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1)
        let codes = await withTaskGroup(of: (Int, BancadaError.Code?).self) { group in
            for step in 0..<300 {
                group.addTask {
                    // Every third is refused after its metric was written.
                    var batch = point(step)
                    batch.params = [Param(key: "p", value: step % 3 == 0 ? "bad" : "good")]
                    let target = step % 5 == 0 ? runID(2) : runID(1)
                    return (
                        step, await code { try await workspace.runs.log(batch, to: target) }
                    )
                }
            }
            var codes: [Int: BancadaError.Code?] = [:]
            for await (step, code) in group { codes[step] = code }
            return codes
        }
        let stored = try await workspace.runs.history(
            of: "m", run: runID(1), limit: 1000, after: nil
        ).items.map { Int($0.step) }
        let succeeded = codes.filter { $0.value == .some(nil) }.keys.sorted()
        #expect(stored == succeeded)
        for step in 0..<300 where step % 5 == 0 { #expect(codes[step] == .notFound) }
        let winner = try await workspace.runs.run(runID(1)).params.first?.value
        for step in 0..<300 where step % 5 != 0 {
            let wins = (step % 3 == 0 ? "bad" : "good") == winner
            #expect(codes[step] == (wins ? .some(nil) : .invalidInput))
        }
    }

    @Test("Of writers that race for one name, one wins")
    func oneWinner() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let codes = await withTaskGroup(of: BancadaError.Code?.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    await code {
                        try await workspace.experiments.createExperiment(
                            named: "x", artifactLocation: nil, tags: [], at: at(1))
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count { $0 == nil } == 1)
        #expect(codes.count { $0 == .conflict } == 49)
    }

    @Test("Versions of one model get each number once")
    func versionNumbers() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try await workspace.models.createVersion(
                        NewModelVersion(name: "m", source: ""), at: at(1)
                    ).version
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(numbers.sorted() == Array(1...100))
    }

    @Test("A write that fills the disk fails alone, as unavailable, and the workspace goes on")
    func fullDisk() async throws {
        let scratch = try Scratch()
        try scratch.create().close()
        let workspace = try Workspace.open(
            at: scratch.workspacePath, scratch.settings(pageLimit: 120))
        try await workspace.start(1)
        let large = LogBatch(
            params: (0..<100).map {
                Param(key: "p\($0)", value: String(repeating: "x", count: 6000))
            })
        let codes = await withTaskGroup(of: (Int, BancadaError.Code?).self) { group in
            for step in 0..<60 {
                group.addTask {
                    let batch = step % 20 == 7 ? large : point(step)
                    return (
                        step, await code { try await workspace.runs.log(batch, to: runID(1)) }
                    )
                }
            }
            return await group.reduce(into: [Int: BancadaError.Code?]()) { $0[$1.0] = $1.1 }
        }
        for step in 0..<60 {
            #expect(codes[step] == (step % 20 == 7 ? .unavailable : .some(nil)), "\(step)")
        }
        let run = try await workspace.runs.run(runID(1))
        #expect(run.params.isEmpty)
        #expect(run.metrics.first?.step == 59)
        #expect(try await workspace.integrityCheck().isEmpty)
    }

    @Test("The message of a full disk says so, and what to do")
    func fullDiskMessage() async throws {
        let scratch = try Scratch()
        try scratch.create().close()
        let workspace = try Workspace.open(
            at: scratch.workspacePath, scratch.settings(pageLimit: 1))
        do {
            let tags = (0..<50).map {
                Workbench.Tag(key: "t\($0)", value: String(repeating: "x", count: 8000))
            }
            try await workspace.start(1, tags: tags)
            Issue.record("wrote beyond the limit")
        } catch let error as BancadaError {
            #expect(error.code == .unavailable)
            #expect(error.message.contains("disk is full"))
            #expect(error.message.contains(scratch.workspacePath))
            #expect(error.hint?.contains("free some space") == true)
        }
    }

    @Test("Cancelled writers are answered, and what was acknowledged is there", arguments: 0..<5)
    func cancellation(seed: UInt64) async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1)
        let outcomes = await withTaskGroup(of: (Int, BancadaError.Code?).self) { group in
            for step in 0..<200 {
                if step == 100 + Int(seed) * 10 { group.cancelAll() }
                group.addTask {
                    (step, await code { try await workspace.runs.log(point(step), to: runID(1)) })
                }
            }
            return await group.reduce(into: [Int: BancadaError.Code?]()) { $0[$1.0] = $1.1 }
        }
        #expect(outcomes.count == 200)
        #expect(outcomes.values.allSatisfy { $0 == nil || $0 == .cancelled })
        let stored = try await workspace.runs.history(
            of: "m", run: runID(1), limit: 1000, after: nil
        ).items.map { Int($0.step) }
        let acknowledged = outcomes.filter { $0.value == .some(nil) }.keys
        #expect(Set(stored).isSuperset(of: acknowledged))
    }

    @Test("Several objects of one workspace write at once without a busy error")
    func severalObjects() async throws {
        let scratch = try Scratch()
        let first = try scratch.create()
        let workspaces = [first] + (try (0..<3).map { _ in try scratch.open() })
        try await first.start(1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, workspace) in workspaces.enumerated() {
                for step in 0..<100 {
                    group.addTask {
                        try await workspace.runs.log(point(index * 100 + step), to: runID(1))
                    }
                }
            }
            try await group.waitForAll()
        }
        let history = try await first.runs.history(
            of: "m", run: runID(1), limit: 2000, after: nil)
        #expect(history.items.count == 400)
    }
}
