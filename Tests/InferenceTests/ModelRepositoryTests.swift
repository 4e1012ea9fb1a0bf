import Inference
import Testing
import Workbench

@Suite("The repository of served models")
struct ModelRepositoryTests {
    private struct NamedModel: ServedModel {
        let metadata: ModelMetadata
        let operationsPerRow = 1

        init(_ name: String, _ version: String) {
            metadata = ModelMetadata(
                name: name, version: version, platform: "test", inputs: [], outputs: [])
        }

        func infer(_ request: InferenceRequest) throws(BancadaError) -> InferenceResponse {
            InferenceResponse(
                modelName: metadata.name, modelVersion: metadata.version, id: nil, outputs: [])
        }
    }

    private func answer(
        _ repository: ModelRepository, _ name: String, _ version: String? = nil
    ) throws -> String {
        try repository.model(named: name, version: version).metadata.version
    }

    private func failure(_ body: () throws(BancadaError) -> Void) -> String {
        let error = #expect(throws: BancadaError.self) { try body() }
        return "\(error?.code.rawValue ?? ""): \(error?.description ?? "")"
    }

    @Test(
        "Answers with the newest version, numbers by size",
        arguments: [
            (["1", "2", "10"], "10"), (["10", "9"], "10"), (["b", "a"], "b"),
            (["3", "a"], "a"), (["7"], "7"),
        ])
    func newest(versions: [String], expected: String) throws {
        let repository = ModelRepository()
        for version in versions { try repository.publish(NamedModel("m", version)) }
        #expect(try answer(repository, "m") == expected)
        #expect(repository.readyModel(named: "m", version: nil)?.metadata.version == expected)
        for version in versions { #expect(try answer(repository, "m", version) == version) }
    }

    @Test("Answers with the version that was chosen, while it is there")
    func preferred() throws {
        let repository = ModelRepository()
        try repository.publish(NamedModel("m", "1"), preferred: true)
        try repository.publish(NamedModel("m", "2"))
        #expect(try answer(repository, "m") == "1")
        try repository.prefer(version: "2", of: "m")
        #expect(try answer(repository, "m") == "2")
        try repository.prefer(version: "1", of: "m")
        repository.withdraw(name: "m", version: "1")
        #expect(try answer(repository, "m") == "2")
        try repository.publish(NamedModel("m", "3"))
        try repository.prefer(version: nil, of: "m")
        #expect(try answer(repository, "m") == "3")
    }

    @Test("Is not ready while a model is loading or failed, and says why")
    func states() throws {
        let repository = ModelRepository()
        #expect(repository.isReady)
        try repository.announce(name: "m", version: "1")
        #expect(!repository.isReady)
        #expect(try !repository.isReady(name: "m", version: nil))
        #expect(
            failure { () throws(BancadaError) in _ = try repository.model(named: "m", version: nil)
            }
                == "unavailable: model \"m\" is still being loaded")
        try repository.fail(name: "m", version: "1", reason: "weights.safetensors is cut off")
        #expect(
            failure { () throws(BancadaError) in _ = try repository.model(named: "m", version: "1")
            }
                == "unavailable: model \"m\" could not be loaded: weights.safetensors is cut off")
        #expect(repository.readyModel(named: "m", version: "1") == nil)
        // An older version that is ready answers meanwhile.
        try repository.publish(NamedModel("m", "0"))
        #expect(repository.isReady)
        #expect(try answer(repository, "m") == "0")
        try repository.publish(NamedModel("m", "1"))
        #expect(try answer(repository, "m") == "1")
    }

    @Test("Names what is unknown")
    func unknown() throws {
        let repository = ModelRepository()
        func ask(_ name: String, _ version: String? = nil) -> String {
            failure { () throws(BancadaError) in
                _ = try repository.model(named: name, version: version)
            }
        }
        #expect(ask("m") == "notFound: model \"m\" is not served (hint: serve a model first)")
        try repository.publish(NamedModel("penguins", "1"))
        #expect(
            ask("penguin")
                == "notFound: model \"penguin\" is not served (hint: ask for \"penguins\")")
        #expect(
            ask("wine")
                == "notFound: model \"wine\" is not served (hint: list the models at /v2/models)")
        #expect(
            ask("penguins", "2")
                == "notFound: version 2 of model \"penguins\" is not served "
                + "(hint: ask for one of its versions: 1)")
        let wrong = failure { () throws(BancadaError) in
            try repository.prefer(version: "5", of: "penguins")
        }
        #expect(wrong.hasPrefix("notFound: version 5 of model"))
    }

    @Test("Lists names and versions, and forgets what is withdrawn")
    func lists() throws {
        let repository = ModelRepository()
        try repository.publish(NamedModel("b", "2"))
        try repository.publish(NamedModel("b", "11"))
        try repository.publish(NamedModel("a", "1"))
        #expect(repository.names == ["a", "b"])
        #expect(repository.versions(of: "b") == ["2", "11"])
        repository.withdraw(name: "b", version: "11")
        #expect(repository.versions(of: "b") == ["2"])
        repository.withdraw(name: "b", version: "2")
        repository.withdraw(name: "b")
        repository.withdraw(name: "never there", version: "1")
        #expect(repository.names == ["a"])
        #expect(repository.versions(of: "b") == [])
    }

    @Test("Says when it is full, and still replaces what it has")
    func full() throws {
        let repository = ModelRepository(limits: ModelRepository.Limits(models: 1, versions: 2))
        try repository.publish(NamedModel("m", "1"))
        try repository.publish(NamedModel("m", "2"))
        try repository.publish(NamedModel("m", "2"))
        #expect(
            failure { () throws(BancadaError) in try repository.publish(NamedModel("m", "3")) }
                == "unavailable: cannot serve version 3 of \"m\": 2 versions of it are served "
                + "already (hint: withdraw one first)")
        #expect(
            failure { () throws(BancadaError) in try repository.announce(name: "n", version: "1") }
                == "unavailable: cannot serve \"n\": 1 models are served already "
                + "(hint: withdraw one first)")
    }

    @Test("Gives every reader a whole state while versions come and go")
    func concurrency() async throws {
        let repository = ModelRepository()
        try repository.publish(NamedModel("m", "0"))
        await withTaskGroup(of: Void.self) { group in
            for task in 1...4 {
                group.addTask {
                    for _ in 0..<500 {
                        // A full repository would refuse; four versions never fill it.
                        try? repository.publish(NamedModel("m", "\(task)"), preferred: true)
                        #expect(repository.readyModel(named: "m", version: nil) != nil)
                        repository.withdraw(name: "m", version: "\(task)")
                    }
                }
            }
        }
        #expect(repository.versions(of: "m") == ["0"])
        #expect(try answer(repository, "m") == "0")
    }
}
