import Components
import Foundation
import Store
import Synchronization
import Tabular
import Testing
import Workbench

/// A workspace of one test with everything that components need, removed with this value.
final class Bench: Sendable {
    let folder: String
    let services: Services
    private let workspace: Workspace

    init() throws {
        folder = NSTemporaryDirectory() + "bancada-components-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let time = Ticks()
        let clock = WallClock { time.next() }
        workspace = try Workspace.create(
            at: folder + "/workspace",
            WorkspaceSettings(
                clock: clock, generator: SystemRandomNumberGenerator(),
                temporaryFolder: folder))
        let work = folder + "/work"
        services = Services(
            experiments: workspace.experiments, runs: workspace.runs,
            artifacts: workspace.artifacts, datasets: workspace.datasets,
            registry: workspace.models,
            loggedModels: workspace.loggedModels, tree: workspace.tree, leases: workspace.leases,
            pipelines: workspace.pipelines, studies: workspace.studies,
            exchange: workspace.exchange,
            groups: workspace.groups,
            digest: { ContentDigest.sha256($0) }, folder: folder + "/workspace",
            files: TestFiles(folder: folder + "/workspace"), clock: clock,
            makeRunID: {
                var generator = SystemRandomNumberGenerator()
                return RunID(using: &generator)
            },
            process: try ProcessIdentity.current(), user: "ana",
            makeWorkFolder: { run throws(BancadaError) in
                do {
                    let path = work + "/" + run.text
                    try FileManager.default.createDirectory(
                        atPath: path, withIntermediateDirectories: true)
                    return path
                } catch {
                    throw BancadaError(.unavailable, "no folder", cause: error)
                }
            },
            removeWorkFolder: { try? FileManager.default.removeItem(atPath: $0) })
    }

    deinit {
        // Nothing to do where it cannot be closed or removed.
        try? workspace.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    private final class Ticks: Sendable {
        private let count = Mutex<Int64>(1_700_000_000_000)

        func next() -> Timestamp {
            count.withLock { count in
                count += 1
                return Timestamp(milliseconds: count)
            }
        }
    }

    /// The penguins of the sample workspace.
    static let penguins =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/workspace/data/penguins.csv"

    var tools: ComponentTools {
        ComponentTools(
            services: services, folder: folder,
            digest: { path throws(BancadaError) in try FileDigest.of(path) },
            marks: { _ in nil },
            isFolder: { FileManager.default.fileExists(atPath: $0 + "/.") },
            append: { text, path in
                let old = FileManager.default.contents(atPath: path) ?? Data()
                _ = FileManager.default.createFile(
                    atPath: path, contents: old + Data(text.utf8))
            },
            endpoint: { name, version in
                "/v2/models/\(name)" + (version.map { "/versions/\($0)" } ?? "") + "/infer"
            })
    }

    /// Writes a file below the folder.
    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
    }

    /// What the task's log has.
    func log(_ task: String) -> String {
        String(
            decoding: FileManager.default.contents(atPath: folder + "/\(task).log") ?? Data(),
            as: UTF8.self)
    }

    func component(_ name: String) throws -> any BuiltInComponent {
        try #require(
            BuiltInComponents.make(tools).first { $0.specification.name == name })
    }

    /// What a task is given: parameters, artifacts, and a path for every output artifact.
    func input(
        _ name: String, _ parameters: [JSON.Member], _ artifacts: [String: RuntimeArtifact],
        task: String
    ) throws -> ExecutorInput {
        let specification = try component(name).specification
        var outputs: [RuntimeArtifact] = []
        for output in specification.outputs {
            guard case .artifact(let type) = output.type else { continue }
            try FileManager.default.createDirectory(
                atPath: "\(folder)/out/\(task)", withIntermediateDirectories: true)
            outputs.append(
                RuntimeArtifact(
                    name: output.name, type: type, path: "\(folder)/out/\(task)/\(output.name)"))
        }
        return ExecutorInput(
            parameters: parameters, artifacts: artifacts.mapValues { [$0] },
            outputArtifacts: outputs)
    }

    func context(
        _ task: String, run: RunID? = nil, cancellation: Cancellation = Cancellation()
    ) -> ExecutionContext {
        ExecutionContext(
            run: run ?? services.makeRunID(), task: task, workFolder: folder,
            logPath: folder + "/\(task).log", seed: 7, threads: 2, cancellation: cancellation,
            groups: UnrecordedProcessGroups())
    }

    /// Runs a component as the task of its name, and checks that its outputs are as it says.
    @discardableResult
    func run(
        _ name: String, _ parameters: [JSON.Member] = [],
        _ artifacts: [String: RuntimeArtifact] = [:], task: String? = nil, run: RunID? = nil
    ) async throws -> Outcome {
        let task = task ?? name
        let component = try component(name)
        let output = try await component.run(
            input(name, parameters, artifacts, task: task), context: context(task, run: run))
        for specification in component.specification.outputs {
            switch specification.type {
            case .parameter(let type):
                let value = output.parameters.first { $0.name == specification.name }?.value
                #expect(value != nil || specification.isOptional, "\(specification.name)")
                if let value { #expect(type.accepts(value), "\(specification.name)") }
            case .artifact(let type):
                let artifact = output.artifacts.first { $0.name == specification.name }
                #expect(artifact?.type == type || specification.isOptional)
                #expect(FileManager.default.fileExists(atPath: artifact?.path ?? ""))
            case .any: break
            }
        }
        let known = Set(component.specification.outputs.map(\.name))
        #expect(known.isSuperset(of: output.parameters.map(\.name)))
        return Outcome(output: output)
    }

    /// Starts a run in the store, for what must belong to one.
    func startRun() async throws -> RunID {
        let run = NewRun(
            id: services.makeRunID(), kind: .task, experiment: .standard, user: "ana",
            startTime: services.clock.now(), tags: [])
        return try await services.runs.createRun(run).id
    }
}

/// What a component gave.
struct Outcome {
    let output: ExecutorOutput

    subscript(name: String) -> JSON? { output.parameters.first { $0.name == name }?.value }

    func artifact(_ name: String) throws -> RuntimeArtifact {
        try #require(output.artifacts.first { $0.name == name })
    }

    func number(_ name: String) -> Double? {
        guard case .number(let value)? = self[name] else { return nil }
        return value
    }
}
