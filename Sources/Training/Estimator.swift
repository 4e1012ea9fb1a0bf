package import LinearAlgebra
package import Workbench

/// Learns from an encoded matrix.
///
/// An estimator is its settings alone: fitting returns what was learned and changes nothing, so a
/// fit depends on the matrix, the target, the settings and the seed only; never on the number of
/// threads. To the last bit it repeats on processors of one type (see `BLAS`).
package protocol Estimator: Sendable {
    /// Learns to give `y` for the rows of `x`: n x d, finite; y: n.
    ///
    /// - Throws: `invalidInput` where the problem has no solution; `cancelled`.
    /// - Precondition: `y` has as many rows as `x`, at least one, and is of the kind that the
    ///   estimator learns.
    func fit(
        _ x: Matrix, _ y: TargetValues, context: FitContext
    ) throws(BancadaError) -> EstimatorFit
}

/// What surrounds a fit.
package struct FitContext: Sendable {
    /// What everything random is made from.
    package let seed: UInt64
    /// How many threads may work.
    package let parallel: Parallel
    /// Hears how far it is.
    package let progress: any ProgressReporter
    /// Asked before every pass over the data.
    package let isCancelled: @Sendable () -> Bool

    /// The surroundings of a fit.
    package init(
        seed: UInt64 = 0, parallel: Parallel = .serial,
        progress: any ProgressReporter = SilentProgress(),
        isCancelled: @escaping @Sendable () -> Bool = { Task.isCancelled }
    ) {
        self.seed = seed
        self.parallel = parallel
        self.progress = progress
        self.isCancelled = isCancelled
    }

    /// - Throws: `cancelled` once that was asked for.
    package func checkCancellation() throws(BancadaError) {
        if isCancelled() { throw BancadaError(.cancelled, "the training was cancelled") }
    }
}

/// What a fit gives.
package struct EstimatorFit: Sendable {
    /// What was learned.
    package let state: ModelState
    /// Steps that it took; 1 for a direct solution.
    package let iterations: Int
    /// Whether it ended because it was done, not because it ran out of iterations.
    package let isConverged: Bool
}

/// What a fit learned: all that prediction needs beside the encoder.
package enum ModelState: Sendable, Equatable {
    /// Scores are linear in the encoded row.
    case linear(LinearState)
    /// Scores come through hidden layers.
    case network(NetworkState)
}

/// Linear scores: `coefficients` times the encoded row plus `intercepts`.
package struct LinearState: Sendable, Equatable {
    /// Outputs x encoded width. A regression has one output, a classifier of two classes one for
    /// the second class, one of more classes one for each.
    package let coefficients: Matrix
    /// One for every output.
    package let intercepts: [Double]

    /// Linear scores.
    ///
    /// - Precondition: one intercept for every row of coefficients.
    package init(coefficients: Matrix, intercepts: [Double]) {
        precondition(coefficients.rows == intercepts.count, "every output has an intercept")
        self.coefficients = coefficients
        self.intercepts = intercepts
    }
}
