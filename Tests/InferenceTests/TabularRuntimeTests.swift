import Foundation
import Inference
import ModelFormats
import Tabular
import Testing
import Training
import Workbench

@Suite("The runtime of trained model folders")
struct TabularRuntimeTests {
    private let runtime = TabularRuntime()

    private func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("bancada-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }

    @Test("Recognises a folder by its model.json, and nothing else")
    func recognises() async throws {
        try await withFolder { folder in
            #expect(!runtime.recognises(folder: folder))
            try FileBytes.makeFolder("\(folder)/empty")
            try FileBytes.makeFolder("\(folder)/odd/model.json")
            #expect(!runtime.recognises(folder: "\(folder)/empty"))
            #expect(!runtime.recognises(folder: "\(folder)/odd"))
            try Fixtures.model(Fixtures.mixedColumns).write(to: "\(folder)/model")
            #expect(runtime.recognises(folder: "\(folder)/model"))
        }
    }

    @Test("Loads what training wrote, and answers with the same bits")
    func loads() async throws {
        try await withFolder { folder in
            let trained = try Fixtures.model(Fixtures.mixedColumns)
            try trained.write(to: folder)
            let model = try await runtime.load(folder: folder, name: "m", version: "2")
            let request = InferenceRequest(inputs: Fixtures.mixedColumns.map { tensor($0) })
            let expected = try TabularModel(trained, name: "m", version: "2").infer(request)
            #expect(try model.infer(request) == expected)
            #expect(model.metadata == TabularModel(trained, name: "m", version: "2").metadata)
            #expect(model.operationsPerRow == trained.operationsPerRow)
        }
    }

    @Test(
        "Names the file that is missing or damaged",
        arguments: ["model.json", "weights.safetensors"])
    func damaged(file: String) async throws {
        try await withFolder { folder in
            try Fixtures.model(Fixtures.numericColumns).write(to: folder)
            try FileBytes.write(Array("{".utf8), to: "\(folder)/\(file)")
            let broken = await #expect(throws: BancadaError.self) {
                try await runtime.load(folder: folder, name: "m", version: "1")
            }
            #expect(broken?.message.contains(file) == true)
            try FileManager.default.removeItem(atPath: "\(folder)/\(file)")
            let missing = await #expect(throws: BancadaError.self) {
                try await runtime.load(folder: folder, name: "m", version: "1")
            }
            #expect(missing?.code == .notFound)
            #expect(missing?.message.contains(file) == true)
        }
    }
}
