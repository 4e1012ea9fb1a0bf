import LinearAlgebra
import Synchronization
import Tabular
import Testing
import Training
import Workbench

/// Settings that differ in everything a fit does.
private let variants: [[String]] = [
    [], ["layers=2", "width=150", "batch_size=256"],
    ["activation=tanh", "optimizer=sgd", "lr=0.05"],
    ["early_stopping=true", "layers=3", "width=20"],
    ["optimizer=sgd", "nesterov=false", "momentum=0", "batch_size=7"],
]

private func estimator(_ assignments: [String]) throws -> MultilayerPerceptron {
    MultilayerPerceptron(
        try Settings(assignments: assignments, of: MultilayerPerceptron.parameters))
}

/// Points around a few centres, and the centre of each.
private func clusters(
    rows: Int, columns: Int, classes: Int, seed: UInt64
) -> (x: Matrix, labels: [Int32]) {
    var generator = Xoshiro256(seed: seed)
    let centres = (0..<classes * columns).map { _ in generator.uniform() * 6 - 3 }
    var x = Matrix(rows: rows, columns: columns)
    let labels = (0..<rows).map { _ in Int32(generator.index(below: classes)) }
    for row in 0..<rows {
        for column in 0..<columns {
            x[row, column] = centres[Int(labels[row]) * columns + column] + generator.uniform() * 2
        }
    }
    return (x, labels)
}

@Suite struct MultilayerPerceptronTests {
    @Test("The same bytes on any number of threads", arguments: variants)
    func deterministic(assignments: [String]) throws {
        let (x, labels) = clusters(rows: 900, columns: 80, classes: 4, seed: 3)
        let learner = try estimator(assignments + ["max_iter=3"])
        let y = TargetValues.classes(labels, count: 4)
        let expected = try learner.fit(x, y, context: FitContext(seed: 9)).state
        for threads in [2, 3] {
            let context = FitContext(seed: 9, parallel: Parallel(threads: threads))
            #expect(try learner.fit(x, y, context: context).state == expected)
        }
        #expect(try learner.fit(x, y, context: FitContext(seed: 10)).state != expected)
    }

    @Test("Learns what no line can tell apart")
    func exclusiveOr() throws {
        let corners: [[Double]] = [[-1, -1], [1, -1], [-1, 1], [1, 1]]
        let x = Matrix((0..<80).map { corners[$0 % 4] })
        let labels = (0..<80).map { Int32($0 % 4 == 0 || $0 % 4 == 3 ? 1 : 0) }
        let fit = try estimator(["width=16", "lr=0.02", "tol=1e-6"]).fit(
            x, .classes(labels, count: 2), context: FitContext(seed: 1))
        guard case .network(let network) = fit.state else { return }
        var descent = NetworkDescent(
            network, x: x, y: .classes(labels, count: 2), penalty: 0, rule: .adam(rate: 1),
            parallel: .serial)
        let rows = Array(0..<80)
        #expect(descent.evaluate(rows.span).hits == 80)
    }

    @Test("A number of any size is learned alike", arguments: [1.0, 1e-12, 1e12])
    func scale(unit: Double) throws {
        var generator = Xoshiro256(seed: 5)
        var text = "a,b,y\n"
        for _ in 0..<300 {
            let a = generator.uniform() * 4 - 2
            let b = generator.uniform()
            text += "\(a),\(b),\((a * a + b) * unit + 7 * unit)\n"
        }
        let table = try Fixture.table(text)
        let plan = TrainingPlan(
            target: "y", algorithm: .mlp, assignments: ["lr=0.01", "max_iter=300"])
        let model = try ModelTrainer.fit(table, plan: plan, context: FitContext(seed: 2))
        #expect(model.task == .regression)
        #expect(try Evaluator.evaluate(model, on: table).metrics["r2"] ?? 0 > 0.97)
    }

    @Test("A constant number is learned as it is")
    func constant() throws {
        let fit = try estimator(["max_iter=2"]).fit(
            Matrix([[1], [2], [3]]), .values([4, 4, 4]), context: FitContext())
        guard case .network(let network) = fit.state else { return }
        let isFinite = network.layers.allSatisfy { $0.coefficients.values.allSatisfy(\.isFinite) }
        #expect(isFinite)
    }

