import Components
import Foundation
import Testing
import Workbench

/// Models that clients uploaded, as MLflow does, and the URIs that find them.
@Suite struct ModelResolverTests {
    private let bench: Bench
    private var services: Services { bench.services }
    private var resolver: ModelResolver { ModelResolver(bench.services) }

    init() throws { bench = try Bench() }

    private func run(in experiment: ExperimentID = .standard) async throws -> RunID {
        let id = services.makeRunID()
        _ = try await services.runs.createRun(
            NewRun(
                id: id, kind: .external, experiment: experiment, user: "ana",
                startTime: services.clock.now()))
        return id
    }

    private func upload(_ path: ArtifactPath, _ text: String) async throws {
        let upload = try await services.tree.beginUpload()
        try await upload.write(Array(text.utf8))
        _ = try await upload.finish(at: path)
    }

    private func logModel(
        _ name: String, by run: RunID, _ text: String
    ) async throws -> LoggedModelID {
        let id = LoggedModelID(digitsOf: services.makeRunID())
        _ = try await services.loggedModels.createLoggedModel(
            NewLoggedModel(id: id, experiment: .standard, name: name, sourceRun: run),
            at: services.clock.now())
        let folder = ArtifactPath.model(id, of: .standard)
        try await upload(folder.appending(ArtifactPath("MLmodel")), text)
        return id
    }

    private func marker(_ uri: String) async throws -> String {
        let folder = try await resolver.resolve(ModelURI(parsing: uri)).folder
        return try String(contentsOfFile: folder + "/MLmodel", encoding: .utf8)
    }

    private func code(_ uri: String) async -> BancadaError.Code? {
        do {
            _ = try await resolver.resolve(ModelURI(parsing: uri))
            return nil
        } catch {
            return error.code
        }
    }

    @Test("runs:/RUN/PATH finds what a client uploaded to the run, in its newest state")
    func uploaded() async throws {
        let run = try await run()
        let file = try ArtifactPath.run(run, of: .standard)
            .appending(ArtifactPath("out/model/MLmodel"))
        try await upload(file, "one")
        #expect(try await marker("runs:/\(run.text)/out/model") == "one")
        try await upload(file, "two")
        #expect(try await marker("runs:/\(run.text)/out/model") == "two")
        #expect(await code("runs:/\(run.text)/out/model/MLmodel") == .invalidInput)
        #expect(await code("runs:/\(run.text)/other") == .notFound)
        #expect(await code("runs:/\(run.text)/../x") == .invalidInput)
        let resolved = try await resolver.resolve(
            ModelURI(parsing: "runs:/\(run.text)/out/model"))
        #expect(resolved.name == "model")
        #expect(resolved.run == run)
    }

    @Test("runs:/RUN/NAME finds the newest model of that name that the run logged")
    func loggedByRun() async throws {
        let run = try await run()
        _ = try await logModel("model", by: run, "first")
        let second = try await logModel("model", by: run, "second")
        _ = try await logModel("other", by: run, "other")
        #expect(try await marker("runs:/\(run.text)/model") == "second")
        #expect(try await marker("models:/\(second.text)") == "second")
        try await services.loggedModels.deleteLoggedModel(second, at: services.clock.now())
        #expect(try await marker("runs:/\(run.text)/model") == "first")
        #expect(await code("models:/\(second.text)") == .notFound)
    }

    @Test("A logged model without files is not found")
    func noFiles() async throws {
        let id = LoggedModelID(digitsOf: services.makeRunID())
        _ = try await services.loggedModels.createLoggedModel(
            NewLoggedModel(id: id, experiment: .standard), at: services.clock.now())
        #expect(await code("models:/\(id.text)") == .notFound)
    }

    @Test("An experiment that keeps its artifacts elsewhere in the tree is looked up there")
    func chosenPlace() async throws {
        let experiment = try await services.experiments.createExperiment(
            named: "e", artifactLocation: "mlflow-artifacts:/team/a", tags: [],
            at: services.clock.now())
        let run = try await run(in: experiment)
        try await upload(ArtifactPath("team/a/\(run.text)/artifacts/model/MLmodel"), "there")
        #expect(try await marker("runs:/\(run.text)/model") == "there")
    }

    @Test("A version without content is looked up where its source says, one with content is kept")
    func versions() async throws {
        let run = try await run()
        let logged = try await logModel("model", by: run, "logged")
        let folder = try ArtifactPath.run(run, of: .standard).appending(ArtifactPath("m"))
        try await upload(folder.appending(ArtifactPath("MLmodel")), "before")
        let digest = try await services.tree.content(at: folder).digest
        for (source, digest) in [
            ("mlflow-artifacts:/\(folder.text)", digest), ("mlflow-artifacts:/\(folder.text)", nil),
            ("runs:/\(run.text)/m", nil), ("models:/\(logged.text)", nil), ("models:/m/2", nil),
            ("s3://bucket/model", nil), ("models:/m/9", nil),
        ] {
            _ = try await services.registry.createVersion(
                NewModelVersion(name: "m", source: source, digest: digest),
                at: services.clock.now())
        }
        try await upload(folder.appending(ArtifactPath("MLmodel")), "after")
        #expect(try await marker("models:/m/1") == "before")
        #expect(try await marker("models:/m/2") == "after")
        #expect(try await marker("models:/m/3") == "after")
        #expect(try await marker("models:/m/4") == "logged")
        #expect(try await marker("models:/m/5") == "after")
        #expect(await code("models:/m/6") == .unsupported)
        #expect(await code("models:/m/7") == .notFound)
    }

