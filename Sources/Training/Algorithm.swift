import Documents
package import Workbench

/// The algorithms that models are trained with, by the names that command line, files and models
/// use.
package enum Algorithm: String, Sendable, CaseIterable {
    /// `SoftmaxRegression`.
    case logistic
    /// `RidgeRegression`.
    case ridge
    /// `MultilayerPerceptron`.
    case mlp

    /// The algorithm with a name.
    ///
    /// - Throws: `invalidInput`, with the nearest name as the hint.
    package init(named name: String) throws(BancadaError) {
        guard let algorithm = Algorithm(rawValue: name) else {
            let names = Self.allCases.map(\.rawValue)
            throw BancadaError(
                .invalidInput, "unknown algorithm \"\(name)\"",
                hint: NearestName.of(name, among: names).map { "use \"\($0)\"" }
                    ?? "use one of \(names.joined(separator: ", "))")
        }
        self = algorithm
    }

    /// The algorithm for a task where none is named.
    package static func standard(for task: LearningTask) -> Algorithm {
        switch task {
        case .classification: .logistic
        case .regression: .ridge
        }
    }

    /// What it does, in a line.
    package var title: String {
        switch self {
        case .logistic: "logistic (softmax) regression with an L2 penalty, by L-BFGS"
        case .ridge: "linear least squares with an L2 penalty, by Cholesky factorisation"
        case .mlp: "multilayer perceptron, by stochastic gradient descent or Adam"
        }
    }

    /// The tasks that it can learn.
    package var tasks: [LearningTask] {
        switch self {
        case .logistic: [.classification]
        case .ridge: [.regression]
        case .mlp: [.classification, .regression]
        }
    }

    /// Its settings.
    package var parameters: [ParameterSpecification] {
        switch self {
        case .logistic: SoftmaxRegression.parameters
        case .ridge: RidgeRegression.parameters
        case .mlp: MultilayerPerceptron.parameters
        }
    }

    /// The estimator with these settings, which are the algorithm's.
    func estimator(_ settings: Settings) -> any Estimator {
        switch self {
        case .logistic: SoftmaxRegression(settings)
        case .ridge: RidgeRegression(settings)
        case .mlp: MultilayerPerceptron(settings)
        }
    }
}
