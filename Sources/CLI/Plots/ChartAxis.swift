import Foundation

/// One axis: what it spans and where its marks are.
package struct ChartAxis: Sendable, Equatable {
    /// A mark with its text.
    package struct Tick: Sendable, Equatable {
        /// The value that it marks.
        package let value: Double
        /// What stands beside it.
        package let label: String
    }

    /// Where it begins.
    package let low: Double
    /// Where it ends; greater than `low`.
    package let high: Double
    /// Whether places are by the logarithm.
    package let isLogarithmic: Bool
    /// The marks, ascending.
    package let ticks: [Tick]

    /// An axis of heights: a linear one begins and ends at a mark.
    ///
    /// - Parameter count: about how many marks it has.
    package static func heights(
        _ bounds: (low: Double, high: Double), isLogarithmic: Bool, about count: Int
    ) -> ChartAxis {
        if isLogarithmic { return logarithmic(bounds, about: count) }
        var (low, high) = widened(bounds, by: 0.1, least: .leastNormalMagnitude)
        let step = NiceTicks.step(from: low, to: high, about: count)
        low = clamped((low / step + 1e-9).rounded(.down) * step)
        high = clamped((high / step - 1e-9).rounded(.up) * step)
        return linear(low: low, high: high, step: step)
    }

    /// An axis of steps or times: as long as what it shows.
    ///
    /// - Parameter isStepwise: whether only whole numbers are marked.
    package static func places(
        _ bounds: (low: Double, high: Double), isStepwise: Bool, about count: Int
    ) -> ChartAxis {
        var (low, high) = bounds
        if low == high { (low, high) = widened(bounds, by: 0, least: isStepwise ? 1 : 0.5) }
        let step = NiceTicks.step(from: low, to: high, about: count, least: isStepwise ? 1 : 0)
        return linear(low: low, high: high, step: step)
    }

    /// How far along the axis a value is: 0 where it begins, 1 where it ends.
    package func position(_ value: Double) -> Double {
        let place: Double
        if isLogarithmic {
            let start = log10(low)
            place = (log10(value) - start) / (log10(high) - start)
        } else {
            place = (value / 2 - low / 2) / (high / 2 - low / 2)
        }
        // The length of an axis between neighbouring numbers may round to nothing.
        return place.isFinite ? place : 0
    }

    private static func linear(low: Double, high: Double, step: Double) -> ChartAxis {
        let values = NiceTicks.multiples(of: step, from: low, to: high)
        return ChartAxis(
            low: low, high: high, isLogarithmic: false,
            ticks: zip(values, NiceTicks.labels(values, step: step)).map(Tick.init))
    }

    private static func logarithmic(
        _ bounds: (low: Double, high: Double), about count: Int
    ) -> ChartAxis {
        var (low, high) = bounds
        if low == high {
            low = max(low / 2, .leastNormalMagnitude)
            high = clamped(high * 2)
        }
        let values = NiceTicks.logarithmic(from: low, to: high, about: count)
        let isShort = log10(high) - log10(low) < 1
        let step = isShort && values.count > 1 ? values[1] - values[0] : nil
        return ChartAxis(
            low: low, high: high, isLogarithmic: true,
            ticks: zip(values, NiceTicks.labels(values, step: step)).map(Tick.init))
    }

    /// Bounds with a length: around a single value, a part of it on both sides.
    private static func widened(
        _ bounds: (low: Double, high: Double), by part: Double, least: Double
    ) -> (low: Double, high: Double) {
        guard bounds.low == bounds.high else { return bounds }
        let value = bounds.low
        let room = value == 0 ? max(1, least) : max(value.magnitude * part, least, value.ulp * 16)
        return (clamped(value - room), clamped(value + room))
    }

    private static func clamped(_ value: Double) -> Double {
        min(max(value, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
    }
}
