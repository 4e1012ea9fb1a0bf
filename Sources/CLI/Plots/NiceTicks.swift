import Foundation

/// Round numbers for axes: 1, 2 and 5 times powers of ten, as in P. Heckbert, "Nice Numbers for
/// Graph Labels", Graphics Gems (1990).
package enum NiceTicks {
    /// The most marks of an axis, whatever is asked for.
    private static let limit = 40

    /// The distance of about `count` round numbers between `low` and `high`, never less than `least`
    /// nor than what the numbers can tell apart.
    ///
    /// - Precondition: `low` < `high`, both finite.
    package static func step(
        from low: Double, to high: Double, about count: Int, least: Double = 0
    ) -> Double {
        precondition(low < high && low.isFinite && high.isFinite, "an axis has a finite length")
        // By halves: the whole length may not be representable.
        let rough = (high / 2 - low / 2) / (Double(max(1, count)) / 2)
        let power = pow(10, floor(log10(rough)))
        let fraction = rough / power
        let nice = fraction < 1.5 ? 1.0 : fraction < 3.5 ? 2 : fraction < 7.5 ? 5 : 10
        let step = nice * power
        let resolution = 8 * max(low.magnitude, high.magnitude).ulp
        return max(step.isFinite && step > 0 ? step : rough, least, resolution)
    }

    /// The multiples of `step` from `low` to `high`.
    package static func multiples(
        of step: Double, from low: Double, to high: Double
    ) -> [Double] {
        let first = (low / step - 1e-9).rounded(.up)
        let last = (high / step + 1e-9).rounded(.down)
        guard last >= first, last - first < Double(limit) else {
            return last < first ? [] : [low, high]
        }
        return stride(from: first, through: last, by: 1).map { count in
            // Dividing by a whole number is exact where multiplying by 0.1 is not.
            let value = step < 1 ? count / (1 / step) : count * step
            return value == 0 ? 0 : value
        }
    }

    /// Marks of a logarithmic axis: powers of ten, with 2 and 5 times those where there are few, and
    /// round numbers where the axis is shorter than a power.
    ///
    /// - Precondition: 0 < `low` < `high`, both finite.
    package static func logarithmic(
        from low: Double, to high: Double, about count: Int
    ) -> [Double] {
        let decades = log10(high) - log10(low)
        if decades < 1 {
            return multiples(
                of: step(from: low, to: high, about: count), from: low, to: high)
        }
        let exponents = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
        let isShort = decades < 2.5
        let every = max(1, Int((decades / Double(max(1, count))).rounded(.up)))
        var ticks: [Double] = []
        for exponent in exponents where exponent.isMultiple(of: every) {
            for factor in isShort ? [1.0, 2, 5] : [1.0] {
                let tick = factor * pow(10, Double(exponent))
                if tick.isFinite, tick >= low * (1 - 1e-9), tick / (1 + 1e-9) <= high {
                    ticks.append(tick)
                }
            }
        }
        return ticks
    }

    /// The texts of marks, with as many digits as tell them apart.
    ///
    /// - Parameter step: the distance of the marks; nil where they are not evenly spaced.
    package static func labels(_ ticks: [Double], step: Double?) -> [String] {
        guard let step else { return ticks.map { label($0) } }
        let largest = ticks.reduce(0) { max($0, $1.magnitude) }
        let place = Int(floor(log10(step) + 1e-9))
        if largest >= 1e6 || (largest < 1e-3 && largest > 0) {
            let digits = min(16, max(0, Int(floor(log10(largest) + 1e-9)) - place))
            return ticks.map { $0 == 0 ? "0" : exponential($0, digits: digits) }
        }
        return ticks.map { String(format: "%.\(max(0, -place))f", $0) }
    }

    /// The shortest text of one mark.
    private static func label(_ value: Double) -> String {
        guard value != 0 else { return "0" }
        if value.magnitude >= 1e6 || value.magnitude < 1e-3 {
            return exponential(value, digits: 0)
        }
        return String(format: "%.4g", value)
    }

    /// `1.5e6`, without the zeros and the sign that C writes.
    private static func exponential(_ value: Double, digits: Int) -> String {
        let text = String(format: "%.\(digits)e", value)
        guard let mark = text.firstIndex(of: "e"),
            let exponent = Int(text[text.index(after: mark)...])
        else { return text }
        return "\(text[..<mark])e\(exponent)"
    }
}
