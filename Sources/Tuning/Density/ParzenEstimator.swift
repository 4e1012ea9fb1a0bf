import LinearAlgebra

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The density of points: a mixture of one product kernel for every observed point and one for the
/// prior.
///
/// A kernel is a product over the parameters: truncated normals on lines, their mass in a cell where
/// values have steps, and a mostly certain choice where there is no order. In a conditional space a
/// kernel has the prior's factor for each parameter that its point does not have, and a point is
/// judged by the parameters that it has: that makes one proper density over points of every shape.
///
/// Sources: Bergstra et al. (2011), "Algorithms for hyper-parameter optimization", NIPS 24, section
/// 4; Falkner, Klein, Hutter (2018), "BOHB", ICML, for product kernels; Watanabe (2023),
/// "Tree-structured Parzen estimator", arXiv 2304.11127, for the choices' kernel and the clip.
package struct ParzenEstimator: Sendable {
    /// How kernels are made.
    package struct Settings: Sendable, Equatable {
        /// The weight of the prior, beside 1 for a recent point.
        package var priorWeight = 1.0
        /// Whether deviations have a lower bound; see `Bandwidths`.
        package var magicClip = true
        /// The exponent of the number of kernels in that lower bound; Optuna's is 1.
        package var clipExponent = 1.0
        /// Whether the ends of a line count as neighbours of the outermost points.
        package var endpoints = false

        /// The standard settings.
        package init() {}
    }

    private let axes: [Axis]
    private let parameters: [Int]
    private let factors: [KernelFactor]
    private let logWeights: KernelVector
    private let cumulativeWeights: [Double]

    /// The estimator of `points` over some parameters of the axes.
    ///
    /// - Parameters:
    ///   - points: one coordinate for every axis; not a number where a point has it not.
    ///   - weights: one for every point, not negative.
    /// - Complexity: linear in points times parameters.
    package init(
        axes: [Axis], parameters: [Int], points: [[Double]], weights: [Double],
        settings: Settings = Settings()
    ) {
        precondition(points.count == weights.count, "every point has a weight")
        self.axes = axes
        self.parameters = parameters
        let all = points.isEmpty ? [1] : weights + [settings.priorWeight]
        let total = all.reduce(0, +)
        var sum = 0.0
        cumulativeWeights = all.map { weight in
            sum += weight / total
            return sum
        }
        logWeights = KernelVector(all.map { log($0 / total) }, padding: -.infinity)
        factors = parameters.map { parameter in
            KernelFactor(
                axes[parameter], values: points.map { $0[parameter] }, settings: settings)
        }
    }

    /// How many kernels there are, the prior's included.
    package var kernelCount: Int { cumulativeWeights.count }

    /// The number of a kernel, drawn by its weight.
    package func kernel(using generator: inout some RandomNumberGenerator) -> Int {
        let wanted = generator.uniform() * (cumulativeWeights.last ?? 1)
        var low = 0
        var high = cumulativeWeights.count - 1
        while low < high {
            let middle = (low + high) / 2
            if cumulativeWeights[middle] > wanted { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// A coordinate for the `position`-th parameter of the estimator, drawn from one kernel.
    package func coordinate(
        at position: Int, of kernel: Int, using generator: inout some RandomNumberGenerator
    ) -> Double {
        factors[position].draw(kernel, using: &generator)
    }

    /// The logarithm of the density at each point, over the parameters that it has.
    package func logDensities(at points: [[Double]]) -> [Double] {
        var known = KnownFactors(count: factors.count)
        return points.map { point in
            var scores = logWeights
            for (position, parameter) in parameters.enumerated() {
                let x = point[parameter]
                if !x.isNaN { factors[position].add(at: x, to: &scores, &known, position) }
            }
            return scores.logSumExp
        }
    }
}