    @Test("Stops early, and keeps the weights of the best epoch")
    func earlyStopping() throws {
        let (x, labels) = clusters(rows: 300, columns: 5, classes: 3, seed: 8)
        let fit = try estimator(["early_stopping=true", "n_iter_no_change=3", "lr=0.01"]).fit(
            x, .classes(labels, count: 3), context: FitContext(seed: 4))
        #expect(fit.isConverged && fit.iterations < 100)
        let error = #expect(throws: BancadaError.self) {
            try estimator(["early_stopping=true"]).fit(
                Matrix([[1]]), .values([4]), context: FitContext())
        }
        #expect(error?.hint == "set early_stopping=false, or give more rows")
    }

    @Test("Says when it runs out of epochs")
    func epochs() throws {
        let (x, labels) = clusters(rows: 50, columns: 3, classes: 2, seed: 8)
        let fit = try estimator(["max_iter=4"]).fit(
            x, .classes(labels, count: 2), context: FitContext())
        #expect(!fit.isConverged && fit.iterations == 4)
    }

    @Test("A rate that is too large is one clear error")
    func divergence() throws {
        let (x, labels) = clusters(rows: 200, columns: 3, classes: 3, seed: 8)
        let error = #expect(throws: BancadaError.self) {
            try estimator(["optimizer=sgd", "lr=100", "alpha=1000000", "layers=4"]).fit(
                x, .classes(labels, count: 3), context: FitContext())
        }
        #expect(error?.code == .invalidInput)
        #expect(error?.message.hasPrefix("mlp diverged in epoch ") == true)
        #expect(error?.hint == "set a smaller learning rate, such as '--set lr=10.0'")
    }

    private final class Counter: ProgressReporter {
        let epochs = Mutex<[Int]>([])

        func progress(_ label: String, done: Int, total: Int?) {
            if label == "epochs" { epochs.withLock { $0.append(done) } }
        }
    }

    @Test("Reports every epoch, and stops between two of them")
    func progress() throws {
        let (x, labels) = clusters(rows: 50, columns: 3, classes: 2, seed: 8)
        let counter = Counter()
        let context = FitContext(
            progress: counter, isCancelled: { counter.epochs.withLock(\.count) >= 5 })
        let error = #expect(throws: BancadaError.self) {
            try estimator([]).fit(x, .classes(labels, count: 2), context: context)
        }
        #expect(error?.code == .cancelled)
        #expect(counter.epochs.withLock { $0 } == [1, 2, 3, 4, 5])
    }

    @Test("Refuses more weights than there is room for")
    func tooMany() throws {
        let error = #expect(throws: BancadaError.self) {
            try estimator(["layers=2", "width=8192"]).fit(
                Matrix([[1], [2]]), .values([1, 2]), context: FitContext())
        }
        #expect(error?.message.contains("layers of 1, 8192, 8192, 1") == true)
    }

    @Test("Refuses batches that there is no room for")
    func tooLarge() throws {
        let x = Matrix(rows: 20_000, columns: 1)
        let y = TargetValues.values([Double](repeating: 0, count: 20_000))
        let error = #expect(throws: BancadaError.self) {
            try estimator(["width=8192", "batch_size=20000"]).fit(x, y, context: FitContext())
        }
        #expect(error?.hint == "set a smaller batch_size")
    }

    @Test("A word that is no choice gets the nearest one")
    func choices() throws {
        let error = #expect(throws: BancadaError.self) { try estimator(["activation=rely"]) }
        #expect(
            error?.message == "the setting \"activation\" is \"rely\", expected relu or tanh")
        #expect(error?.hint == "write \"relu\"")
    }

    @Test(
        "Weights that do not fit the settings are refused",
        arguments: [
            ("\"layers\": 1", "\"layers\": 2", "\"layers.1.coefficients\" has shape [3, 9]"),
            ("\"width\": 9", "\"width\": 10", "\"layers.0.coefficients\" has shape [9, 7]"),
            ("\"relu\"", "\"sigmoid\"", "expected relu or tanh"),
        ])
    func tampered(from: String, to: String, message: String) throws {
        let table = try Fixture.mixed(rows: 60, seed: 8).dropping(["value"])
        let plan = TrainingPlan(
            target: "kind", algorithm: .mlp, assignments: ["width=9", "max_iter=2"])
        let files = try ModelTrainer.fit(table, plan: plan).files()
        var description = String(decoding: files[0].bytes, as: UTF8.self)
        #expect(description.contains(from))
        description.replace(from, with: to, maxReplacements: 1)
        let error = #expect(throws: BancadaError.self) {
            try TrainedModel(
                description: Array(description.utf8), named: "d", weights: files[1].bytes,
                named: "w")
        }
        #expect(error?.code == .invalidInput)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test("Infinite values are refused, not lost in the activation", arguments: variants)
    func huge(assignments: [String]) throws {
        let table = try Fixture.table("a,b,y\n1,2,3\n2,1,4\n3,5,9\n4,4,1\n")
        let plan = TrainingPlan(
            target: "y", task: .regression, algorithm: .mlp,
            assignments: assignments + ["max_iter=2"])
        let model = try ModelTrainer.fit(table, plan: plan)
        for value in [Double.infinity, -.infinity] {
            let error = #expect(throws: BancadaError.self) {
                try model.predict(numericRows: [1, value], rowCount: 1)
            }
            #expect(error?.message.contains("column \"b\"") == true)
        }
        #expect(try model.predict(numericRows: [1, .nan], rowCount: 1).values[0].isFinite)
    }
}
