#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Sums of exponentials and what is made of them, without overflow.
package enum LogSumExp {
    /// log(sum exp x): -infinity of nothing or of -infinities alone, infinity where one is
    /// infinite, not a number where one is not.
    package static func of(_ values: [Double]) -> Double {
        var greatest = -Double.infinity
        for value in values {
            if value.isNaN { return .nan }
            greatest = max(greatest, value)
        }
        guard greatest.isFinite else { return greatest }
        var sum = 0.0
        for value in values { sum += exp(value - greatest) }
        return greatest + log(sum)
    }

    /// Replaces the scores at `range` by probabilities exp(x_i) / sum exp(x_j), and returns
    /// log(sum exp x).
    ///
    /// - Precondition: at least one score, all finite.
    @discardableResult
    package static func softmax(_ scores: inout MutableSpan<Double>, in range: Range<Int>) -> Double
    {
        var greatest = scores[range.lowerBound]
        for index in range { greatest = max(greatest, scores[index]) }
        var sum = 0.0
        for index in range {
            let value = exp(scores[index] - greatest)
            scores[index] = value
            sum += value
        }
        let factor = 1 / sum
        for index in range { scores[index] *= factor }
        return greatest + log(sum)
    }

    /// 1 / (1 + exp(-x)) with full relative precision on both sides.
    package static func sigmoid(_ x: Double) -> Double {
        let small = exp(-abs(x))
        return x >= 0 ? 1 / (1 + small) : small / (1 + small)
    }

    /// log(1 + exp(x)).
    package static func softplus(_ x: Double) -> Double {
        max(x, 0) + log1p(exp(-abs(x)))
    }
}
