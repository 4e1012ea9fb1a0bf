import Components
import Foundation
import Store
import Synchronization
import Testing
import Workbench

/// A workspace of one test, removed with this value.
final class StudyWorkspace: Sendable {
    let folder: String
    let store: Workspace
    let services: Services

    init() throws {
        let folder = NSTemporaryDirectory() + "bancada-study-" + UUID().uuidString
        self.folder = folder
        try FileManager.default.createDirectory(
            atPath: folder + "/logs", withIntermediateDirectories: true)
        let now = Mutex(Int64(1_700_000_000_000))
        let clock = WallClock {
            Timestamp(
                milliseconds: now.withLock { time in
                    time += 1
                    return time
                })
        }
        let store = try Workspace.create(
            at: folder + "/workspace", WorkspaceSettings(clock: clock, temporaryFolder: folder))
        self.store = store
        services = Services(
            experiments: store.experiments, runs: store.runs, artifacts: store.artifacts,
            datasets: store.datasets, registry: store.models,
            loggedModels: store.loggedModels, tree: store.tree, leases: store.leases,
            pipelines: store.pipelines, studies: store.studies, exchange: store.exchange,
            groups: store.groups,
            digest: { ContentDigest.sha256($0) }, folder: folder, files: TestFiles(folder: folder),
            clock: clock,
            makeRunID: {
                var generator = SystemRandomNumberGenerator()
                return RunID(using: &generator)
            },
            process: try ProcessIdentity.current(), user: "tester",
            makeWorkFolder: { run throws(BancadaError) in
                let path = folder + "/" + run.text
                try TestFiles(folder: folder).makeFolder(path)
                return path
            },
            removeWorkFolder: { path in
                // The whole folder goes with the test.
                try? FileManager.default.removeItem(atPath: path)
            })
    }

    deinit {
        // Nothing to do where it cannot be removed.
        try? store.close()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