    @Test("A version that is a copy of itself is refused, not followed for ever")
    func circle() async throws {
        _ = try await services.registry.createVersion(
            NewModelVersion(name: "m", source: "models:/m/1"), at: services.clock.now())
        #expect(await code("models:/m/1") == .unsupported)
    }

    @Test("A logged model is registered with its content and its run")
    func registers() async throws {
        let run = try await run()
        let logged = try await logModel("model", by: run, "logged")
        let version = try await Registration.register(
            ModelURI(parsing: "models:/\(logged.text)"), name: "kept", aliases: ["champion"],
            services: services, models: ModelLoader(.none))
        #expect(version.loggedModel == logged)
        #expect(version.run == run)
        #expect(version.content != nil)
        #expect(version.source == "models:/\(logged.text)")
        #expect(try await marker("models:/kept@champion") == "logged")
    }

    @Test(
        "latest is the greatest version, a stage the greatest that is in it")
    func stages() async throws {
        let run = try await run()
        for _ in 1...3 {
            let id = try await logModel("m", by: run, "text")
            _ = try await services.registry.createVersion(
                NewModelVersion(
                    name: "staged", source: "models:/\(id.text)", run: run, loggedModel: id),
                at: services.clock.now())
        }
        for version in [1, 2] {
            _ = try await services.registry.moveVersion(
                version, ofModel: "staged", to: .production, archivesOthers: false,
                at: services.clock.now())
        }
        let latest = try ModelURI(parsing: "models:/staged/latest")
        #expect(try await resolver.resolve(latest).uri == "models:/staged/3")
        let production = try ModelURI(parsing: "models:/staged/Production")
        #expect(try await resolver.resolve(production).uri == "models:/staged/2")
        #expect(try await resolver.version(of: production)?.version == 2)
        #expect(await code("models:/staged/Staging") == .notFound)
        #expect(await code("models:/nothing/Staging") == .notFound)
    }

    @Test("A run shows what was uploaded, what it recorded, and the models that it logged")
    func artifacts() async throws {
        let run = try await run()
        let root = ArtifactPath.run(run, of: .standard)
        try await upload(root.appending(ArtifactPath("notes.txt")), "hello")
        try await upload(root.appending(ArtifactPath("plots/a.svg")), "<svg/>")
        let content = try await services.artifacts.store(bytes: [1, 2, 3])
        _ = try await services.artifacts.recordArtifact(
            NewArtifact(
                type: .artifact, name: "made.bin", digest: content.digest, producer: run),
            at: services.clock.now())
        _ = try await logModel("lr", by: run, "older")
        _ = try await logModel("lr", by: run, "newest one")
        let artifacts = try await RunArtifacts(
            of: services.runs.run(run), services: services)
        let all = try await artifacts.files(below: ArtifactPath(""), limit: 100)
        #expect(
            all.files.map(\.path.text) == ["made.bin", "notes.txt", "lr/MLmodel", "plots/a.svg"])
        #expect(all.areAll)
        #expect(artifacts.elsewhere == nil)
        #expect(try await !artifacts.files(below: ArtifactPath(""), limit: 3).areAll)
        #expect(try await artifacts.list(ArtifactPath("plots")).map(\.name) == ["a.svg"])
        #expect(try await artifacts.file(at: ArtifactPath("lr/MLmodel")) != nil)
        #expect(try await artifacts.file(at: ArtifactPath("lr")) == nil)
        #expect(try await artifacts.file(at: ArtifactPath("nothing")) == nil)
        #expect(try await artifacts.list(ArtifactPath("nothing")).isEmpty)
    }

    @Test("Files that a client keeps elsewhere are named by their place")
    func elsewhere() async throws {
        let far = try await services.experiments.createExperiment(
            named: "far", artifactLocation: "s3://bucket/far/", tags: [],
            at: services.clock.now())
        let run = try await run(in: far)
        let artifacts = try await RunArtifacts(of: services.runs.run(run), services: services)
        #expect(artifacts.elsewhere == "s3://bucket/far/\(run.text)/artifacts")
        #expect(try await artifacts.files(below: ArtifactPath(""), limit: 10).files.isEmpty)
        let own = try await services.experiments.createExperiment(
            named: "own", artifactLocation: "mlflow-artifacts:/own/place", tags: [],
            at: services.clock.now())
        let kept = try await self.run(in: own)
        try await upload(ArtifactPath("own/place/\(kept.text)/artifacts/a.txt"), "a")
        let here = try await RunArtifacts(of: services.runs.run(kept), services: services)
        #expect(here.elsewhere == nil)
        #expect(
            try await here.files(below: ArtifactPath(""), limit: 10).files.map(\.path.text)
                == ["a.txt"])
    }
}
