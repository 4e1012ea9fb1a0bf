/// The first moments of a column of numbers, missing values left out.
package struct Moments: Sendable, Equatable {
    /// Values that are there.
    package let count: Int
    /// The least value; infinity of none.
    package let minimum: Double
    /// The greatest value; -infinity of none.
    package let maximum: Double
    /// The mean; 0 of none.
    package let mean: Double
    /// The sum of squared deviations over the number of all rows, its root: missing values count
    /// as the mean.
    package let standardDeviation: Double

    /// The moments of `values`; all finite where the values are.
    ///
    /// Two passes, in units of a power of two near the greatest size, so that neither sums nor
    /// squares overflow or vanish; eight lanes over runs of 4,096 rows, whose sums are added in
    /// order.
    package init(_ values: [Double]) {
        let extent = Self.extent(values)
        count = extent.count
        minimum = extent.minimum
        maximum = extent.maximum
        let size = max(abs(minimum), abs(maximum))
        guard count > 0, size.isFinite, size > 0 else {
            mean = count > 0 && size == 0 ? 0 : size.isFinite ? 0 : .nan
            standardDeviation = count > 0 && !size.isFinite ? .nan : 0
            return
        }
        let unit = Double(sign: .plus, exponent: size.exponent, significand: 1)
        let scaledMean = Self.sum(values, shift: 0, unit: unit, power: 1) / Double(count)
        let squares = Self.sum(values, shift: scaledMean, unit: unit, power: 2)
        // Equal values have their own value as the mean, without rounding.
        mean = minimum == maximum ? minimum : scaledMean * unit
        standardDeviation =
            minimum == maximum ? 0 : (squares / Double(values.count)).squareRoot() * unit
    }

    private typealias Lanes = SIMD8<Double>

    private static func extent(
        _ values: [Double]
    ) -> (count: Int, minimum: Double, maximum: Double) {
        let span = values.span
        var count = 0
        var minimum = Double.infinity
        var maximum = -Double.infinity
        for index in span.indices {
            let value = span[index]
            count += value.isNaN ? 0 : 1
            minimum = value < minimum ? value : minimum
            maximum = value > maximum ? value : maximum
        }
        return (count, minimum, maximum)
    }

    /// The sum of (x / unit - shift) to the first or second power.
    private static func sum(
        _ values: [Double], shift: Double, unit: Double, power: Int
    ) -> Double {
        let span = values.span
        let factor = 1 / unit
        var total = 0.0
        var start = 0
        while start < span.count {
            let end = min(start + 4096, span.count)
            var lanes = Lanes.zero
            var index = start
            while index + 8 <= end {
                var x = Lanes.zero
                for lane in 0..<8 { x[lane] = span[index + lane] }
                var deviation = x * factor - shift
                deviation.replace(with: 0, where: x .!= x)
                lanes += power == 2 ? deviation * deviation : deviation
                index += 8
            }
            var sum = lanes.sum()
            while index < end {
                let x = span[index]
                let deviation = x.isNaN ? 0 : x * factor - shift
                sum += power == 2 ? deviation * deviation : deviation
                index += 1
            }
            total += sum
            start = end
        }
        return total
    }
}
