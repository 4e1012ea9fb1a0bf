package import LinearAlgebra
package import Workbench

/// Multinomial logistic regression with an L2 penalty, by L-BFGS.
///
/// Goals: the same minimum as scikit-learn's LogisticRegression, the same bytes for any number of
/// threads, then speed. Minimises
///
///     mean over rows of -log p(class of the row) + (sum of squared coefficients) / (2 C n)
///
/// which is scikit-learn's `C * sum of losses + squares / 2` divided by C n; intercepts are not
/// penalised. It is done once no component of the gradient exceeds `tol`, the same criterion too.
/// Two classes have a single row of coefficients, for the second class, as there; more classes
/// have one each, of which the penalty picks the solution with zero sums.
package struct SoftmaxRegression: Estimator {
    private let strength: Double
    private let maximumIterations: Int
    private let tolerance: Double
    private let fitsIntercept: Bool

    /// The most coefficients that are learned: the optimiser keeps some twenty copies of them.
    package static let maximumParameterCount = 20_000_000

    /// The settings of the algorithm.
    package static let parameters = [
        ParameterSpecification(
            name: "C", kind: .number(1e-10...1e10), defaultValue: .number(1),
            description: "inverse strength of the L2 penalty"),
        ParameterSpecification(
            name: "max_iter", kind: .integer(1...1_000_000), defaultValue: .integer(300),
            description: "most iterations of the optimiser"),
        ParameterSpecification(
            name: "tol", kind: .number(1e-14...1), defaultValue: .number(1e-4),
            description: "greatest component of the gradient at which the optimiser is done"),
        ParameterSpecification(
            name: "fit_intercept", kind: .boolean, defaultValue: .boolean(true),
            description: "whether scores have an intercept"),
    ]

    /// The estimator with these settings.
    ///
    /// - Precondition: they are settings of `parameters`.
    package init(_ settings: Settings) {
        strength = settings.number("C")
        maximumIterations = settings.integer("max_iter")
        tolerance = settings.number("tol")
        fitsIntercept = settings.boolean("fit_intercept")
    }

    package func fit(
        _ x: Matrix, _ y: TargetValues, context: FitContext
    ) throws(BancadaError) -> EstimatorFit {
        guard case .classes(let labels, let classCount) = y, labels.count == x.rows else {
            preconditionFailure("a classifier learns one class for every row")
        }
        let objective = SoftmaxObjective(
            x: x, labels: labels, classCount: classCount,
            penalty: 1 / (strength * Double(x.rows)), fitsIntercept: fitsIntercept,
            parallel: context.parallel)
        guard objective.parameterCount <= Self.maximumParameterCount else {
            throw BancadaError(
                .invalidInput,
                "\(classCount) classes and \(x.columns) encoded features have "
                    + "\(objective.parameterCount) coefficients, expected at most "
                    + "\(Self.maximumParameterCount)",
                hint: "leave out text columns with many values, or choose another target")
        }
        let optimiser = LBFGS(
            maximumIterations: maximumIterations, gradientTolerance: tolerance)
        let start = [Double](repeating: 0, count: objective.parameterCount)
        let total = maximumIterations
        let outcome = try optimiser.minimise(
            from: start,
            onStep: { context.progress.progress("iterations", done: $0, total: total) },
            { (point: [Double], gradient: inout [Double]) throws(BancadaError) -> Double in
                try context.checkCancellation()
                return objective.evaluate(point, gradient: &gradient)
            })
        let weightCount = objective.outputCount * x.columns
        let intercepts =
            fitsIntercept
            ? Array(outcome.point[weightCount...])
            : [Double](repeating: 0, count: objective.outputCount)
        let coefficients = Matrix(
            rows: objective.outputCount, columns: x.columns,
            values: Array(outcome.point[..<weightCount]))
        return EstimatorFit(
            state: .linear(LinearState(coefficients: coefficients, intercepts: intercepts)),
            iterations: outcome.iterations, isConverged: outcome.isConverged)
    }
}
