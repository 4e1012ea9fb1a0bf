import Documents
import LinearAlgebra
import Tabular
import Testing
import Training
import Workbench

@Suite struct ValidationTests {
    @Test("Penguins that were held out are told apart", arguments: UInt64(0)..<10)
    func penguins(seed: UInt64) throws {
        let plan = TrainingPlan(target: "species")
        let (train, test) = try Validation.holdout(
            try Fixture.penguins(), plan: plan, fraction: 0.2, seed: seed)
        #expect(train.rowCount == 275 && test.rowCount == 69)
        let model = try ModelTrainer.fit(train, plan: plan, context: FitContext(seed: seed))
        let metrics = try Evaluator.evaluate(model, on: test).metrics
        let accuracy = try #require(metrics["accuracy"])
        #expect(accuracy >= 0.97, "seed \(seed)")
        #expect(model.training.isConverged)
    }

    @Test("Cross-validation repeats and is the mean of its folds")
    func folds() throws {
        let table = try Fixture.penguins()
        let plan = TrainingPlan(target: "species")
        let result = try Validation.crossValidate(
            table, plan: plan, folds: 5, context: FitContext(seed: 3))
        let again = try Validation.crossValidate(
            table, plan: plan, folds: 5,
            context: FitContext(seed: 3, parallel: Parallel(threads: 2)))
        #expect(result == again)
        #expect(result.folds.map(\.rowCount).reduce(0, +) == 344)
        let accuracies = result.folds.compactMap { $0["accuracy"] }
        let mean = accuracies.reduce(0, +) / 5
        #expect(abs((result.summaries.first?.mean ?? 0) - mean) < 1e-15)
        #expect(mean > 0.97)
        #expect(result.json["accuracy_std"] != nil)
    }

    @Test("Regressions are split and judged too")
    func regression() throws {
        let table = try Fixture.penguins()
        let plan = TrainingPlan(target: "body_mass_g")
        let (train, test) = try Validation.holdout(table, plan: plan, fraction: 0.25, seed: 1)
        #expect(train.rowCount + test.rowCount == 342)
        let model = try ModelTrainer.fit(train, plan: plan)
        let r2 = try #require(try Evaluator.evaluate(model, on: test).metrics["r2"])
        #expect(r2 > 0.8)
        let result = try Validation.crossValidate(table, plan: plan, folds: 4)
        #expect(result.summaries.map(\.key) == ["rmse", "mae", "r2"])
    }

    @Test("Rows without a target are judged by none and counted")
    func dropped() throws {
        let table = try Fixture.table("x,y\n1,a\n2,b\n3,a\n4,\n5,b\n")
        let model = try ModelTrainer.fit(table, plan: TrainingPlan(target: "y"))
        let (metrics, dropped) = try Evaluator.evaluate(model, on: table)
        #expect(metrics.rowCount == 4 && dropped == 1)
    }

    private static let refusals: [(text: String, code: BancadaError.Code, message: String)] = [
        (
            "x,y\n1,a\n2,c\n", .invalidInput,
            "the target column \"y\" of t.csv has the class \"c\" in row 2, which the model does "
                + "not know"
        ),
        ("x,y\n1,\n", .invalidInput, "the target column \"y\" of t.csv has no values"),
        ("x,z\n1,a\n", .notFound, "column \"y\" not found in t.csv"),
        ("y,z\na,1\n", .invalidInput, "column \"x\" not found in t.csv"),
    ]

    @Test("Refuses tables that cannot be judged", arguments: refusals)
    func refuses(text: String, code: BancadaError.Code, message: String) throws {
        let table = try Fixture.table("x,y\n1,a\n2,b\n3,a\n5,b\n")
        let model = try ModelTrainer.fit(table, plan: TrainingPlan(target: "y"))
        let error = #expect(throws: BancadaError.self) {
            try Evaluator.evaluate(model, on: try Fixture.table(text))
        }
        #expect(error?.code == code)
        #expect(error?.message == message)
    }

    @Test("A class of one row is refused for a holdout, not for training")
    func single() throws {
        let table = try Fixture.table("x,y\n1,a\n2,b\n3,a\n5,a\n")
        let plan = TrainingPlan(target: "y")
        #expect(try ModelTrainer.fit(table, plan: plan).classes?.count == 2)
        #expect(throws: BancadaError.self) {
            try Validation.holdout(table, plan: plan, fraction: 0.5, seed: 1)
        }
        #expect(throws: BancadaError.self) {
            try Validation.crossValidate(table, plan: plan, folds: 2)
        }
    }
}
