import Store
import Testing
import Workbench

/// What clients uploaded, and the models that they logged.
@Suite struct GarbageTreeTests {
    private let bench: GarbageBench
    private var workspace: Workspace { bench.workspace }

    init() throws {
        bench = try GarbageBench()
    }

    private func upload(_ text: String, to path: ArtifactPath) async throws {
        let upload = try await workspace.tree.beginUpload()
        try await upload.write(Array(text.utf8))
        _ = try await upload.finish(at: path)
    }

    private func file(_ name: String, of run: Int) -> ArtifactPath {
        ArtifactPath.run(runID(run), of: .standard).appending(ArtifactPath(parts: [name]))
    }

    private func log(_ number: Int, of run: Int) async throws -> LoggedModelID {
        let id = LoggedModelID(digitsOf: runID(number))
        _ = try await workspace.loggedModels.createLoggedModel(
            NewLoggedModel(id: id, experiment: .standard, name: "m", sourceRun: runID(run)),
            at: bench.clock.clock.now())
        try await upload(
            "weights \(number)",
            to: ArtifactPath.model(id, of: .standard).appending(ArtifactPath(parts: ["w"])))
        return id
    }

    @Test("The files of a run go with it, those that others have too stay for them")
    func uploads() async throws {
        try await workspace.start(1)
        try await workspace.start(2)
        try await upload("alone", to: file("a", of: 1))
        try await upload("shared", to: file("s", of: 1))
        try await upload("shared", to: file("s", of: 2))
        try await bench.delete(1)
        let report = try await bench.collect()
        #expect(report.artifacts == 2)
        #expect(report.contents.count == 1)
        #expect(try await workspace.tree.list(ArtifactPath("0/\(runID(1).text)")).isEmpty)
        #expect(try await workspace.tree.file(at: file("s", of: 2)).size == 6)
        #expect(try await workspace.integrityCheck(.digests) == [])
    }

    @Test("A folder that was made of uploaded files and registered keeps their bytes")
    func registered() async throws {
        try await workspace.start(1)
        try await upload("one", to: file("a", of: 1))
        try await upload("two", to: file("b", of: 1))
        let content = try await workspace.tree.content(
            at: ArtifactPath.run(runID(1), of: .standard))
        _ = try await workspace.models.createVersion(
            NewModelVersion(name: "m", source: "x", digest: content.digest), at: at(1))
        try await bench.delete(1)
        let report = try await bench.collect()
        #expect(report.runs.count == 1 && report.contents.count == 0)
        #expect(try await workspace.artifacts.isPresent(content.digest))
    }

    @Test("A deleted logged model goes with its files; a run that goes leaves its models")
    func loggedModels() async throws {
        try await workspace.start(1)
        let (gone, stays) = (try await log(8, of: 1), try await log(9, of: 1))
        try await workspace.loggedModels.deleteLoggedModel(gone, at: bench.clock.clock.now())
        try await bench.delete(1)
        let report = try await bench.collect()
        #expect(report.loggedModels.map(\.id) == [gone.text])
        #expect(report.runs.count == 1)
        #expect(report.contents.count == 1)
        #expect(try await workspace.loggedModels.loggedModel(stays).sourceRun == nil)
        #expect(try bench.stored().count == 1)
    }

    @Test("A logged model that is registered stays, and so does its experiment")
    func registeredModel() async throws {
        try await workspace.start(1)
        let id = try await log(8, of: 1)
        _ = try await workspace.models.createVersion(
            NewModelVersion(name: "m", source: "models:/\(id.text)", loggedModel: id), at: at(1))
        try await workspace.loggedModels.deleteLoggedModel(id, at: bench.clock.clock.now())
        let report = try await bench.collect()
        #expect(report.kept.map(\.reason) == ["it is registered"])
        #expect(try bench.stored().count == 1)
    }

    @Test("An experiment goes with the files of its models and traces")
    func experiment() async throws {
        let id = try await workspace.experiments.createExperiment(
            named: "e", artifactLocation: nil, tags: [], at: at(1))
        let traces = ArtifactPath(parts: [String(id.number), "traces", "tr-1", "artifacts", "t"])
        try await upload("trace", to: traces)
        try await workspace.experiments.setLifecycle(
            .deleted, of: id, at: bench.clock.clock.now())
        let report = try await bench.collect()
        #expect(report.experiments.count == 1 && report.contents.count == 1)
        #expect(try bench.stored().isEmpty)
    }
}
