import Components
import Foundation
import Store
import Testing
import Workbench

/// Export and import of whole workspaces.
@Suite struct ExchangeTests {
    /// The archive of a workspace.
    static func export(
        _ bench: Bench, _ scope: ExportOperation.Scope = .workspace
    ) async throws -> [UInt8] {
        try await written(bench, scope).bytes
    }

    /// The archive of a workspace, and what its export says.
    static func written(
        _ bench: Bench, _ scope: ExportOperation.Scope = .workspace
    ) async throws -> (bytes: [UInt8], summary: ExchangeSummary) {
        let sink = MemorySink()
        let summary = try await ExportOperation(
            scope, services: bench.services, disk: FolderFiles("/"),
            currentFolder: "/", progress: NoProgress(), isStopped: { false }
        ).run(into: sink)
        #expect(!summary.hasFailures)
        return (sink.bytes, summary)
    }

    /// Equal bytes; else the first files that differ.
    static func expectEqual(_ left: [UInt8], _ right: [UInt8]) throws {
        if left == right { return }
        func files(_ bytes: [UInt8]) throws -> [String: String] {
            let files = try TarFiles("a.tar", in: MemoryFiles(bytes: ["a.tar": bytes]))
            var found: [String: String] = [:]
            for file in try files.allFiles(below: "") {
                found[file.path] = String(
                    decoding: try files.contents(of: file.path).prefix(600), as: UTF8.self)
            }
            return found
        }
        let (left, right) = (try files(left), try files(right))
        let paths = Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }.sorted()
        Issue.record("\(paths.count) files differ, or only their order")
        for path in paths.prefix(4) {
            Issue.record(
                "\(path): \(left[path] ?? "missing") expected \(right[path] ?? "missing")")
        }
    }

    /// Imports an archive.
    static func take(
        _ bytes: [UInt8], into bench: Bench, isStopped: @escaping @Sendable () -> Bool = { false }
    ) async throws -> ExchangeSummary {
        let files = try TarFiles("a.tar", in: MemoryFiles(bytes: ["a.tar": bytes]))
        return try await take(
            try FileStoreSource(archive: files), into: bench, isStopped)
    }

    static func take(
        _ source: any ExchangeSource, into bench: Bench,
        artifacts: any ExchangeFiles = FolderFiles("/nowhere"),
        _ isStopped: @escaping @Sendable () -> Bool = { false }
    ) async throws -> ExchangeSummary {
        try await ImportOperation(
            source, into: bench.services, artifacts: artifacts,
            disk: FolderFiles("/"), currentFolder: "/", progress: NoProgress(),
            isStopped: isStopped
        ).run()
    }

    @Test(
        "Export, import into an empty workspace and export again give equal archives",
        arguments: [1, 2, 3] as [UInt64])
    func roundTrip(seed: UInt64) async throws {
        let first = try Bench()
        try await Population.fill(first, seed: seed)
        let (archive, exported) = try await Self.written(first)
        #expect(try await Self.export(first) == archive)
        let second = try Bench()
        let summary = try await Self.take(archive, into: second)
        #expect(summary.notes.filter(\.isFailure).isEmpty, "\(summary.notes)")
        try Self.expectEqual(try await Self.export(second), archive)
        for kind in [ExchangeSummary.Kind.artifacts, .traces, .links, .runs] {
            #expect(summary.counts[kind]?.read == exported.counts[kind]?.written, "\(kind)")
        }
        #expect(summary.counts[.traces]?.written ?? 0 > 0)
        // Again: nothing new, and nothing changes.
        let again = try await Self.take(archive, into: second)
        for (kind, count) in again.counts where kind != .metrics {
            #expect(count.present == count.read, "\(kind)")
            #expect(count.written == 0, "\(kind)")
            #expect(count.read == summary.counts[kind]?.read, "\(kind)")
        }
        #expect(!again.hasFailures)
        try Self.expectEqual(try await Self.export(second), archive)
    }

    @Test("An import that was stopped is finished by running it again", arguments: [3, 10, 25])
    func resumed(after checks: Int) async throws {
        let first = try Bench()
        try await Population.fill(first, seed: 5)
        let archive = try await Self.export(first)
        let second = try Bench()
        let left = Countdown(checks)
        let error = await #expect(throws: BancadaError.self) {
            try await Self.take(archive, into: second) { left.isOver() }
        }
        #expect(error?.code == .cancelled)
        let summary = try await Self.take(archive, into: second)
        #expect(!summary.hasFailures, "\(summary.notes)")
        try Self.expectEqual(try await Self.export(second), archive)
    }

    @Test("A run of the same id that differs is a conflict, and everything else comes in")
    func conflict() async throws {
        let first = try Bench()
        try await Population.fill(first, seed: 7)
        let archive = try await Self.export(first)
        let second = try Bench()
        _ = try await Self.take(archive, into: second)
        let runs = try await second.services.runs.runs(RunQuery(), limit: 10, after: nil).items
        let active = runs.filter { $0.lifecycle == .active }
        let run = try #require(active.first)
        try await second.services.runs.log(
            LogBatch(tags: [Tag(key: "changed", value: "here")]), to: run.id)
        let summary = try await Self.take(archive, into: second)
        #expect(summary.counts[.runs]?.failed == 1)
        let failures = summary.notes.filter(\.isFailure)
        let note = try #require(failures.first)
        #expect(note.reason.contains(run.id.text))
        #expect(note.reason.contains("tag"))
    }

    @Test(
        "A damaged run of a foreign folder is named and leaves nothing behind; the others come in")
    func damaged() async throws {
        var files = FileStoreSourceTests.files
        let good = String(repeating: "a", count: 32)
        for (path, text) in files where path.contains(FileStoreSourceTests.run) {
            files[path.replacing(FileStoreSourceTests.run, with: good)] =
                text.replacing(FileStoreSourceTests.run, with: good)
        }
        let long = (0..<20_000).map { "\($0) 1 \($0)\n" }.joined()
        files["7/\(FileStoreSourceTests.run)/metrics/z"] = long + "broken line\n"
        let bench = try Bench()
        let source = try FileStoreSource(folder: MemoryFiles("mlruns", files))
        let summary = try await Self.take(source, into: bench)
        #expect(summary.counts[.runs]?.written == 1)
        #expect(summary.counts[.runs]?.failed == 1)
        let failures = summary.notes.filter(\.isFailure)
        let note = try #require(failures.first)
        #expect(note.reason.contains("metrics/z:20001"))
        let runs = try await bench.services.runs.runs(
            RunQuery(view: .all), limit: 10, after: nil
        ).items
        #expect(runs.map(\.id.text) == [good])
        #expect(runs.first?.lifecycle == .deleted)
        #expect(runs.first?.kind == .external)
        let left = summary.notes.map(\.subject)
        #expect(left.contains { $0.contains("traces") })
        let model = try await bench.services.tree.file(
            at: try ArtifactPath("7/\(good)/artifacts/model/MLmodel"))
        #expect(model.size == 12)
    }

    private static let model = "m-" + String(repeating: "b", count: 32)

    /// A folder that says that the artifacts are below another one, `place`.
    private static func moved(_ place: String) throws -> FileStoreSource {
        var files = FileStoreSourceTests.files
        let run = "7/\(FileStoreSourceTests.run)"
        files["\(run)/artifacts/model/MLmodel"] = nil
        files["\(run)/meta.yaml"] = files["\(run)/meta.yaml"]?
            .replacing("file:///elsewhere", with: place)
        files["7/models/\(model)/meta.yaml"] = """
            artifact_location: \(place)/7/models/\(model)/artifacts
            creation_timestamp: 1
            experiment_id: '7'
            last_updated_timestamp: 2
            model_id: \(model)
            name: m
            status: 2
            """
        files["models/reg/meta.yaml"] =
            "name: reg\ncreation_timestamp: 1\nlast_updated_timestamp: 2\n"
        files["models/reg/version-1/meta.yaml"] = """
            creation_timestamp: 1
            current_stage: None
            last_updated_timestamp: 2
            name: reg
            source: models:/\(model)
            storage_location: \(place)/7/models/\(model)/artifacts
            version: 1
            """
        return try FileStoreSource(folder: MemoryFiles("mlruns", files))
    }

    private static func artifacts(below root: String) -> MemoryFiles {
        MemoryFiles(
            "store",
            [
                "\(root)\(FileStoreSourceTests.run)/artifacts/d/ü.txt": "text",
                "\(root)models/\(model)/artifacts/MLmodel": "flavors: {}\n",
            ])
    }

    @Test(
        "A second import fills in what the first did not find",
        arguments: ["mlflow-artifacts:", "/no/such/place", "file:///no/such/place"])
    func filledIn(place: String) async throws {
        let bench = try Bench()
        let source = try Self.moved(place)
        for _ in 1...2 {
            let first = try await Self.take(source, into: bench)
            #expect(first.hasFailures)
            let notes = first.notes.map(\.subject)
            #expect(notes.contains("artifacts of 1 run"))
            #expect(notes.contains("files of logged model \(Self.model)"))
            #expect(notes.contains("files of model version models:/reg/1"))
        }
        let store = Self.artifacts(below: "7/")
        let second = try await Self.take(source, into: bench, artifacts: store)
        #expect(!second.hasFailures, "\(second.notes)")
        #expect(second.counts[.artifacts]?.written == 2)
        #expect(second.counts[.runs]?.present == 1)
        let version = try await bench.services.registry.version(1, ofModel: "reg")
        #expect(version.content != nil)
        let third = try await Self.take(source, into: bench, artifacts: store)
        #expect(third.counts[.artifacts]?.present == 2)
        #expect(third.counts[.artifacts]?.written == 0)
        #expect(!third.notes.contains { $0.subject.contains("artifacts of") })
    }

    @Test(
        "Artifacts of a store that was moved are found by the tail of their path",
        arguments: ["", "7/", "old/7/"])
    func moved(root: String) async throws {
        let bench = try Bench()
        let summary = try await Self.take(
            try Self.moved("/no/old"), into: bench, artifacts: Self.artifacts(below: root))
        #expect(!summary.hasFailures, "\(summary.notes)")
        #expect(summary.counts[.artifacts]?.written == 2)
    }

    @Test("A version of a prompt has no files to look for")
    func prompt() async throws {
        let files = FileStoreSourceTests.files.merging([
            "models/p/meta.yaml": "name: p\ncreation_timestamp: 1\nlast_updated_timestamp: 2\n",
            "models/p/version-1/meta.yaml": """
            creation_timestamp: 1
            last_updated_timestamp: 2
            name: p
            source: dummy-source
            version: 1
            """,
            "models/p/version-1/tags/mlflow.prompt.is_prompt": "true",
        ]) { $1 }
        let summary = try await Self.take(
            try FileStoreSource(folder: MemoryFiles("mlruns", files)), into: try Bench())
        #expect(summary.counts[.versions]?.written == 1)
        #expect(!summary.hasFailures, "\(summary.notes)")
    }

    @Test("An artifact that is here already and differs is named and stays")
    func otherArtifact() async throws {
        let bench = try Bench()
        let source = try Self.moved("/no/old")
        _ = try await Self.take(source, into: bench, artifacts: Self.artifacts(below: "7/"))
        let upload = try await bench.services.tree.beginUpload()
        try await upload.write(Array("TEXT".utf8))
        let place = try ArtifactPath("7/\(FileStoreSourceTests.run)/artifacts/d/ü.txt")
        let ours = try await upload.finish(at: place)
        let summary = try await Self.take(
            source, into: bench, artifacts: Self.artifacts(below: "7/"))
        #expect(summary.counts[.artifacts]?.failed == 1)
        #expect(summary.notes.filter(\.isFailure).first?.subject.hasSuffix("d/ü.txt") == true)
        #expect(try await bench.services.tree.file(at: place).digest == ours.digest)
    }

    @Test("A trace of the same id that differs is a conflict, and everything else comes in")
    func otherTrace() async throws {
        let first = try Bench()
        let experiment = try await first.services.experiments.createExperiment(
            named: "traced", artifactLocation: nil, tags: [], at: first.services.clock.now())
        func trace(_ name: String, _ experiment: ExperimentID, state: TraceState) throws
            -> StoredTrace
        {
            let id = try #require(TraceID(name))
            let trace = Trace(
                id: id, experiment: experiment, requestTime: Timestamp(milliseconds: 1),
                state: state)
            return StoredTrace(trace: trace, spans: [], runs: [])
        }
        for name in ["tr-1", "tr-2"] {
            _ = try await first.services.exchange.importTrace(
                try trace(name, experiment, state: .ok))
        }
        let archive = try await Self.export(first)
        let second = try Bench()
        let other = try await second.services.experiments.createExperiment(
            named: "traced", artifactLocation: nil, tags: [], at: second.services.clock.now())
        _ = try await second.services.exchange.importTrace(
            try trace("tr-1", other, state: .error))
        let summary = try await Self.take(archive, into: second)
        #expect(summary.counts[.traces]?.failed == 1)
        #expect(summary.counts[.traces]?.written == 1)
        #expect(summary.notes.contains { $0.isFailure && $0.reason.contains("trace tr-1 is here") })
    }

    @Test("One experiment is exported without the others and without the registry")
    func oneExperiment() async throws {
        let first = try Bench()
        try await Population.fill(first, seed: 9)
        let experiment = try await first.services.experiments.experiment(named: "exp 1 ü")
        let archive = try await Self.export(first, .experiments([experiment.id]))
        let second = try Bench()
        let summary = try await Self.take(archive, into: second)
        #expect(summary.counts[.experiments]?.read == 1)
        #expect(summary.counts[.models] == nil)
        #expect(summary.counts[.runs]?.written ?? 0 > 0)
        let error = await #expect(throws: BancadaError.self) {
            try await Self.export(first, .experiments([ExperimentID(99)]))
        }
        #expect(error?.code == .notFound)
    }
}
