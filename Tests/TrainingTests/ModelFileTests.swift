import Documents
import LinearAlgebra
import ModelFormats
import Tabular
import Testing
import Training
import Workbench

@Suite struct ModelFileTests {
    private struct Files {
        var description: String
        var weights: [UInt8]

        init(_ model: TrainedModel) throws {
            let files = try model.files()
            description = String(decoding: files[0].bytes, as: UTF8.self)
            weights = files[1].bytes
        }

        func load() throws(BancadaError) -> TrainedModel {
            try TrainedModel(
                description: Array(description.utf8), named: "m/model.json", weights: weights,
                named: "m/weights.safetensors")
        }
    }

    private func files() throws -> Files {
        let table = try Fixture.mixed(rows: 120, seed: 8).dropping(["value"])
        return try Files(ModelTrainer.fit(table, plan: TrainingPlan(target: "kind")))
    }

    @Test("The description is for people too")
    func description() throws {
        let table = try Fixture.table("size,colour,ok,none,y\n1,red,true,,0\n3,blue,false,,1\n")
        let model = try ModelTrainer.fit(
            table, plan: TrainingPlan(target: "y", assignments: ["tol=0.01"]),
            context: FitContext(seed: 7))
        let files = try Files(model)
        #expect(
            files.description == """
                {
                  "format": "bancada-model",
                  "version": 1,
                  "algorithm": "logistic",
                  "task": "classification",
                  "target": "y",
                  "classes": {
                    "type": "integer",
                    "names": ["0", "1"]
                  },
                  "settings": {
                    "C": 1.0,
                    "max_iter": 300,
                    "tol": 0.01,
                    "fit_intercept": true
                  },
                  "features": [
                    {
                      "name": "size",
                      "type": "integer",
                      "mean": 2.0,
                      "scale": 1.0
                    },
                    {
                      "name": "colour",
                      "type": "text",
                      "levels": ["blue", "red"],
                      "missing_level": false
                    },
                    {
                      "name": "ok",
                      "type": "boolean",
                      "missing": false
                    }
                  ],
                  "training": {
                    "rows": 2,
                    "dropped_rows": 0,
                    "iterations": \(model.training.iterations),
                    "converged": true,
                    "seed": "7",
                    "dropped_columns": [
                      {
                        "column": "none",
                        "message": "has no values"
                      }
                    ],
                    "notes": []
                  }
                }

                """)
        let tensors = try SafeTensors(files.weights, document: "w")
        #expect(tensors["coefficients"]?.shape == [1, 4])
        #expect(tensors["intercepts"]?.shape == [1])
    }

    private static let changes: [(from: String, to: String, message: String)] = [
        ("\"bancada-model\"", "\"other\"", "\"format\" is not \"bancada-model\""),
        ("\"version\": 1", "\"version\": 0", "\"version\" is 0, expected 1"),
        ("\"task\": \"classification\"", "\"task\": \"regression\"", "does not fit the algorithm"),
        ("\"algorithm\": \"logistic\"", "\"algorithm\": \"ridge\"", "does not fit the algorithm"),
        ("\"names\": [\"k0\", \"k1\", \"k2\"]", "\"names\": [\"k1\", \"k0\", \"k2\"]", "ascending"),
        ("\"names\": [\"k0\", \"k1\", \"k2\"]", "\"names\": [\"k0\"]", "has 1 classes"),
        (
            "\"names\": [\"k0\", \"k1\", \"k2\"]", "\"names\": [\"k0\", \"k1\"]",
            "has shape [3, 7], expected [1, 7] by model.json"
        ),
        ("\"levels\": [\"blue\", ", "\"levels\": [", "has shape [3, 7], expected [3, 6]"),
        ("\"type\": \"boolean\"", "\"type\": \"date\"", "no type of column"),
        ("\"name\": \"b\"", "\"name\": \"a\"", "is there twice, or the target's"),
        ("\"name\": \"b\"", "\"name\": \"kind\"", "is there twice, or the target's"),
        ("\"C\": 1.0", "\"C\": -1.0", "the setting \"C\" is \"-1.0\""),
        ("\"C\": 1.0", "\"D\": 1.0", "unknown setting \"D\""),
        ("\"seed\": \"0\"", "\"seed\": \"x\"", "is no number of 64 bits"),
        ("\"converged\": true", "\"converged\": 1", "is neither true nor false"),
        ("\"notes\": []", "\"notes\": [], \"more\": 1", "unknown key \"training.more\""),
        ("\"target\": \"kind\",", "", "missing \"target\""),
    ]

    @Test("Refuses a description that does not hold", arguments: changes)
    func tampered(from: String, to: String, message: String) throws {
        var files = try files()
        #expect(files.description.contains(from))
        files.description.replace(from, with: to, maxReplacements: 1)
        let error = #expect(throws: BancadaError.self) { try files.load() }
        #expect(error?.code == .invalidInput)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("m/") == true || message.contains("setting"))
    }

    @Test(
        "A newer version and an unknown algorithm are not supported",
        arguments: [
            ("\"version\": 1", "\"version\": 2"), ("\"logistic\"", "\"quantum\""),
        ])
    func newer(from: String, to: String) throws {
        var files = try files()
        files.description.replace(from, with: to, maxReplacements: 1)
        let error = #expect(throws: BancadaError.self) { try files.load() }
        #expect(error?.code == .unsupported && error?.hint == "use a newer release")
    }

    @Test("Refuses weights that do not fit")
    func weights() throws {
        var files = try files()
        let good = files.weights
        let bias = SafeTensor(name: "intercepts", shape: [3], values: [0.0, 0, 0])
        let flat = SafeTensor(
            name: "coefficients", shape: [21], values: [Double](repeating: 0, count: 21))
        let infinite = SafeTensor(
            name: "coefficients", shape: [3, 7], values: [Double](repeating: .nan, count: 21))
        for tensors in [[bias], [bias, flat], [bias, infinite]] {
            files.weights = try SafeTensors(tensors: tensors).bytes
            let error = #expect(throws: BancadaError.self) { try files.load() }
            #expect(error?.message.hasPrefix("m/weights.safetensors") == true)
        }
        files.weights = Array(good.dropLast())
        #expect(throws: BancadaError.self) { try files.load() }
    }

    @Test("Missing files are not found")
    func missing() throws {
        let folder = Fixture.temporaryPath()
        let error = #expect(throws: BancadaError.self) { try TrainedModel.load(from: folder) }
        #expect(error?.code == .notFound)
        #expect(error?.message == "file \(folder)/model.json not found")
    }

    @Test("Changed bytes never crash loading or predicting", arguments: UInt64(1)...6)
    func fuzz(seed: UInt64) throws {
        let original = try files()
        let table = try Fixture.mixed(rows: 5, seed: 9)
        var generator = Xoshiro256(seed: seed)
        for _ in 0..<250 {
            var description = Array(original.description.utf8)
            var weights = original.weights
            for _ in 0...generator.index(below: 3) {
                let byte = UInt8(truncatingIfNeeded: generator.next())
                switch generator.index(below: 4) {
                case 0: weights[generator.index(below: weights.count)] = byte
                case 1: description[generator.index(below: description.count)] = byte & 0x7F
                case 2: description.remove(at: generator.index(below: description.count))
                default:
                    let digit = UInt8(ascii: "0") + byte % 10
                    description.insert(digit, at: generator.index(below: description.count))
                }
            }
            do throws(BancadaError) {
                let model = try TrainedModel(
                    description: description, named: "d", weights: weights, named: "w")
                _ = try model.predict(table)
                _ = try model.files()
            } catch {
                #expect(
                    error.code == .invalidInput || error.code == .unsupported, "seed \(seed)")
            }
        }
    }
}
