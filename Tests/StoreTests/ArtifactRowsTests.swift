import Store
import Testing
import Workbench

@Suite struct ArtifactRowsTests {
    @Test("Records what runs read and write")
    func lineage() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let store = workspace.artifacts
        try await workspace.start(1)
        try await workspace.start(2)
        let data = try await store.store(bytes: [1])
        let model = try await store.store(bytes: [2])
        let input = try await store.recordArtifact(
            NewArtifact(type: .dataset, name: "data", digest: data.digest), at: at(3))
        let output = try await store.recordArtifact(
            NewArtifact(
                type: .model, name: "model", digest: model.digest, producer: runID(1),
                metadata: [
                    Workbench.Tag(key: "z", value: "1"),
                    Workbench.Tag(key: "framework", value: "bancada"),
                ]),
            at: at(4))
        #expect(output.type == .model)
        #expect(output.name == "model")
        #expect(output.content == model)
        #expect(output.producer == runID(1))
        #expect(output.creationTime == at(4))
        #expect(
            output.metadata == [
                Workbench.Tag(key: "framework", value: "bancada"),
                Workbench.Tag(key: "z", value: "1"),
            ])
        try await store.recordInput("training", artifact: input.id, of: runID(1))
        try await store.recordInput("training", artifact: input.id, of: runID(1))
        try await store.recordInput("model", artifact: output.id, of: runID(2))
        #expect(
            await code {
                try await store.recordInput("training", artifact: output.id, of: runID(1))
            } == .conflict)
        let inputs = try await store.inputs(of: runID(1))
        #expect(inputs.map(\.name) == ["training"])
        #expect(inputs.map(\.artifact.id) == [input.id])
        #expect(inputs.first?.artifact.producer == nil)
        #expect(try await store.outputs(of: runID(1)).map(\.id) == [output.id])
        #expect(try await store.outputs(of: runID(2)).isEmpty)
        #expect(try await store.artifact(output.id).name == "model")
    }

    @Test("Recording the same thing again is the same artifact; the newest of a name is shown")
    func repeated() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let store = workspace.artifacts
        try await workspace.start(1)
        let first = try await store.store(bytes: [1])
        let second = try await store.store(bytes: [2])
        func record(_ digest: ContentDigest, run: RunID? = runID(1)) async throws -> ArtifactID {
            try await store.recordArtifact(
                NewArtifact(
                    type: .artifact, name: "x", digest: digest, producer: run,
                    metadata: [Workbench.Tag(key: "k", value: "v")]), at: at(1)
            ).id
        }
        let one = try await record(first.digest)
        #expect(try await record(first.digest) == one)
        let two = try await record(second.digest)
        #expect(two != one)
        #expect(try await store.outputs(of: runID(1)).map(\.id) == [two])
        let three = try await record(first.digest)
        #expect(three != one)
        #expect(try await store.outputs(of: runID(1)).map(\.id) == [three])
        let free = try await record(first.digest, run: nil)
        #expect(try await record(first.digest, run: nil) == free)
        #expect(free != three)
    }

    @Test("Refuses what is missing or has no name")
    func refuses() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let store = workspace.artifacts
        try await workspace.start(1)
        let content = try await store.store(bytes: [1])
        let unknown = try #require(ContentDigest(hex: String(repeating: "0", count: 64)))
        let cases = [
            (NewArtifact(type: .model, name: "m", digest: unknown), BancadaError.Code.notFound),
            (
                NewArtifact(
                    type: .model, name: "m", digest: content.digest, producer: runID(9)),
                .notFound
            ),
            (NewArtifact(type: .model, name: "", digest: content.digest), .invalidInput),
            (NewArtifact(type: .model, name: "a\0", digest: content.digest), .invalidInput),
        ]
        for (artifact, expected) in cases {
            #expect(await code { try await store.recordArtifact(artifact, at: at(1)) } == expected)
        }
        let id = ArtifactID(99)
        #expect(await code { try await store.artifact(id) } == .notFound)
        #expect(
            await code { try await store.recordInput("x", artifact: id, of: runID(1)) }
                == .notFound)
        #expect(await code { try await store.inputs(of: runID(9)) } == .notFound)
        #expect(await code { try await store.outputs(of: runID(9)) } == .notFound)
    }
}

@Suite struct DatasetStoreTests {
    private func record(_ workspace: Workspace, _ bytes: [UInt8]) async throws -> ArtifactID {
        let content = try await workspace.artifacts.store(bytes: bytes)
        return try await workspace.artifacts.recordArtifact(
            NewArtifact(type: .dataset, name: "d", digest: content.digest), at: at(1)
        ).id
    }

    @Test("Numbers versions and keeps one per content in a row")
    func versions() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let store = workspace.datasets
        func register(_ bytes: [UInt8], _ time: Int64) async throws -> DatasetVersion {
            try await store.registerDataset(
                named: "penguins", artifact: try await record(workspace, bytes),
                source: "penguins.csv", rows: 344, columns: 8, at: at(time))
        }
        let first = try await register([1], 5)
        #expect(first.version == 1)
        #expect(first.uri == "dataset:penguins@1")
        #expect(first.rows == 344 && first.columns == 8)
        #expect(first.source == "penguins.csv")
        #expect(first.creationTime == at(5))
        #expect(try await register([1], 6).version == 1)
        #expect(try await register([2], 7).version == 2)
        #expect(try await register([1], 8).version == 3)
        #expect(try await store.dataset(named: "penguins", version: nil).version == 3)
        #expect(
            try await store.dataset(named: "penguins", version: 1).artifact.id
                == first.artifact.id)
        _ = try await store.registerDataset(
            named: "apples", artifact: first.artifact.id, source: "", rows: 0, columns: 0,
            at: at(9))
        #expect(
            try await store.datasets().map(\.uri) == ["dataset:apples@1", "dataset:penguins@3"])
    }

    @Test("Says what does not exist and refuses bad names")
    func refuses() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let store = workspace.datasets
        let artifact = try await record(workspace, [1])
        func register(_ name: String, _ id: ArtifactID, rows: Int = 1) async -> BancadaError.Code? {
            await code {
                try await store.registerDataset(
                    named: name, artifact: id, source: "", rows: rows, columns: 1, at: at(1))
            }
        }
        #expect(await register("a/b", artifact) == .invalidInput)
        #expect(await register("", artifact) == .invalidInput)
        #expect(await register("a", artifact, rows: -1) == .invalidInput)
        #expect(await register("a", ArtifactID(99)) == .notFound)
        #expect(await code { try await store.dataset(named: "a", version: nil) } == .notFound)
        #expect(await register("a", artifact) == nil)
        #expect(await code { try await store.dataset(named: "a", version: 2) } == .notFound)
    }
}
