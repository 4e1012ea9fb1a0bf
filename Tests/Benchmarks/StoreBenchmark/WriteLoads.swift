import Foundation
import Store
import Synchronization
import Workbench

/// Single points through `log`, one call each.
struct SingleLoad {
    let workspace: Workspace
    let count: Int
    let isSequential: Bool

    func run() async throws {
        let run = try await startRun()
        let before = workspace.commitStatistics
        let start = ContinuousClock.now
        if isSequential {
            for step in 0..<count { try await log(step, run) }
        } else {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for step in 0..<count { group.addTask { try await log(step, run) } }
                try await group.waitForAll()
            }
        }
        let elapsed = ContinuousClock.now - start
        let commits = workspace.commitStatistics.transactions - before.transactions
        let stored = try await workspace.runs.history(
            of: "loss", run: run, limit: 50_000, after: nil
        ).items.count
        print(
            "{\"seconds\": \(seconds(elapsed)), \"commits\": \(commits), \"stored\": \(stored)}")
    }

    private func log(_ step: Int, _ run: RunID) async throws {
        let metric = Metric(
            key: "loss", value: Double(step), timestamp: clock.now(), step: Int64(step))
        try await workspace.runs.log(LogBatch(metrics: [metric]), to: run)
    }
}

/// Single points through the sink, as a server's event loop hands them over: each that is stored
/// brings the next.
final class PointLoad: Sendable {
    private let workspace: Workspace
    private let count: Int
    private let waiting: Int
    private let state = Mutex((sent: 0, done: 0, failed: 0))

    init(workspace: Workspace, count: Int, waiting: Int) {
        self.workspace = workspace
        self.count = count
        self.waiting = waiting
    }

    func run() async throws {
        var runs: [RunID] = []
        for _ in 0..<8 { runs.append(try await startRun()) }
        let before = workspace.commitStatistics
        let start = ContinuousClock.now
        let targets = runs
        await withCheckedContinuation { (finished: CheckedContinuation<Void, Never>) in
            for _ in 0..<waiting { next(targets, finished) }
        }
        let elapsed = seconds(ContinuousClock.now - start)
        let commits = workspace.commitStatistics.transactions - before.transactions
        let failed = state.withLock { $0.failed }
        let rate = Int(Double(count) / elapsed)
        print(
            "{\"waiting\": \(waiting), \"points\": \(count), \"per_second\": \(rate), "
                + "\"commits\": \(commits), \"failed\": \(failed)}")
    }

    private func next(_ runs: [RunID], _ finished: CheckedContinuation<Void, Never>) {
        let step = state.withLock { state -> Int? in
            guard state.sent < count else { return nil }
            state.sent += 1
            return state.sent
        }
        guard let step else { return }
        let metric = Metric(
            key: "loss", value: 1 / Double(step), timestamp: Timestamp(milliseconds: 1_700_000_000),
            step: Int64(step))
        workspace.runs.enqueue(metric, to: runs[step % runs.count]) { outcome in
            let isLast = self.state.withLock { state -> Bool in
                state.done += 1
                if case .failure = outcome { state.failed += 1 }
                return state.done == self.count
            }
            if isLast { finished.resume() } else { self.next(runs, finished) }
        }
    }
}

/// Batches of one kind of item.
struct BatchLoad {
    let workspace: Workspace
    let count: Int
    let kind: String

    func run() async throws {
        let run = try await startRun()
        let size = kind == "metrics" ? 1000 : 100
        let start = ContinuousClock.now
        for first in stride(from: 0, to: count, by: size) {
            var batch = LogBatch()
            for index in first..<(first + size) {
                switch kind {
                case "metrics":
                    batch.metrics.append(
                        Metric(
                            key: "metric_\(index % 10)", value: Double(index),
                            timestamp: Timestamp(milliseconds: 1), step: Int64(index)))
                case "params": batch.params.append(Param(key: "p\(index)", value: "\(index)"))
                default: batch.tags.append(Tag(key: "t\(index)", value: "\(index)"))
                }
            }
            try await workspace.runs.log(batch, to: run)
        }
        let rate = Int(Double(count) / seconds(ContinuousClock.now - start))
        print("{\"kind\": \"\(kind)\", \"items\": \(count), \"per_second\": \(rate)}")
    }
}

/// A long history, read by pages as clients do and at once.
struct HistoryLoad {
    let workspace: Workspace
    let count: Int

    func run() async throws {
        let run = try await startRun()
        for first in stride(from: 0, to: count, by: 1000) {
            let metrics = (first..<min(first + 1000, count)).map {
                Metric(
                    key: "loss", value: Double($0), timestamp: Timestamp(milliseconds: 1),
                    step: Int64($0))
            }
            try await workspace.runs.log(LogBatch(metrics: metrics), to: run)
        }
        for limit in [25_000, 50_000] {
            let start = ContinuousClock.now
            var read = 0
            var token: PageToken?
            repeat {
                let page = try await workspace.runs.history(
                    of: "loss", run: run, limit: limit, after: token)
                read += page.items.count
                token = page.next
            } while token != nil
            let elapsed = seconds(ContinuousClock.now - start) * 1000
            print("{\"points\": \(read), \"page\": \(limit), \"milliseconds\": \(elapsed)}")
        }
    }
}
