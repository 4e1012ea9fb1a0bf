import Foundation
import GRDB
import Store
import Testing
import Workbench

/// What may go for good, and what must stay.
@Suite struct GarbageCollectionTests {
    private let bench: GarbageBench
    private var workspace: Workspace { bench.workspace }

    init() throws {
        bench = try GarbageBench()
    }

    @Test("A deleted run goes with what it logged, its artifacts and their bytes")
    func run() async throws {
        try await workspace.start(1)
        try await workspace.start(2)
        try await workspace.runs.log(
            LogBatch(
                params: [Param(key: "p", value: "1")],
                metrics: [Metric(key: "m", value: 1, timestamp: at(1))]), to: runID(1))
        let gone = try await bench.recordFolder(["a": "alone", "b": "shared"], as: "x", of: 1)
        let kept = try await bench.recordFolder(["b": "shared"], as: "y", of: 2)
        _ = try await workspace.artifacts.cachedPath(of: gone.content.digest)
        try await bench.delete(1)
        let report = try await bench.collect()
        #expect(report.runs.map(\.id) == [runID(1).text])
        #expect(report.artifacts == 1)
        #expect(report.contents.count == 2)
        #expect(report.caches.count == 1)
        #expect(report.bytes > 0)
        #expect(try await bench.runs() == [runID(2).text])
        #expect(try bench.stored().count == 2)
        #expect(try await workspace.integrityCheck(.digests) == [])
        try await workspace.artifacts.copy(kept.content.digest, to: bench.scratch.path("out"))
        #expect(try await bench.collect().isEmpty)
    }

    @Test("What is not in the bin stays, and so does what is not long enough there")
    func age() async throws {
        try await workspace.start(1)
        try await workspace.start(2)
        try await bench.delete(1)
        bench.clock.move(.seconds(10 * 86_400))
        try await bench.delete(2)
        bench.clock.move(.seconds(86_400))
        #expect(try await bench.collect(olderThan: .seconds(30 * 86_400)).isEmpty)
        let report = try await bench.collect(olderThan: .seconds(5 * 86_400))
        #expect(report.runs.map(\.id) == [runID(1).text])
        // Deleted again while it is in the bin: the first time counts.
        try await bench.delete(2)
        #expect(try await bench.collect(olderThan: .seconds(86_400)).runs.count == 1)
    }

    @Test("A restored run stays")
    func restored() async throws {
        try await workspace.start(1)
        try await bench.delete(1)
        try await workspace.runs.setLifecycle(.active, of: runID(1))
        #expect(try await bench.collect().isEmpty)
    }

    @Test("A dry run says the same and changes nothing")
    func dryRun() async throws {
        try await workspace.start(1)
        let artifact = try await bench.record("bytes", as: "x", of: 1)
        _ = try await workspace.artifacts.cachedPath(of: artifact.content.digest)
        try await bench.delete(1)
        let before = try bench.stored()
        let plan = try await bench.collect(isDryRun: true)
        #expect(try bench.stored() == before)
        #expect(try await bench.exists(1))
        _ = try await workspace.artifacts.artifact(artifact.id)
        let done = try await bench.collect()
        #expect(plan.runs == done.runs && plan.contents == done.contents)
        #expect(plan.caches == done.caches && plan.bytes == done.bytes)
        #expect(!(try await bench.exists(1)))
    }

    @Test("An experiment goes with its runs; one with a run that stays, stays")
    func experiments() async throws {
        let store = workspace.experiments
        let (first, second) = (
            try await store.createExperiment(
                named: "a", artifactLocation: nil, tags: [], at: at(1)),
            try await store.createExperiment(named: "b", artifactLocation: nil, tags: [], at: at(1))
        )
        try await workspace.start(1, experiment: first)
        try await workspace.start(2, experiment: second)
        _ = try await workspace.models.createVersion(
            NewModelVersion(name: "m", source: "runs:/x", run: runID(2)), at: at(1))
        for id in [first, second] {
            try await store.setLifecycle(.deleted, of: id, at: bench.clock.clock.now())
        }
        let report = try await bench.collect()
        #expect(report.experiments.map(\.name) == ["a"])
        #expect(Set(report.kept.map(\.id)) == [runID(2).text, String(second.number)])
        #expect(await code { try await store.experiment(first) } == .notFound)
        // The name is free again.
        _ = try await store.createExperiment(named: "a", artifactLocation: nil, tags: [], at: at(2))
    }

    @Test("Content that was stored a moment ago waits for who may refer to it")
    func pending() async throws {
        let content = try await workspace.artifacts.store(bytes: [1, 2, 3])
        let report = try await bench.collect()
        #expect(report.contents.count == 0 && report.waiting.count == 1)
        bench.clock.move(.seconds(3000))
        // Stored again: the hour begins again.
        _ = try await workspace.artifacts.store(bytes: [1, 2, 3])
        bench.clock.move(.seconds(3000))
        #expect(try await bench.collect().waiting.count == 1)
        bench.clock.move(.seconds(1000))
        #expect(try await bench.collect().contents.count == 1)
        #expect(await code { try await workspace.artifacts.content(content.digest) } == .notFound)
        #expect(try bench.stored().isEmpty)
    }

