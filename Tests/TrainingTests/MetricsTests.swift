import Documents
import LinearAlgebra
import Testing
import Training
import Workbench

@Suite struct MetricsTests {
    @Test("Judges classifiers as scikit-learn does, ties included", arguments: 0..<4)
    func classification(index: Int) throws {
        let node = try Fixture.reference("classification_metrics")[index]
        let probabilities = try #require(node["probabilities"]?.matrix)
        let metrics = Metrics(
            labels: try #require(node["y"]?.labels),
            predicted: try #require(node["predicted"]?.labels), probabilities: probabilities,
            classes: (0..<probabilities.columns).map { "\($0)" })
        for key in ["accuracy", "balanced_accuracy", "f1_macro", "logloss", "auc", "brier"] {
            let value = try #require(metrics[key])
            let expected = try #require(node[key]?.double)
            #expect(abs(value - expected) < 1e-12, "\(key)")
        }
        guard case .array(let counts)? = node["confusion"]?.value else { return }
        #expect(metrics.confusion?.counts == counts.map { $0.numbers.map { Int($0) } })
    }

    @Test("Judges regressions as scikit-learn does", arguments: 0..<2)
    func regression(index: Int) throws {
        let node = try Fixture.reference("regression_metrics")[index]
        let metrics = Metrics(
            values: try #require(node["y"]?.numbers),
            predicted: try #require(node["predicted"]?.numbers))
        for key in ["rmse", "mae", "r2"] {
            let value = try #require(metrics[key])
            let expected = try #require(node[key]?.double)
            #expect(abs(value - expected) <= 1e-12 * max(1, abs(expected)), "\(key)")
        }
        #expect(metrics.confusion == nil)
    }

    @Test("The area is absent unless all classes occur")
    func oneClass() {
        let binary = Metrics(
            labels: [1, 1], predicted: [1, 0],
            probabilities: Matrix([[0.2, 0.8], [0.6, 0.4]]), classes: ["a", "b"])
        #expect(binary["auc"] == nil)
        #expect(binary["accuracy"] == 0.5 && binary["balanced_accuracy"] == 0.5)
        let three = Metrics(
            labels: [0, 1], predicted: [0, 1],
            probabilities: Matrix([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1]]), classes: ["a", "b", "c"])
        #expect(three["auc"] == nil && three["f1_macro"] == 1)
    }

    @Test(
        "Areas by hand",
        arguments: [
            ([false, true], [0.1, 0.9], 1), ([false, true], [0.9, 0.1], 0),
            ([false, true], [0.5, 0.5], 0.5), ([true, false, true, false], [1, 1, 2, 0], 0.875),
        ] as [([Bool], [Double], Double)])
    func areas(isPositive: [Bool], scores: [Double], area: Double) {
        #expect(RankMetrics.area(isPositive: isPositive, scores: scores) == area)
    }

    @Test("A certain mistake costs a finite log-loss")
    func certain() throws {
        let metrics = Metrics(
            labels: [0, 1], predicted: [1, 1], probabilities: Matrix([[0, 1], [0, 1]]),
            classes: ["a", "b"])
        let loss = try #require(metrics["logloss"])
        #expect(abs(loss - 26 * 0.6931471805599453) < 1e-12)
    }

    @Test("Equal true values have an r2 of one or zero, a single one none")
    func constant() {
        #expect(Metrics(values: [2, 2], predicted: [2, 2])["r2"] == 1)
        #expect(Metrics(values: [2, 2], predicted: [2, 3])["r2"] == 0)
        #expect(Metrics(values: [2], predicted: [2])["r2"] == nil)
        #expect(Metrics(values: [2], predicted: [5])["rmse"] == 3)
    }

    @Test("Measures are written as JSON in order")
    func json() {
        let metrics = Metrics(values: [1, 2], predicted: [1, 2])
        #expect(metrics.json.compactText == #"{"rmse":0.0,"mae":0.0,"r2":1.0}"#)
        let confusion = ConfusionMatrix(
            labels: [0, 1, 1], predicted: [0, 0, 1], classes: ["a", "b"])
        #expect(confusion.json.compactText == #"{"classes":["a","b"],"counts":[[1,0],[1,1]]}"#)
    }
}
