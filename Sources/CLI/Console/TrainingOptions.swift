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

    @Option(
        help: ArgumentHelp(
            "\(Self.algorithms), or a plugin's trainer; default: what the target asks for.",
            valueName: "algorithm"))
    var algorithm: String?

    @Option(help: "classification or regression; default: what the target's type says.")
    var task: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "A setting of the algorithm, such as C=0.1; may be repeated.", valueName: "name=value"))
    var settings: [String] = []

    /// The algorithms and what they learn, for the help.
    private static var algorithms: String {
        Algorithm.allCases.map { algorithm in
            let kinds = algorithm.tasks.map { $0 == .classification ? "classes" : "numbers" }
            return "\(algorithm.rawValue) (\(kinds.joined(separator: ", ")))"
        }.joined(separator: ", ")
    }

    /// The plan that the flags describe; a name that is no built-in algorithm is not in it.
    ///
    /// - Throws: `invalidInput` for an unknown task.
    func plan() throws(BancadaError) -> TrainingPlan {
        TrainingPlan(
            target: target, task: try task.map(Self.task),
            algorithm: algorithm.flatMap { Algorithm(rawValue: $0) }, assignments: settings)
    }

    /// The name that is no built-in algorithm; nil where there is none.
    var foreignAlgorithm: String? {
        algorithm.flatMap { Algorithm(rawValue: $0) == nil ? $0 : nil }
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
