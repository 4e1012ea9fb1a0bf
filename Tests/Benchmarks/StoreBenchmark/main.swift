import Foundation
import Store
import Workbench

// StoreBenchmark sequential|concurrent COUNT: logs COUNT single metrics, one call each, into a new
// workspace, and prints seconds, commits and how many points are stored afterwards.
// StoreBenchmark points COUNT WAITING: the same through the sink, WAITING points at a time.
// StoreBenchmark batches COUNT metrics|params|tags: batches until COUNT items are stored.
// StoreBenchmark search RUNS: fills a workspace with RUNS runs of 50 metrics, 5 params and 5 tags,
// and prints the milliseconds of a page of 100 for each kind of search.
// StoreBenchmark registry MODELS, tree FILES, upload MIB: the milliseconds of listing registered
// models, of listing folders of uploaded files, and of receiving one file.

let arguments = Array(CommandLine.arguments.dropFirst())
let mode = arguments.first ?? "concurrent"
let count = arguments.dropFirst().first.flatMap { Int($0) } ?? 1000
let folder = FileManager.default.temporaryDirectory
    .appending(path: "bancada-store-benchmark-\(UUID().uuidString)")
defer { try? FileManager.default.removeItem(at: folder) }

let clock = WallClock { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
let workspace = try Workspace.create(at: folder.path, WorkspaceSettings(clock: clock))
switch mode {
case "points":
    let waiting = arguments.dropFirst(2).first.flatMap { Int($0) } ?? 64
    try await PointLoad(workspace: workspace, count: count, waiting: waiting).run()
case "batches":
    try await BatchLoad(
        workspace: workspace, count: count, kind: arguments.dropFirst(2).first ?? "metrics"
    ).run()
case "history": try await HistoryLoad(workspace: workspace, count: count).run()
case "registry": try await RegistryLoad(workspace: workspace, count: count).run()
case "tree": try await TreeLoad(workspace: workspace, count: count).run()
case "upload": try await UploadLoad(workspace: workspace, count: count).run()
case "search": try await SearchLoad(workspace: workspace, count: count).run()
default:
    try await SingleLoad(workspace: workspace, count: count, isSequential: mode == "sequential")
        .run()
}
try workspace.close()

/// Seconds as a number.
func seconds(_ duration: Duration) -> Double {
    Double(duration.components.attoseconds) / 1e18 + Double(duration.components.seconds)
}

/// Starts a run of this program's.
func startRun() async throws -> RunID {
    var generator = SystemRandomNumberGenerator()
    return try await workspace.runs.createRun(
        NewRun(
            id: RunID(using: &generator), kind: .external, experiment: .standard,
            user: "benchmark", startTime: clock.now())
    ).id
}
