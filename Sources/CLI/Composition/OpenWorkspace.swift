import Components
import Foundation
import Store
import Synchronization
import Workbench

/// An open workspace with everything that commands use of it.
struct OpenWorkspace: Sendable {
    /// The folder, as the user named it.
    let path: String
    /// What operations work with.
    let services: Services
    /// The stores themselves, for what no contract covers.
    let store: Workspace

    /// Turns model URIs into folders.
    var resolver: ModelResolver { ModelResolver(services) }

    /// The flag that further commands need where the workspace is not the one they would find.
    var option: String { path == "workspace" ? "" : " --workspace \(path)" }

    /// Opens the workspace at `path` to write, making it where there is none.
    static func openOrCreate(at path: String) throws(BancadaError) -> OpenWorkspace {
        try OpenWorkspace(Workspace.openOrCreate(at: path, settings))
    }

    /// Runs `body` with the workspace that the flags name, which must exist.
    static func reading<Value>(
        _ global: GlobalOptions, _ body: (OpenWorkspace) async throws -> Value
    ) async throws -> Value {
        let path = try WorkspaceLocation.resolve(global.workspace)
        let workspace = try OpenWorkspace(Workspace.open(at: path, access: .readOnly, settings))
        defer { workspace.close() }
        try await StrayProcesses.end(in: workspace.services)
        return try await body(workspace)
    }

    /// As `reading`, and once more with the right to write where files that a client uploaded must
    /// become a content first.
    ///
    /// - Precondition: `body` prints nothing before it has what it needs.
    static func readingModels<Value>(
        _ global: GlobalOptions, _ body: (OpenWorkspace) async throws -> Value
    ) async throws -> Value {
        do {
            return try await reading(global, body)
        } catch let error as BancadaError where error.code == .unavailable {
            return try await changing(global, body)
        }
    }

    /// Runs `body` with the workspace that the flags name, made where there is none, while this
    /// process's leases are kept alive.
    static func writing<Value>(
        _ global: GlobalOptions, _ body: (OpenWorkspace) async throws -> Value
    ) async throws -> Value {
        let path = try WorkspaceLocation.resolve(global.workspace)
        let workspace = try openOrCreate(at: path)
        defer { workspace.close() }
        let slot = Slot()
        slot.workspace = workspace
        return try await keepingLeases(slot) {
            try await StrayProcesses.end(in: workspace.services)
            return try await body(workspace)
        }
    }

    /// Runs `body` with the workspace that the flags name, which must exist, to change something in
    /// it.
    static func changing<Value>(
        _ global: GlobalOptions, _ body: (OpenWorkspace) async throws -> Value
    ) async throws -> Value {
        let path = try WorkspaceLocation.resolve(global.workspace)
        let workspace = try OpenWorkspace(Workspace.open(at: path, settings))
        defer { workspace.close() }
        try await StrayProcesses.end(in: workspace.services)
        return try await body(workspace)
    }

    /// As `writing`, for work that checks its input first: the workspace is opened, or made, when
    /// `body` asks for it.
    static func writing<Value>(
        _ global: GlobalOptions,
        when body: (_ open: () async throws -> Services) async throws -> Value
    ) async throws -> Value {
        let path = try WorkspaceLocation.resolve(global.workspace)
        let slot = Slot()
        return try await keepingLeases(slot) {
            defer { slot.workspace?.close() }
            return try await body {
                if let open = slot.workspace { return open.services }
                let workspace = try openOrCreate(at: path)
                slot.workspace = workspace
                try await StrayProcesses.end(in: workspace.services)
                return workspace.services
            }
        }
    }

    /// Whether there is a workspace where the flags say.
    static func exists(_ global: GlobalOptions) throws(BancadaError) -> Bool {
        FileManager.default.fileExists(
            atPath: try WorkspaceLocation.resolve(global.workspace) + "/bancada.sqlite")
    }

