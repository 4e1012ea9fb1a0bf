#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The standard normal distribution, with full relative precision in both tails.
///
/// Goals: right far in the tails, then within a few ulps, then fast. Everything is in logarithms,
/// because a kernel of an estimator can be hundreds of deviations away.
package enum NormalDistribution {
    /// log(sqrt(2 pi)).
    package static let logRootTwoPi = 0.918_938_533_204_672_741_780_329_736_405_617_64

    /// The logarithm of the density at `x`.
    package static func logDensity(_ x: Double) -> Double { -0.5 * x * x - logRootTwoPi }

    /// The probability of at most `x`.
    package static func probability(_ x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }

    /// The logarithm of the probability of at most `x`; -infinity at -infinity.
    ///
    /// Below -20 the asymptotic series of Mills' ratio (Abramowitz, Stegun 26.2.12), whose error is
    /// less than its first term left out.
    package static func logProbability(_ x: Double) -> Double {
        if x.isNaN { return .nan }
        if x == -.infinity { return -.infinity }
        if x > 0 { return log1p(-probability(-x)) }
        if x > -20 { return log(probability(x)) }
        let inverse = 1 / (x * x)
        var term = 1.0
        var sum = 1.0
        for order in 1...10 {
            term *= -Double(2 * order - 1) * inverse
            sum += term
        }
        return logDensity(x) - log(-x) + log(sum)
    }

    /// The logarithm of the probability of lying between `low` and `high`; -infinity where there
    /// is nothing between them.
    package static func logMass(_ low: Double, _ high: Double) -> Double {
        guard low < high else { return low.isNaN || high.isNaN ? .nan : -.infinity }
        // Mirrored so that the difference is taken in the left tail, where it is exact.
        if low > 0 { return logMass(-high, -low) }
        if high <= 0 {
            let greater = logProbability(high)
            return greater + log1p(-exp(logProbability(low) - greater))
        }
        return log1p(-probability(low) - probability(-high))
    }

    /// The x whose `logProbability` is `target`.
    ///
    /// A rational start (Acklam 2003, relative error 1.2e-9) or the leading term of the tail, then
    /// Newton's steps on the logarithm, which is concave.
    ///
    /// - Precondition: `target` is at most 0.
    package static func quantile(logProbability target: Double) -> Double {
        if target == 0 { return .infinity }
        if target == -.infinity { return -.infinity }
        if target > -0.693_147_180_559_945_3 {
            return -quantile(logProbability: log(-expm1(target)))
        }
        var x = target > -700 ? rational(exp(target)) : -(-2 * target).squareRoot()
        if target <= -700 {
            // Mills' ratio once: -x^2/2 - log(-x) - log sqrt(2 pi) = target.
            x = -(-2 * (target + logRootTwoPi + log(-x))).squareRoot()
        }
        for _ in 0..<20 {
            let value = logProbability(x)
            let step = (value - target) * exp(value - logDensity(x))
            x -= step
            if abs(step) <= 4e-16 * abs(x) { break }
        }
        return x
    }

    private static func rational(_ p: Double) -> Double {
        if p < 0.02425 {
            let q = (-2 * log(p)).squareRoot()
            return polynomial(
                q,
                [
                    -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                    -2.549732539343734e+00, 4.374664141464968e+00, 2.938163982698783e+00,
                ])
                / polynomial(
                    q,
                    [
                        7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                        3.754408661907416e+00, 1,
                    ])
        }
        let q = p - 0.5
        let r = q * q
        return q
            * polynomial(
                r,
                [
                    -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02,
                    1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239e+00,
                ])
            / polynomial(
                r,
                [
                    -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
                    6.680131188771972e+01, -1.328068155288572e+01, 1,
                ])
    }

    private static func polynomial(_ x: Double, _ coefficients: [Double]) -> Double {
        coefficients.reduce(0) { $0 * x + $1 }
    }
}
