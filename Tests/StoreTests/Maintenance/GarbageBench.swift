import Foundation
import Store
import Synchronization
import Testing
import Workbench

/// A workspace whose clock is moved by hand, from the present on: files get the time of the system.
final class GarbageBench: Sendable {
    let scratch: Scratch
    let workspace: Workspace
    let clock: HandClock

    init() throws {
        let scratch = try Scratch()
        self.scratch = scratch
        let clock = HandClock(Int64(Date().timeIntervalSince1970 * 1000))
        self.clock = clock
        workspace = try Workspace.create(
            at: scratch.workspacePath, Self.settings(clock, scratch))
    }

    private static func settings(_ clock: HandClock, _ scratch: Scratch) -> WorkspaceSettings {
        WorkspaceSettings(
            clock: clock.clock, generator: SplitMix64(seed: 7), temporaryFolder: scratch.folder)
    }

    /// The same workspace as another process has it.
    func another() throws -> Workspace {
        try Workspace.open(at: scratch.workspacePath, Self.settings(clock, scratch))
    }

    /// Bytes that a run recorded under a name.
    @discardableResult
    func record(_ text: String, as name: String, of run: Int?) async throws -> Artifact {
        let content = try await workspace.artifacts.store(bytes: Array(text.utf8))
        return try await workspace.artifacts.recordArtifact(
            NewArtifact(
                type: .artifact, name: name, digest: content.digest, producer: run.map(runID)),
            at: clock.clock.now())
    }

    /// A folder of two files that a run recorded under a name.
    @discardableResult
    func recordFolder(_ files: [String: String], as name: String, of run: Int) async throws
        -> Artifact
    {
        let folder = "in-\(UUID().uuidString)"
        for (file, text) in files { try scratch.write("\(folder)/\(file)", Array(text.utf8)) }
        let content = try await workspace.artifacts.store(contentsOf: scratch.path(folder))
        return try await workspace.artifacts.recordArtifact(
            NewArtifact(type: .model, name: name, digest: content.digest, producer: runID(run)),
            at: clock.clock.now())
    }

    func delete(_ runs: Int...) async throws {
        for run in runs { try await workspace.runs.setLifecycle(.deleted, of: runID(run)) }
    }

    func collect(
        olderThan: Duration = .zero, isDryRun: Bool = false
    ) async throws -> GarbageReport {
        try await workspace.collectGarbage(
            GarbageSettings(olderThan: olderThan, isDryRun: isDryRun))
    }

    /// The digests of the files that are there.
    func stored() throws -> Set<String> {
        let names = try scratch.contents(of: scratch.workspacePath + "/artifacts").keys
        return Set(names.filter { !$0.hasPrefix("temporary") }.map { String($0.suffix(64)) })
    }

    func exists(_ run: Int) async throws -> Bool {
        await code { try await self.workspace.runs.run(runID(run)) } != .notFound
    }

    func runs() async throws -> Set<String> {
        let page = try await workspace.runs.runs(RunQuery(view: .all), limit: 1000, after: nil)
        return Set(page.items.map(\.id.text))
    }
}

/// A clock that stands still until it is moved.
final class HandClock: Sendable {
    private let present: Mutex<Int64>

    init(_ milliseconds: Int64) { present = Mutex(milliseconds) }

    var clock: WallClock {
        WallClock { Timestamp(milliseconds: self.present.withLock { $0 }) }
    }

    func move(_ duration: Duration) {
        present.withLock { $0 += Int64(duration / .milliseconds(1)) }
    }
}
