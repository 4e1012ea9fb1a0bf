import Foundation
import Store
import Testing
import Workbench

/// Stages of versions, the logged models that they are versions of, and what belongs to entries.
@Suite(.serialized) struct ModelStageTests {
    private func add(_ workspace: Workspace, _ count: Int, to name: String = "m") async throws {
        for _ in 0..<count {
            _ = try await workspace.models.createVersion(
                NewModelVersion(name: name, source: "s"), at: at(5))
        }
    }

    @Test("Moves a version to a stage and archives the others of it where that is asked for")
    func stages() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let models = workspace.models
        try await add(workspace, 3)
        #expect(try await models.version(1, ofModel: "m").stage == .none)
        for version in 1...2 {
            let moved = try await models.moveVersion(
                version, ofModel: "m", to: .production, archivesOthers: false, at: at(7))
            #expect(moved.stage == .production)
            #expect(moved.lastUpdateTime == at(7))
        }
        _ = try await models.moveVersion(
            3, ofModel: "m", to: .production, archivesOthers: true, at: at(8))
        let stages = try await models.versions(ofModel: "m").map(\.stage)
        #expect(stages == [.production, .archived, .archived])
        #expect(try await models.version(1, ofModel: "m").lastUpdateTime == at(8))
        #expect(try await models.model(named: "m").lastUpdateTime == at(8))
        for stage in [ModelStage.none, .archived] {
            #expect(
                await code {
                    try await models.moveVersion(
                        1, ofModel: "m", to: stage, archivesOthers: true, at: at(9))
                } == .invalidInput)
        }
        for (name, version) in [("m", 4), ("m", Int.max), ("x", 1)] {
            #expect(
                await code {
                    try await models.moveVersion(
                        version, ofModel: name, to: .staging, archivesOthers: true, at: at(9))
                } == .notFound)
        }
        #expect(try await models.version(3, ofModel: "m").stage == .production)
    }

    @Test("An entry shows the greatest version of each stage, that of the first version first")
    func latest() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let models = workspace.models
        try await add(workspace, 5)
        try await add(workspace, 1, to: "other")
        for (version, stage) in [(1, ModelStage.staging), (2, .production), (3, .staging)] {
            _ = try await models.moveVersion(
                version, ofModel: "m", to: stage, archivesOthers: false, at: at(6))
        }
        try await models.setTag(Workbench.Tag(key: "k", value: "v"), ofVersion: 3, model: "m")
        try await models.setAlias("best", version: 3, ofModel: "m")
        let found = try await models.models(RegistryQuery(), limit: 10, after: nil).items
        #expect(found.map(\.name) == ["m", "other"])
        #expect(found[0].latestVersion == 5)
        #expect(found[0].latestVersions.map(\.version) == [3, 2, 5])
        #expect(found[0].latestVersions.map(\.stage) == [.staging, .production, .none])
        #expect(found[0].latestVersions[0].tags == [Workbench.Tag(key: "k", value: "v")])
        #expect(found[0].latestVersions[0].aliases == ["best"])
        #expect(found[1].latestVersions.map(\.version) == [1])
        #expect(try await models.model(named: "m").latestVersions.map(\.version) == [3, 2, 5])
    }

    @Test("Makes the entry of a version only where it may")
    func makesEntry() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let version = NewModelVersion(
            name: "m", source: "s", runLink: "http://x", makesEntry: false)
        #expect(
            await code { try await workspace.models.createVersion(version, at: at(1)) }
                == .notFound)
        #expect(await code { try await workspace.models.model(named: "m") } == .notFound)
        try await add(workspace, 1)
        let made = try await workspace.models.createVersion(version, at: at(1))
        #expect(made.version == 2)
        #expect(made.runLink == "http://x")
    }

    @Test("A version of a logged model has its run, and is noted in its tag")
    func loggedModel() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1)
        try await workspace.logModel(1, run: runID(1))
        func register(_ name: String) async throws -> ModelVersion {
            try await workspace.models.createVersion(
                NewModelVersion(
                    name: name, source: "models:/" + modelID(1).text, loggedModel: modelID(1)),
                at: at(9))
        }
        func tag() async throws -> [[String: String]] {
            let tags = try await workspace.loggedModels.loggedModel(modelID(1)).tags
            let text = try #require(tags.first { $0.key == "mlflow.modelVersions" }).value
            let list = try JSONSerialization.jsonObject(with: Data(text.utf8))
            return try #require(list as? [[String: Any]]).map { $0.mapValues { "\($0)" } }
        }
        let made = try await register("a \"ü\" b")
        #expect(made.loggedModel == modelID(1))
        #expect(made.run == runID(1))
        _ = try await register("other")
        #expect(
            try await tag() == [
                ["name": "a \"ü\" b", "version": "1"], ["name": "other", "version": "1"],
            ])
        for text in ["no list", "{}", "[1"] {
            _ = try await workspace.loggedModels.setTags(
                [Workbench.Tag(key: "mlflow.modelVersions", value: text)], of: modelID(1))
            _ = try await register("again")
            #expect(try await tag().count == 1)
        }
        #expect(
            await code {
                try await workspace.models.createVersion(
                    NewModelVersion(name: "m", source: "s", loggedModel: modelID(2)), at: at(9))
            } == .notFound)
        #expect(await code { try await workspace.models.model(named: "m") } == .notFound)
    }

    @Test("A renamed entry keeps its versions with stages, aliases and tags")
    func rename() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let models = workspace.models
        try await add(workspace, 2)
        _ = try await models.moveVersion(
            2, ofModel: "m", to: .staging, archivesOthers: false, at: at(6))
        try await models.setAlias("best", version: 2, ofModel: "m")
        let renamed = try await models.updateModel(
            named: "m", newName: "n", description: nil, at: at(7))
        #expect(renamed.latestVersions.map(\.version) == [1, 2])
        #expect(renamed.aliases == [ModelAlias(alias: "best", version: 2)])
        #expect(try await models.version(2, ofModel: "n").stage == .staging)
        #expect(try await models.versions(ofModel: "n").map(\.lastUpdateTime) == [at(7), at(7)])
        try await models.deleteVersion(2, ofModel: "n", at: at(8))
        #expect(try await models.model(named: "n").aliases.isEmpty)
        #expect(try await models.model(named: "n").latestVersions.map(\.version) == [1])
    }
}
