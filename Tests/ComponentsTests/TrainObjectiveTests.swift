import Components
import Foundation
import Tabular
import Testing
import Training
import Tuning
import Workbench

@Suite struct TrainingSpaceTests {
    private func training(_ algorithms: [String]) -> StudySpecification.Training {
        .init(data: "d.csv", target: "y", algorithms: algorithms)
    }

    @Test("One algorithm has its own settings, several have a choice and settings under it")
    func spaces() throws {
        let one = try TrainingSpace(training(["ridge"]), given: nil, standard: .ridge)
        #expect(one.space == Algorithm.ridge.searchSpace)
        let two = try TrainingSpace(training(["ridge", "mlp"]), given: nil, standard: .ridge)
        #expect(two.space.dimensions[0].name == "algorithm")
        #expect(two.space.dimensions[1].name == "ridge.alpha")
        #expect(two.space.dimensions[1].condition == "algorithm == 'ridge'")
        try two.space.validate()
    }

    @Test("What no algorithm has is refused with the nearest name")
    func unknown() {
        let space = SearchSpace(dimensions: [.init("alhpa", .discrete([1]))])
        let error = #expect(throws: BancadaError.self) {
            try TrainingSpace(training(["ridge"]), given: space, standard: .ridge)
        }
        #expect(error?.hint == "write \"alpha\"")
        let algorithm = #expect(throws: BancadaError.self) {
            try TrainingSpace(training(["rigde"]), given: nil, standard: .ridge)
        }
        #expect(algorithm?.hint == "use \"ridge\"")
    }

    @Test("A given space may choose the algorithm itself")
    func chooses() throws {
        let space = SearchSpace(dimensions: [
            .init("algorithm", .categorical(["ridge", "mlp"])),
            .init("alpha", .float(low: 0.1, high: 1, scale: .log, step: nil)),
        ])
        let made = try TrainingSpace(training([]), given: space, standard: .ridge)
        #expect(made.algorithms == [.ridge, .mlp])
        #expect(made.space == space)
    }
}

@Suite struct TrainObjectiveTests {
    private func table() throws -> Table {
        var rows = "x,y\n"
        for index in 0..<40 { rows += "\(index),\(Double(index) * 2 + Double(index % 3))\n" }
        let path = NSTemporaryDirectory() + "bancada-table-" + UUID().uuidString + ".csv"
        try Data(rows.utf8).write(to: URL(fileURLWithPath: path))
        // Nothing to do where it cannot be removed.
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try CSVReader.read(path: path)
    }

    private func evaluate(_ objective: TrainObjective, _ values: [JSON.Member]) async throws
        -> [JSON.Member]
    {
        let workspace = try StudyWorkspace()
        let run = workspace.services.makeRunID()
        return try await objective.evaluate(
            Assignment(values),
            context: TrialContext(
                number: 0, slot: 0,
                execution: ExecutionContext(
                    run: run, task: "trial 0", workFolder: workspace.folder,
                    logPath: workspace.folder + "/log", cancellation: Cancellation(),
                    groups: UnrecordedProcessGroups())))
    }

    @Test("Gives the means and deviations over folds, the same each time")
    func metrics() async throws {
        let objective = try TrainObjective(
            .init(data: "", target: "y", algorithms: ["ridge"], folds: 4), table: table(),
            given: nil, objective: nil)
        #expect(objective.metric == StudyObjective(metric: "rmse", goal: .minimize))
        let good = try await evaluate(objective, [.init("alpha", 0.001)])
        let again = try await evaluate(objective, [.init("alpha", 0.001)])
        #expect(good == again)
        #expect(Set(good.map(\.name)).isSubset(of: TrainObjective.metrics(of: .regression)))
        let bad = try await evaluate(objective, [.init("alpha", 1e4)])
        func error(_ metrics: [JSON.Member]) -> Double {
            if case .number(let value)? = metrics.first(where: { $0.name == "rmse" })?.value {
                return value
            }
            return .nan
        }
        #expect(error(good) < error(bad))
    }

    @Test("An algorithm that cannot learn the target and an unknown metric are refused at once")
    func refuses() throws {
        let table = try table()
        #expect(throws: BancadaError.self) {
            try TrainObjective(
                .init(data: "", target: "y", algorithms: ["logistic"]), table: table, given: nil,
                objective: nil)
        }
        let error = #expect(throws: BancadaError.self) {
            try TrainObjective(
                .init(data: "", target: "y"), table: table, given: nil,
                objective: StudyObjective(metric: "accuracy", goal: .maximize))
        }
        #expect(error?.message == "a cross-validated regression gives no metric \"accuracy\"")
    }
}
