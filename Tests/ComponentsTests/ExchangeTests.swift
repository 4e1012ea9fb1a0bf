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
        let sink = MemorySink()
        let summary = try await ExportOperation(
            scope, services: bench.services, disk: FolderFiles("/"),
            currentFolder: "/", progress: NoProgress(), isStopped: { false }
        ).run(into: sink)
        #expect(!summary.hasFailures)
        return sink.bytes
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
        return try await take(try FileStoreSource(archive: files), into: bench, isStopped)
    }

    static func take(
        _ source: any ExchangeSource, into bench: Bench,
        _ isStopped: @escaping @Sendable () -> Bool = { false }
    ) async throws -> ExchangeSummary {
        try await ImportOperation(
            source, into: bench.services, artifacts: FolderFiles("/nowhere"),
            disk: FolderFiles("/"), progress: NoProgress(), isStopped: isStopped
        ).run()
    }

    @Test(
        "Export, import into an empty workspace and export again give equal archives",
        arguments: [1, 2, 3] as [UInt64])
    func roundTrip(seed: UInt64) async throws {
        let first = try Bench()
        try await Population.fill(first, seed: seed)
        let archive = try await Self.export(first)
        #expect(try await Self.export(first) == archive)
        let second = try Bench()
        let summary = try await Self.take(archive, into: second)
        #expect(summary.notes.filter(\.isFailure).isEmpty, "\(summary.notes)")
        try Self.expectEqual(try await Self.export(second), archive)
        // Again: nothing new, and nothing changes.
        let again = try await Self.take(archive, into: second)
        #expect(again.counts[.runs]?.present == summary.counts[.runs]?.read)
        #expect(again.counts[.runs]?.written == 0)
        #expect(again.counts[.loggedModels]?.written ?? 0 == 0)
        #expect(again.counts[.versions]?.written ?? 0 == 0)
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
