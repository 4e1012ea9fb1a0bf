#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A normal distribution cut to an interval: what the kernels of the estimator are made of.
package struct TruncatedNormal: Sendable, Equatable {
    /// The mean before the cut.
    package let mean: Double
    /// The standard deviation before the cut; above 0.
    package let deviation: Double
    /// Where it begins.
    package let low: Double
    /// Where it ends.
    package let high: Double
    /// The logarithm of the mass that the cut leaves.
    package let logMass: Double

    /// The normal distribution of `mean` and `deviation`, cut to low...high.
    ///
    /// - Precondition: `deviation` is positive and `low` is below `high`.
    package init(mean: Double, deviation: Double, low: Double, high: Double) {
        precondition(deviation > 0, "a normal distribution needs a positive deviation")
        precondition(low < high, "a distribution needs an interval")
        self.mean = mean
        self.deviation = deviation
        self.low = low
        self.high = high
        logMass = Self.logMass(
            mean: mean, deviation: deviation, low: low, high: high)
    }

    /// The logarithm of what lies between `low` and `high`; exactly 0 where all of it does.
    static func logMass(mean: Double, deviation: Double, low: Double, high: Double) -> Double {
        let below = (low - mean) / deviation
        let above = (high - mean) / deviation
        // Beyond 8.3 deviations less than an ulp of 1 is left.
        if below < -8.3, above > 8.3 { return 0 }
        return NormalDistribution.logMass(below, above)
    }

    /// The logarithm of the density at `x`; -infinity outside the interval.
    package func logDensity(_ x: Double) -> Double {
        guard x >= low, x <= high else { return x.isNaN ? .nan : -.infinity }
        return NormalDistribution.logDensity((x - mean) / deviation) - log(deviation) - logMass
    }

    /// The logarithm of the probability of at most `x`.
    package func logProbability(_ x: Double) -> Double {
        if x <= low { return -.infinity }
        if x >= high { return 0 }
        return NormalDistribution.logMass((low - mean) / deviation, (x - mean) / deviation)
            - logMass
    }

    /// The x below which a share `probability` in 0...1 lies; within low...high.
    package func quantile(_ probability: Double) -> Double {
        if probability <= 0 { return low }
        if probability >= 1 { return high }
        let below = (low - mean) / deviation
        let above = (high - mean) / deviation
        let standard: Double
        if below > 0 {
            // Mirrored: in the right tail the probabilities are all near 1.
            standard = -Self.quantile(1 - probability, from: -above, logMass)
        } else {
            standard = Self.quantile(probability, from: below, logMass)
        }
        return min(max(mean + deviation * standard, low), high)
    }

    private static func quantile(
        _ probability: Double, from start: Double, _ logMass: Double
    ) -> Double {
        let skipped = NormalDistribution.logProbability(start)
        let wanted = log(probability) + logMass
        let greater = max(skipped, wanted)
        let sum = greater + log1p(exp(min(skipped, wanted) - greater))
        return NormalDistribution.quantile(logProbability: min(sum, 0))
    }
}
