import Components
import Foundation
import Tabular
import Testing
import Training
import Workbench

@Suite struct ModelComponentsTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func table() async throws -> RuntimeArtifact {
        try await bench.run("data.import", [.init("path", .string(Bench.penguins))])
            .artifact("table")
    }

    private func failure(
        _ name: String, _ parameters: [JSON.Member], _ artifacts: [String: RuntimeArtifact],
        run: RunID? = nil
    ) async -> BancadaError? {
        await #expect(throws: BancadaError.self) {
            try await bench.run(name, parameters, artifacts, task: "failing", run: run)
        }
    }

    private func model(
        _ more: [JSON.Member] = [], on table: RuntimeArtifact, task: String = "train"
    ) async throws -> RuntimeArtifact {
        try await bench.run(
            "train", [.init("target", "species")] + more, ["table": table], task: task
        ).artifact("model")
    }

    // MARK: - train

    @Test(
        "Trains with settings, and repeats for a seed",
        arguments: [
            ("logistic", ["C": 0.5, "max_iter": 50] as JSON),
            (
                "mlp",
                ["width": 12, "activation": "tanh", "early_stopping": true, "max_iter": 5] as JSON
            ),
        ])
    func trains(algorithm: String, settings: JSON) async throws {
        let table = try await table()
        let parameters: [JSON.Member] = [
            .init("target", "species"), .init("algorithm", .string(algorithm)),
            .init("settings", settings), .init("seed", 3),
        ]
        let outcome = try await bench.run("train", parameters, ["table": table])
        #expect(outcome.number("accuracy") != nil && outcome.number("rmse") == nil)
        let model = try TrainedModel.load(from: outcome.artifact("model").path)
        #expect(model.algorithm.rawValue == algorithm)
        let metadata = try outcome.artifact("metrics").metadata
        #expect(metadata.first { $0.name == "accuracy" }?.value == outcome["accuracy"])
        #expect(outcome.output.metrics.contains { $0.key == "train_accuracy" })
        let again = try await bench.run("train", parameters, ["table": table], task: "again")
        #expect(
            FileManager.default.contentsEqual(
                atPath: try outcome.artifact("model").path,
                andPath: try again.artifact("model").path))
    }

    @Test("Folds judge it on rows that it has not seen")
    func folds() async throws {
        let outcome = try await bench.run(
            "train", [.init("target", "body_mass_g"), .init("folds", 3)], ["table": table()])
        #expect(outcome.number("r2") ?? 0 > 0.8)
        let keys = outcome.output.metrics.map(\.key)
        #expect(keys.contains("cv_r2") && keys.contains("cv_r2_std") && keys.contains("train_r2"))
    }

    @Test("Refuses what cannot be trained, by name")
    func refuses() async throws {
        let table = ["table": try await table()]
        let target = await failure("train", [.init("target", "speces")], table)
        #expect(target?.hint == "write \"species\"")
        let algorithm = await failure(
            "train", [.init("target", "species"), .init("algorithm", "logistc")], table)
        #expect(algorithm?.hint == "use \"logistic\"")
        let setting = await failure(
            "train", [.init("target", "species"), .init("settings", ["c": 1])], table)
        #expect(setting?.message == "unknown setting \"c\"")
        let task = await failure(
            "train", [.init("target", "species"), .init("task", "guess")], table)
        #expect(task?.message.contains("expected classification or regression") == true)
        let cancellation = Cancellation()
        cancellation.request()
        let error = await #expect(throws: BancadaError.self) {
            try await bench.component("train").run(
                bench.input("train", [.init("target", "species")], table, task: "stopped"),
                context: bench.context("stopped", cancellation: cancellation))
        }
        #expect(error?.code == .cancelled)
    }

    // MARK: - evaluate and predict

    @Test("A gate that holds passes")
    func passes() async throws {
        let table = try await table()
        let model = try await model(on: table)
        let outcome = try await bench.run(
            "evaluate", [.init("gate", "accuracy >= 0.95 && rows > 300")],
            ["model": model, "table": table])
        #expect(outcome["passed"] == true && outcome.number("logloss") != nil)
        #expect(outcome.output.metrics.contains { $0.key == "auc" })
        let text = try String(
            contentsOfFile: outcome.artifact("metrics").path, encoding: .utf8)
        #expect(text.contains("confusion_matrix"))
    }

    @Test("A gate that does not hold fails, naming measure, value and gate")
    func fails() async throws {
        let table = try await table()
        let artifacts = ["model": try await model(on: table), "table": table]
        let error = await failure("evaluate", [.init("gate", "accuracy > 1.5")], artifacts)
        #expect(error?.code == .failed)
        #expect(
            error?.message.hasPrefix(
                "the gate \"accuracy > 1.5\" does not hold: accuracy is ") == true)
        let unknown = await failure("evaluate", [.init("gate", "acuracy > 0.5")], artifacts)
        #expect(unknown?.code == .invalidInput && unknown?.hint == "write \"accuracy\"")
        let number = await failure("evaluate", [.init("gate", "accuracy")], artifacts)
        #expect(number?.message.contains("expected true or false") == true)
        let broken = await failure("evaluate", [.init("gate", "accuracy >=")], artifacts)
        #expect(broken?.code == .invalidInput)
    }

    @Test("Predictions are a dataset")
    func predicts() async throws {
        let table = try await table()
        let outcome = try await bench.run(
            "predict", [], ["model": model(on: table), "table": table])
        #expect(outcome["rows"] == 344)
        let path = try outcome.artifact("predictions").path + "/data.csv"
        let predictions = try CSVReader.read(path: path)
        #expect(predictions.columnNames.first == "prediction")
        #expect(predictions["probability_Gentoo"] != nil && predictions.rowCount == 344)
    }

    // MARK: - register and deploy

    @Test("Registers a version once for each run, and moves its aliases")
    func registers() async throws {
        let model = try await model(on: table())
        let run = try await bench.startRun()
        let parameters: [JSON.Member] = [
            .init("name", "penguins"), .init("aliases", ["champion", "best"]),
        ]
        let first = try await bench.run("register", parameters, ["model": model], run: run)
        #expect(first["version"] == 1 && first["uri"] == "models:/penguins/1")
        // The same run again, as after a crash.
        let again = try await bench.run("register", parameters, ["model": model], run: run)
        #expect(again["version"] == 1)
        let other = try await bench.run(
            "register", parameters, ["model": model], run: bench.startRun())
        #expect(other["version"] == 2)
        let registry = bench.services.registry
        #expect(try await registry.version(alias: "best", ofModel: "penguins").version == 2)
        // The first one once more takes its aliases back.
        _ = try await bench.run("register", parameters, ["model": model], run: run)
        #expect(try await registry.version(alias: "best", ofModel: "penguins").version == 1)
        #expect(try await registry.versions(ofModel: "penguins").count == 2)
    }

    @Test("Refuses folders that are no models, and bad names")
    func refusesRegistering() async throws {
        let table = try await table()
        let run = try await bench.startRun()
        let folder = await failure("register", [.init("name", "p")], ["model": table], run: run)
        #expect(folder?.message.contains("has no model.json") == true)
        let model = try await model(on: table)
        let name = await failure("register", [.init("name", "a/b")], ["model": model], run: run)
        #expect(name?.code == .invalidInput)
    }

    @Test("Deploys a registered version, or a model that it registers first")
    func deploys() async throws {
        let table = try await table()
        let model = try await model(on: table)
        let run = try await bench.startRun()
        _ = try await bench.run("register", [.init("name", "p")], ["model": model], run: run)
        let outcome = try await bench.run("deploy", [.init("uri", "models:/p/1")], run: run)
        #expect(outcome["uri"] == "models:/p/1" && outcome["endpoint"] == "/v2/models/p/infer")
        let registry = bench.services.registry
        #expect(try await registry.version(alias: "champion", ofModel: "p").version == 1)
        let perceptron = try await self.model(
            [.init("algorithm", "mlp"), .init("settings", ["max_iter": 2])], on: table,
            task: "mlp")
        let second = try await bench.run(
            "deploy", [.init("name", "p"), .init("alias", "canary")], ["model": perceptron],
            run: run)
        #expect(second["version"] == 2)
        #expect(second["endpoint"] == "/v2/models/p/versions/2/infer")
        #expect(try await registry.version(alias: "champion", ofModel: "p").version == 1)
    }

    @Test("A model that cannot be loaded keeps the alias where it is")
    func refusesDeploying() async throws {
        let model = try await model(on: table())
        let run = try await bench.startRun()
        _ = try await bench.run(
            "deploy", [.init("name", "p")], ["model": model], run: run)
        let broken = bench.folder + "/broken"
        try FileManager.default.copyItem(atPath: model.path, toPath: broken)
        try Data("not tensors".utf8).write(
            to: URL(fileURLWithPath: broken + "/weights.safetensors"))
        let artifact = RuntimeArtifact(name: "model", type: .model, path: broken)
        let error = await failure("deploy", [.init("name", "p")], ["model": artifact], run: run)
        #expect(error?.code == .invalidInput)
        let champion = try await bench.services.registry.version(
            alias: "champion", ofModel: "p")
        #expect(champion.version == 1)
        let neither = await failure("deploy", [], [:], run: run)
        #expect(neither?.hint == "give either 'uri', or 'model' and 'name'")
        let path = await failure("deploy", [.init("uri", "./folder")], [:], run: run)
        #expect(path?.message.contains("expected a registered model") == true)
        let missing = await failure("deploy", [.init("uri", "models:/none/3")], [:], run: run)
        #expect(missing?.code == .notFound)
    }
}
