import Store
import Testing
import Workbench

@Suite struct ModelRegistryTests {
    private func add(
        _ models: SQLiteModelRegistry, _ name: String = "m", aliases: [String] = [],
        at time: Int64 = 5
    ) async throws -> ModelVersion {
        try await models.createVersion(
            NewModelVersion(name: name, source: "file:x", aliases: aliases), at: at(time))
    }

    @Test("Registers a model and finds it by name")
    func create() async throws {
        let scratch = try Scratch()
        let models = try scratch.create().models
        let made = try await models.createModel(
            named: "penguins ü@1", description: "text",
            tags: [Workbench.Tag(key: "z", value: "1"), Workbench.Tag(key: "a", value: "2")],
            at: at(5))
        #expect(made.name == "penguins ü@1")
        #expect(made.description == "text")
        #expect(
            made.tags == [Workbench.Tag(key: "a", value: "2"), Workbench.Tag(key: "z", value: "1")])
        #expect(made.latestVersion == nil)
        #expect(made.aliases.isEmpty)
        #expect(made.creationTime == at(5))
        #expect(try await models.model(named: "penguins ü@1").lastUpdateTime == at(5))
        #expect(
            await code {
                try await models.createModel(
                    named: "penguins ü@1", description: "", tags: [], at: at(6))
            } == .conflict)
        #expect(await code { try await models.model(named: "x") } == .notFound)
    }

    @Test(
        "Refuses names that a URI could not carry",
        arguments: [
            "", "a/b", "a:b", "a\nb", "a\0b", String(repeating: "x", count: 501),
        ])
    func badNames(name: String) async throws {
        let scratch = try Scratch()
        let models = try scratch.create().models
        #expect(
            await code {
                try await models.createModel(named: name, description: "", tags: [], at: at(1))
            } == .invalidInput)
        #expect(await code { try await add(models, name) } == .invalidInput)
        _ = try await add(models)
        #expect(
            await code {
                try await models.updateModel(
                    named: "m", newName: name, description: nil, at: at(1))
            } == .invalidInput)
    }

    @Test("Numbers versions 1, 2, 3 and makes the entry with the first")
    func versions() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let models = workspace.models
        try await workspace.start(1)
        let content = try await workspace.artifacts.store(bytes: [1, 2, 3])
        let first = try await models.createVersion(
            NewModelVersion(
                name: "m", source: "runs:/x/model", run: runID(1), digest: content.digest,
                description: "first", tags: [Workbench.Tag(key: "k", value: "v")],
                aliases: ["champion", "b"]), at: at(5))
        #expect(first.version == 1)
        #expect(first.uri == "models:/m/1")
        #expect(first.source == "runs:/x/model")
        #expect(first.run == runID(1))
        #expect(first.content == content)
        #expect(first.description == "first")
        #expect(first.tags == [Workbench.Tag(key: "k", value: "v")])
        #expect(first.aliases == ["b", "champion"])
        #expect(try await add(models, at: 6).version == 2)
        let model = try await models.model(named: "m")
        #expect(model.latestVersion == 2)
        #expect(model.creationTime == at(5))
        #expect(model.lastUpdateTime == at(6))
        #expect(
            model.aliases == [
                ModelAlias(alias: "b", version: 1), ModelAlias(alias: "champion", version: 1),
            ])
        #expect(try await models.versions(ofModel: "m").map(\.version) == [2, 1])
        #expect(try await models.version(1, ofModel: "m").content == content)
    }

    @Test("A version that cannot be made takes no number and leaves no entry")
    func failedVersion() async throws {
        let scratch = try Scratch()
        let models = try scratch.create().models
        let digest = try #require(ContentDigest(hex: String(repeating: "a", count: 64)))
        let bad = [
            (NewModelVersion(name: "m", source: "", run: runID(9)), BancadaError.Code.notFound),
            (NewModelVersion(name: "m", source: "", digest: digest), .notFound),
            (NewModelVersion(name: "m", source: "", aliases: ["latest"]), .invalidInput),
            (
                NewModelVersion(name: "m", source: "", tags: [Workbench.Tag(key: "", value: "")]),
                .invalidInput
            ),
        ]
        for (version, expected) in bad {
            #expect(await code { try await models.createVersion(version, at: at(1)) } == expected)
        }
        #expect(await code { try await models.model(named: "m") } == .notFound)
        #expect(try await add(models).version == 1)
    }

    @Test("A deleted version's number is never used again, and its aliases go with it")
    func deleteVersion() async throws {
        let scratch = try Scratch()
        let models = try scratch.create().models
        _ = try await add(models)
        _ = try await add(models, aliases: ["champion"])
        try await models.deleteVersion(2, ofModel: "m", at: at(9))
        #expect(try await models.model(named: "m").latestVersion == 1)
        #expect(try await models.model(named: "m").aliases.isEmpty)
        #expect(try await models.model(named: "m").lastUpdateTime == at(9))
        #expect(
            await code { try await models.version(alias: "champion", ofModel: "m") }
                == .notFound)
        try await models.deleteVersion(1, ofModel: "m", at: at(9))
        #expect(try await models.model(named: "m").latestVersion == nil)
        #expect(try await add(models).version == 3)
        #expect(
            await code { try await models.deleteVersion(2, ofModel: "m", at: at(9)) }
                == .notFound)
    }

    @Test("Aliases move, end and are checked")
    func aliases() async throws {
        let scratch = try Scratch()
        let models = try scratch.create().models
        _ = try await add(models, aliases: ["champion"])
        _ = try await add(models)
        #expect(try await models.version(alias: "champion", ofModel: "m").version == 1)
        try await models.setAlias("champion", version: 2, ofModel: "m")
        #expect(try await models.version(alias: "champion", ofModel: "m").version == 2)
        #expect(try await models.version(1, ofModel: "m").aliases.isEmpty)
        #expect(try await add(models, aliases: ["champion"]).aliases == ["champion"])
        #expect(try await models.version(alias: "champion", ofModel: "m").version == 3)
        #expect(
            await code {
                try await models.setAlias("champion", version: 9, ofModel: "m")
            } == .notFound)
        #expect(
            await code { try await models.setAlias("v1", version: 1, ofModel: "m") }
                == .invalidInput)
        try await models.deleteAlias("champion", ofModel: "m")
        try await models.deleteAlias("champion", ofModel: "m")
        #expect(
            await code { try await models.version(alias: "champion", ofModel: "m") }
                == .notFound)
        #expect(
            await code { try await models.version(alias: "a", ofModel: "x") } == .notFound)
        #expect(
            await code { try await models.deleteAlias("a", ofModel: "x") }
                == .notFound)
    }

    @Test("The alias latest is the greatest version, whatever its stage")
    func latestAlias() async throws {
        let scratch = try Scratch()
        let models = try scratch.create().models
        _ = try await add(models)
        _ = try await add(models)
        _ = try await models.moveVersion(
            1, ofModel: "m", to: .production, archivesOthers: false, at: at(7))
        for alias in ["latest", "Latest"] {
            #expect(try await models.version(alias: alias, ofModel: "m").version == 2)
        }
        try await models.deleteVersion(2, ofModel: "m", at: at(8))
        #expect(try await models.version(alias: "latest", ofModel: "m").version == 1)
        try await models.deleteVersion(1, ofModel: "m", at: at(9))
        #expect(
            await code { try await models.version(alias: "latest", ofModel: "m") } == .notFound)
    }

    @Test("Tags and aliases are no change of an entry or a version; a description is of its own")
    func timesOfChange() async throws {
        let scratch = try Scratch()
        let models = try scratch.create().models
        let made = try await add(models).lastUpdateTime
        let tag = Workbench.Tag(key: "k", value: "v")
        try await models.setTag(tag, ofModel: "m")
        try await models.setTag(tag, ofVersion: 1, model: "m")
        try await models.setAlias("best", version: 1, ofModel: "m")
        try await models.deleteTag("k", ofModel: "m")
        try await models.deleteTag("k", ofVersion: 1, model: "m")
        try await models.deleteAlias("best", ofModel: "m")
        #expect(try await models.model(named: "m").lastUpdateTime == made)
        #expect(try await models.version(1, ofModel: "m").lastUpdateTime == made)
        _ = try await models.updateVersion(1, ofModel: "m", description: "d", at: at(70))
        #expect(try await models.version(1, ofModel: "m").lastUpdateTime == at(70))
        #expect(try await models.model(named: "m").lastUpdateTime == made)
        _ = try await models.moveVersion(
            1, ofModel: "m", to: .staging, archivesOthers: false, at: at(80))
        #expect(try await models.version(1, ofModel: "m").lastUpdateTime == at(80))
        #expect(try await models.model(named: "m").lastUpdateTime == at(80))
        try await models.deleteVersion(1, ofModel: "m", at: at(90))
        #expect(try await models.model(named: "m").lastUpdateTime == at(90))
    }

    @Test("A rename takes versions, aliases and tags along")
    func rename() async throws {
        let scratch = try Scratch()
        let models = try scratch.create().models
        _ = try await add(models, aliases: ["champion"])
        _ = try await add(models, "other")
        try await models.setTag(Workbench.Tag(key: "k", value: "v"), ofModel: "m")
        #expect(
            await code {
                try await models.updateModel(
                    named: "m", newName: "other", description: nil, at: at(7))
            } == .conflict)
        let renamed = try await models.updateModel(
            named: "m", newName: "n", description: "d", at: at(8))
        #expect(renamed.name == "n")
        #expect(renamed.description == "d")
        #expect(renamed.tags == [Workbench.Tag(key: "k", value: "v")])
        #expect(try await models.version(alias: "champion", ofModel: "n").name == "n")
        #expect(await code { try await models.model(named: "m") } == .notFound)
        let same = try await models.updateModel(
            named: "n", newName: "n", description: nil, at: at(9))
        #expect(same.description == "d")
    }

    @Test("Deleting an entry deletes everything of it")
    func deleteModel() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let models = workspace.models
        _ = try await add(models, aliases: ["champion"])
        try await models.setTag(Workbench.Tag(key: "k", value: "v"), ofVersion: 1, model: "m")
        try await models.deleteModel(named: "m")
        #expect(await code { try await models.versions(ofModel: "m") } == .notFound)
        #expect(await code { try await models.deleteModel(named: "m") } == .notFound)
        let again = try await add(models)
        #expect(again.version == 1)
        #expect(again.tags.isEmpty && again.aliases.isEmpty)
        #expect(try await workspace.integrityCheck().isEmpty)
    }

    @Test("Changes descriptions and tags of versions and entries")
    func changes() async throws {
        let scratch = try Scratch()
        let models = try scratch.create().models
        _ = try await add(models)
        let described = try await models.updateVersion(
            1, ofModel: "m", description: "d", at: at(7))
        #expect(described.description == "d")
        #expect(described.lastUpdateTime == at(7))
        try await models.setTag(Workbench.Tag(key: "k", value: "1"), ofVersion: 1, model: "m")
        try await models.setTag(Workbench.Tag(key: "k", value: "2"), ofVersion: 1, model: "m")
        #expect(
            try await models.version(1, ofModel: "m").tags == [Workbench.Tag(key: "k", value: "2")])
        try await models.deleteTag("k", ofVersion: 1, model: "m")
        try await models.deleteTag("k", ofVersion: 1, model: "m")
        #expect(try await models.version(1, ofModel: "m").tags.isEmpty)
        try await models.setTag(Workbench.Tag(key: "k", value: "1"), ofModel: "m")
        try await models.deleteTag("k", ofModel: "m")
        try await models.deleteTag("k", ofModel: "m")
        #expect(try await models.model(named: "m").tags.isEmpty)
        let long = String(repeating: "x", count: 100_001)
        #expect(
            await code {
                try await models.setTag(Workbench.Tag(key: "k", value: long), ofModel: "m")
            } == .invalidInput)
        #expect(
            await code {
                try await models.updateVersion(2, ofModel: "m", description: "", at: at(14))
            } == .notFound)
        #expect(
            await code {
                try await models.setTag(
                    Workbench.Tag(key: "k", value: ""), ofVersion: 2, model: "m")
            } == .notFound)
    }

    @Test("Lists entries by name, page by page")
    func listing() async throws {
        let scratch = try Scratch()
        let models = try scratch.create().models
        let names = ["b", "a", "ü", "Z", "a b", "a-b", "c@1"]
        for name in names { _ = try await add(models, name) }
        var shown: [String] = []
        var token: PageToken?
        repeat {
            let page = try await models.models(RegistryQuery(), limit: 3, after: token)
            shown += page.items.map(\.name)
            token = page.next
        } while token != nil
        #expect(shown == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        #expect(
            await code { try await models.models(RegistryQuery(), limit: 0, after: nil) }
                == .invalidInput)
        #expect(
            await code { try await models.models(RegistryQuery(), limit: 1001, after: nil) }
                == .invalidInput)
    }
}
