import Foundation
import Store
import Workbench

// StoreBenchmark sequential|concurrent COUNT: logs COUNT single metrics, one call each, into a new
// workspace, and prints seconds, commits and how many points are stored afterwards.

let mode = CommandLine.arguments.dropFirst().first ?? "concurrent"
let count = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 1000
let folder = FileManager.default.temporaryDirectory
    .appending(path: "bancada-store-benchmark-\(UUID().uuidString)")
defer { try? FileManager.default.removeItem(at: folder) }

let clock = WallClock { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
let workspace = try Workspace.create(at: folder.path, WorkspaceSettings(clock: clock))
var generator = SystemRandomNumberGenerator()
let run = try await workspace.runs.createRun(
    NewRun(
        id: RunID(using: &generator), kind: .external, experiment: .standard, user: "benchmark",
        startTime: clock.now()))

@Sendable func log(_ step: Int) async throws {
    let metric = Metric(
        key: "loss", value: Double(step), timestamp: clock.now(), step: Int64(step))
    try await workspace.runs.log(LogBatch(metrics: [metric]), to: run.id)
}

let before = workspace.commitStatistics
let start = ContinuousClock.now
if mode == "sequential" {
    for step in 0..<count { try await log(step) }
} else {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for step in 0..<count { group.addTask { try await log(step) } }
        try await group.waitForAll()
    }
}
let elapsed = ContinuousClock.now - start
let commits = workspace.commitStatistics.transactions - before.transactions
let stored = try await workspace.runs.history(
    of: "loss", run: run.id, limit: 50_000, after: nil
).items.count
try workspace.close()
let seconds = Double(elapsed.components.attoseconds) / 1e18 + Double(elapsed.components.seconds)
print("{\"seconds\": \(seconds), \"commits\": \(commits), \"stored\": \(stored)}")