    /// Runs `body` with an empty workspace that is gone afterwards: for what reads files and needs
    /// no workspace, such as drawing a pipeline.
    static func temporary<Value>(
        _ body: (OpenWorkspace) async throws -> Value
    ) async throws -> Value {
        let folder = NSTemporaryDirectory() + "/bancada-" + UUID().uuidString
        // What cannot be removed is left to whoever empties the temporary folder.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let workspace = try openOrCreate(at: folder)
        defer { workspace.close() }
        return try await body(workspace)
    }

    /// The clock, and where names come from.
    static var settings: WorkspaceSettings {
        WorkspaceSettings(clock: clock, temporaryFolder: NSTemporaryDirectory())
    }

    /// The present.
    static let clock = WallClock {
        Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
    }

    private init(_ store: Workspace) throws(BancadaError) {
        self.store = store
        path = store.path
        let folder = URL(fileURLWithPath: store.path).standardizedFileURL.path
        let folders = WorkFolders(folder: folder)
        services = Services(
            experiments: store.experiments, runs: store.runs, artifacts: store.artifacts,
            datasets: store.datasets, registry: store.models,
            loggedModels: store.loggedModels, tree: store.tree, leases: store.leases,
            pipelines: store.pipelines, studies: store.studies, exchange: store.exchange,
            groups: store.groups,
            digest: { ContentDigest.sha256($0) }, folder: folder, files: folders,
            clock: Self.clock,
            makeRunID: {
                var generator = SystemRandomNumberGenerator()
                return RunID(using: &generator)
            },
            process: try ProcessIdentity.current(), user: NSUserName(),
            makeWorkFolder: { run throws(BancadaError) in try folders.make(for: run) },
            removeWorkFolder: { folders.remove($0) }, origin: { RunOrigin.tags(folder: $0) })
    }

    /// Closes the database.
    func close() {
        // Everything that was acknowledged is durable already; there is nothing left to lose.
        try? store.close()
    }

    /// Whether a run says that it is running and its process is gone or silent.
    func isInterrupted(_ run: Run) -> Bool {
        guard run.status == .running, let lease = run.lease else { return false }
        return lease.isDead(at: services.clock.now())
    }

    /// The run with this id, or the only one whose id starts with it.
    ///
    /// - Throws: `notFound`; `conflict` when several start so; `invalidInput` for other text.
    func run(named text: String) async throws(BancadaError) -> Run {
        if let id = RunID(text) { return try await services.runs.run(id) }
        let digits = text.lowercased()
        guard digits.count >= 4, digits.allSatisfy({ $0.isHexDigit && $0.isASCII }) else {
            throw BancadaError(
                .invalidInput, "\"\(text)\" is not a run's id or its first four digits or more",
                hint: try await hint(forRunNamed: text))
        }
        let runs = try await services.runs.runs(idPrefix: digits, limit: 2)
        guard let run = runs.first else {
            throw BancadaError(
                .notFound, "run \"\(text)\" not found in \(path)",
                hint: try await hint(forRunNamed: text))
        }
        guard runs.count == 1 else {
            throw BancadaError(
                .conflict, "several runs start with \"\(text)\"", hint: "write more digits")
        }
        return run
    }

    /// A workspace that may be opened later.
    private final class Slot: Sendable {
        private let content = Mutex<OpenWorkspace?>(nil)

        var workspace: OpenWorkspace? {
            get { content.withLock { $0 } }
            set { content.withLock { $0 = newValue } }
        }
    }

    /// Renews this process's leases every two seconds while `body` runs.
    private static func keepingLeases<Value>(
        _ slot: Slot, _ body: () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    // The sleep ends early when the work is done.
                    try? await Task.sleep(for: Lease.heartbeatInterval)
                    if Task.isCancelled { return }
                    guard let services = slot.workspace?.services else { continue }
                    // A missed beat is made good by the next one; five missed ones lose the lease.
                    _ = try? await services.leases.heartbeat(
                        of: services.process, at: services.clock.now())
                }
            }
            defer { group.cancelAll() }
            return try await body()
        }
    }
}
