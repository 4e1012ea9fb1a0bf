import ArgumentParser
import Components
import Training
import Workbench

/// What to learn and how.
struct TrainingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The column to learn.", valueName: "column"))
    var target: String

    @Option(help: "logistic (classes) or ridge (numbers); default: what the target asks for.")
    var algorithm: String?

    @Option(help: "classification or regression; default: what the target's type says.")
    var task: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "A setting of the algorithm, such as C=0.1; may be repeated.", valueName: "name=value"))
    var settings: [String] = []

    /// The plan that the flags describe.
    ///
    /// - Throws: `invalidInput` for unknown names, with the nearest one as the hint.
    func plan() throws(BancadaError) -> TrainingPlan {
        TrainingPlan(
            target: target, task: try task.map(Self.task),
            algorithm: try algorithm.map { name throws(BancadaError) in
                try Algorithm(named: name)
            },
            assignments: settings)
    }

    private static func task(_ name: String) throws(BancadaError) -> LearningTask {
        guard let task = LearningTask(rawValue: name) else {
            throw BancadaError(
                .invalidInput, "unknown task \"\(name)\"",
                hint: "use classification or regression")
        }
        return task
    }
}
