import Foundation
import Store
import Testing
import Workbench

@Suite struct DamageFuzzTests {
    /// A workspace with something in every table, large enough that opening does not check it whole.
    private func filled(_ scratch: Scratch) async throws {
        let workspace = try scratch.create()
        let me = try ProcessIdentity.current()
        try scratch.write("in/a", [1, 2, 3])
        let content = try await workspace.artifacts.store(contentsOf: scratch.path("in"))
        for number in 1...60 {
            try await workspace.start(number, holder: me)
            try await workspace.runs.log(
                LogBatch(
                    params: (0..<20).map {
                        Param(key: "p\($0)", value: String(repeating: "v", count: 300))
                    },
                    metrics: (0..<50).map {
                        Metric(key: "m", value: Double($0), timestamp: at($0), step: $0)
                    }), to: runID(number))
            let artifact = try await workspace.artifacts.recordArtifact(
                NewArtifact(
                    type: .model, name: "model", digest: content.digest, producer: runID(number)),
                at: at(1))
            try await workspace.artifacts.recordInput(
                "data", artifact: artifact.id, of: runID(number))
            _ = try await workspace.datasets.registerDataset(
                named: "d\(number)", artifact: artifact.id, source: "s", rows: 1, columns: 1,
                at: at(1))
            _ = try await workspace.models.createVersion(
                NewModelVersion(
                    name: "m\(number % 7)", source: "s", run: runID(number),
                    digest: content.digest, tags: [Workbench.Tag(key: "k", value: "v")],
                    aliases: ["champion"]), at: at(1))
            try await workspace.logModel(
                number, run: runID(number), params: [Param(key: "p", value: "v")],
                tags: [Workbench.Tag(key: "k", value: "v")])
            try await workspace.measure(number, "loss", 0.5, run: number, on: "d", digest: "e")
            try await workspace.runs.logModelOutputs(
                [ModelOutput(model: modelID(number))], to: runID(number))
            try await workspace.tree.put("0/\(runID(number).text)/artifacts/f", [1, 2, 3])
        }
        try workspace.close()
    }

    /// Reads everything that can be listed and writes a little.
    private func use(_ workspace: Workspace) async throws {
        _ = try await workspace.experiments.experiments(
            ExperimentQuery(view: .all), limit: 100, after: nil)
        let runs = try await workspace.runs.runs(RunQuery(view: .all), limit: 1000, after: nil)
        for run in runs.items {
            _ = try await workspace.runs.history(of: "m", run: run.id, limit: 100, after: nil)
            _ = try await workspace.artifacts.inputs(of: run.id)
            _ = try await workspace.artifacts.outputs(of: run.id)
            let folder = ArtifactPath.run(run.id, of: run.experiment)
            _ = try await workspace.tree.list(folder)
            _ = try await workspace.tree.content(at: folder)
        }
        let logged = try await workspace.loggedModels.loggedModels(
            LoggedModelQuery(experiments: [.standard]), limit: 100, after: nil)
        for model in logged.items {
            _ = try await workspace.loggedModels.finalize(model.id, .ready, at: at(1))
        }
        _ = try await workspace.models.versions(RegistryQuery(), limit: 100, after: nil)
        for model in try await workspace.models.models(RegistryQuery(), limit: 100, after: nil)
            .items
        {
            _ = try await workspace.models.versions(ofModel: model.name)
        }
        _ = try await workspace.datasets.datasets()
        _ = try await workspace.leases.deadLeases(at: at(1))
        _ = try await workspace.integrityCheck()
        try await workspace.start(9999)
        try await workspace.runs.log(
            LogBatch(metrics: [Metric(key: "x", value: 1, timestamp: at(1))]), to: runID(9999))
    }

    @Test("Random damage is an error or goes unnoticed, but never a crash", arguments: 0..<8)
    func randomDamage(seed: UInt64) async throws {
        let scratch = try Scratch()
        try await filled(scratch)
        let path = scratch.workspacePath + "/bancada.sqlite"
        let whole = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(whole.count > 1 << 19)
        var generator = SplitMix64(seed: seed)
        for round in 0..<6 {
            var bytes = whole
            for _ in 0..<(1 << round) {
                // Small offsets often: the schema and the roots of trees are there.
                let end = Bool.random(using: &generator) ? bytes.count : 40_000
                let offset = Int.random(in: 0..<end, using: &generator)
                bytes[offset] = UInt8.random(in: 0...255, using: &generator)
            }
            for suffix in ["-wal", "-shm"] where round == 5 {
                try scratch.write(
                    "workspace/bancada.sqlite" + suffix,
                    (0..<5000).map { _ in UInt8.random(in: 0...255, using: &generator) })
            }
            try scratch.write("workspace/bancada.sqlite", bytes)
            do {
                let workspace = try scratch.open()
                try await use(workspace)
                try workspace.close()
            } catch {
                #expect(error is BancadaError, "seed \(seed), round \(round): \(error)")
                let code = (error as? BancadaError)?.code
                #expect(code != .invalidInput, "seed \(seed), round \(round): \(error)")
            }
            for suffix in ["-wal", "-shm"] {
                // Only there where the workspace could not be closed.
                try? FileManager.default.removeItem(atPath: path + suffix)
            }
        }
    }
}
