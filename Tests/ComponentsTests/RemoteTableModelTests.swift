import Components
import Foundation
import LinearAlgebra
import Tabular
import Testing
import Training
import Workbench

/// A model of another process, as a value: what it is sent and answers is fixed.
private struct FakeModel: ServedModel {
    var inputs: [TensorSpecification]
    var outputs: [Tensor]
    let operationsPerRow = 1

    var metadata: ModelMetadata {
        ModelMetadata(
            name: "fake", version: "1", platform: "fake", inputs: inputs,
            outputs: outputs.map {
                TensorSpecification(name: $0.name, type: $0.type, shape: $0.shape)
            })
    }

    func infer(_ request: InferenceRequest) throws(BancadaError) -> InferenceResponse {
        guard request.inputs.map(\.name) == inputs.map(\.name) else {
            throw BancadaError(.invalidInput, "other inputs")
        }
        if request.inputs.count == 1, case .numbers(let values) = request.inputs[0].elements,
            values != [1, 10, 2, 20, 3, 30]
        {
            throw BancadaError(.invalidInput, "other numbers: \(values)")
        }
        return InferenceResponse(modelName: "fake", modelVersion: "1", id: nil, outputs: outputs)
    }
}

@Suite struct RemoteTableModelTests {
    private func table() throws -> Table {
        try Table(
            name: "rows",
            columns: [
                Column(name: "x", type: .number, numbers: [1, 2, 3]),
                Column(name: "name", texts: TextValues(["a", nil, "c"])),
                Column(name: "n", type: .integer, numbers: [10, 20, 30]),
                Column(name: "y", texts: TextValues(["low", "high", "low"])),
            ])
    }

    private func facts(target: String = "y") throws -> LearnedFacts {
        let table = try table()
        return LearnedFacts(
            trainer: "fake.trainer", plugin: ("fake", "0.1.0"),
            settings: [.init("C", .number(2))], target: try Target(target, of: table),
            table: table, seed: 7)
    }

    private static let matrix = [
        TensorSpecification(name: "input-0", type: .fp64, shape: [-1, 2])
    ]

    private func answer(_ texts: [String?]) -> Tensor {
        Tensor(name: "output-0", type: .bytes, shape: [texts.count], elements: .texts(texts))
    }

    @Test("Facts read back as they were written")
    func roundTrip() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let facts = try facts()
        try facts.write(to: folder.path)
        #expect(try LearnedFacts(folder: folder.path) == facts)
        try Data("{\"format\": 1}".utf8).write(to: folder.appending(path: LearnedFacts.file))
        let error = #expect(throws: BancadaError.self) { try LearnedFacts(folder: folder.path) }
        #expect(error?.code == .corrupt)
    }

    @Test("Columns without texts go as one matrix, and answers become labels and measures")
    func matrix() async throws {
        let shares = Tensor(
            name: "probabilities", type: .fp64, shape: [3, 2],
            elements: .numbers([0.9, 0.1, 0.2, 0.8, 0.4, 0.6]))
        let fake = FakeModel(
            inputs: Self.matrix, outputs: [answer(["high", "low", "low"]), shares])
        let model = TableModel.remote(RemoteTableModel(fake, facts: try facts()))
        let predictions = try await model.predict(try table(), context: FitContext())
        #expect(predictions.labels == [0, 1, 1])
        #expect(predictions.texts == ["high", "low", "low"])
        #expect(predictions.probabilities?[0, 0] == 0.9)
        let judged = try await model.evaluate(try table(), context: FitContext())
        #expect(judged.metrics["accuracy"] == 1.0 / 3)
        #expect(judged.metrics["logloss"] != nil)
    }

    @Test("A model without probabilities is judged by its classes alone")
    func withoutProbabilities() async throws {
        let fake = FakeModel(inputs: Self.matrix, outputs: [answer(["low", "high", "low"])])
        let model = TableModel.remote(RemoteTableModel(fake, facts: try facts()))
        let metrics = try await model.evaluate(try table(), context: FitContext()).metrics
        #expect(metrics["accuracy"] == 1)
        #expect(metrics["logloss"] == nil)
        let predictions = try await model.predict(try table(), context: FitContext())
        #expect(predictions.columns.map(\.name) == ["prediction"])
    }

    @Test(
        "Answers that do not fit are the plugin's failure",
        arguments: [["low", "high"], ["low", "high", "middle"], ["low", "high", nil]])
    func misfits(texts: [String?]) async throws {
        let fake = FakeModel(inputs: Self.matrix, outputs: [answer(texts)])
        let model = RemoteTableModel(fake, facts: try facts())
        let error = await #expect(throws: BancadaError.self) {
            try await model.predict(try table())
        }
        #expect(error?.code == .pluginFailed)
    }

    @Test("A matrix of another width is refused")
    func width() async throws {
        let inputs = [TensorSpecification(name: "input-0", type: .fp64, shape: [-1, 3])]
        let model = RemoteTableModel(
            FakeModel(inputs: inputs, outputs: [answer(["low"])]), facts: try facts())
        let error = await #expect(throws: BancadaError.self) {
            try await model.predict(try table())
        }
        #expect(error?.code == .pluginFailed)
    }

    @Test("Inputs by name get their columns; one that is missing is named")
    func columns() async throws {
        let inputs = [
            TensorSpecification(name: "name", type: .bytes, shape: [-1]),
            TensorSpecification(name: "x", type: .fp64, shape: [-1]),
        ]
        let model = RemoteTableModel(
            FakeModel(inputs: inputs, outputs: [answer(["low", "low", "high"])]),
            facts: try facts())
        #expect(try await model.predict(try table()).labels == [1, 1, 0])
        let few = try Table(
            name: "few", columns: [Column(name: "x", type: .number, numbers: [1])])
        let error = await #expect(throws: BancadaError.self) { try await model.predict(few) }
        #expect(error?.code == .notFound)
    }
}