    @Test("A crash between the rows and the files leaves files that the next one finds")
    func crash() async throws {
        try await workspace.start(1)
        try await bench.recordFolder(["a": "one", "b": "two"], as: "x", of: 1)
        try await bench.delete(1)
        _ = try await workspace.collectRows(GarbageSettings())
        #expect(try bench.stored().count == 3)
        #expect(try await workspace.integrityCheck(.digests) == [])
        bench.clock.move(.seconds(7200))
        let report = try await bench.collect()
        #expect(report.leftovers.count == 3)
        #expect(try bench.stored().isEmpty)
    }

    @Test("Files of unknown origin go once they are old, others are not touched")
    func strays() async throws {
        let name = String(repeating: "ab", count: 32)
        let root = "workspace/"
        try bench.scratch.write(root + "artifacts/ab/\(name)", [1, 2])
        try bench.scratch.write(root + "artifacts/temporary/old.part", [1])
        try bench.scratch.write(root + "artifacts/ab/README", [1])
        try bench.scratch.write(root + "work/\(runID(9).text)/load.1/x", [1, 2, 3])
        try bench.scratch.write(root + "work/mine/x", [1])
        try bench.scratch.write(root + "logs/\(runID(9).text)/load.1.log", [1, 2, 3, 4])
        #expect(try await bench.collect().isEmpty)
        bench.clock.move(.seconds(7200))
        let report = try await bench.collect()
        #expect(report.leftovers == .init(count: 2, bytes: 3))
        #expect(report.folders == .init(count: 2, bytes: 7))
        let left = try bench.scratch.contents(of: bench.scratch.workspacePath).keys
            .filter { !$0.hasPrefix("bancada.sqlite") }
        #expect(left.sorted() == ["artifacts/ab/README", "work/mine/x"])
    }

    @Test("The list of a folder that stays and cannot be read stops everything")
    func damaged() async throws {
        try await workspace.start(1)
        try await workspace.start(2)
        let kept = try await bench.recordFolder(["a": "one"], as: "x", of: 1)
        try await bench.record("two", as: "y", of: 2)
        try await bench.delete(2)
        let hex = kept.content.digest.hex
        let path = bench.scratch.workspacePath + "/artifacts/\(hex.prefix(2))/\(hex)"
        try FileManager.default.removeItem(atPath: path)
        try Data("nonsense".utf8).write(to: URL(fileURLWithPath: path))
        #expect(await code { try await bench.collect() } == .corrupt)
        #expect(try await bench.exists(2))
        #expect(try bench.stored().count == 3)
    }

    @Test("A workspace that is open for reading alone is not collected")
    func readOnly() async throws {
        let reader = try Workspace.open(
            at: bench.scratch.workspacePath, access: .readOnly, bench.scratch.settings())
        #expect(
            await code { try await reader.collectGarbage(GarbageSettings()) } == .unavailable)
    }

    @Test("What brings content in and a collection at the same time lose nothing")
    func atOnce() async throws {
        let other = try bench.another()
        try await workspace.start(1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for round in 0..<30 {
                    // The same bytes again and again: they are collected in between.
                    let content = try await other.artifacts.store(
                        bytes: Array("round \(round % 3)".utf8))
                    let artifact = try await other.artifacts.recordArtifact(
                        NewArtifact(
                            type: .artifact, name: "x\(round)", digest: content.digest,
                            producer: runID(1)), at: bench.clock.clock.now())
                    #expect(try await other.artifacts.isPresent(artifact.content.digest))
                }
            }
            group.addTask {
                for round in 2..<12 {
                    try await bench.workspace.start(round)
                    try await bench.record("round \(round % 3)", as: "y", of: round)
                    try await bench.delete(round)
                    _ = try await bench.collect()
                }
            }
            try await group.waitForAll()
        }
        #expect(try await workspace.integrityCheck(.digests) == [])
        #expect(try await workspace.artifacts.outputs(of: runID(1)).count == 30)
    }

    @Test("Every key of the schema that leads to a run or a content is in the rules")
    func rules() throws {
        let queue = try DatabaseQueue(path: bench.scratch.workspacePath + "/bancada.sqlite")
        let keys = try queue.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT tables.name AS source, keys."from" AS column, keys."table" AS target,
                        keys.on_delete AS action
                    FROM sqlite_schema AS tables, pragma_foreign_key_list(tables.name) AS keys
                    WHERE tables.type = 'table'
                    """)
        }
        func names(_ target: String) -> Set<String> {
            Set(
                keys.filter {
                    ($0["target"] as String) == target && ($0["action"] as String) == "NO ACTION"
                }
                .map { "\($0["source"] as String).\($0["column"] as String)" })
        }
        #expect(names("runs") == Set(GarbageRules.runKeys))
        #expect(names("contents") == Set(GarbageRules.contentKeys))
    }
}
