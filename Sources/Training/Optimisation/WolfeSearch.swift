import LinearAlgebra
import Workbench

/// Finds a step along a descent direction that satisfies the strong Wolfe conditions.
///
/// Source: Nocedal and Wright (2006), algorithms 3.5 and 3.6, with cubic interpolation kept away
/// from the ends of the bracket. Where the decrease is below the rounding error of the value, the
/// approximate condition of Hager and Zhang (2005), "A new conjugate gradient method with
/// guaranteed descent", equation 4.1, stands in for the sufficient decrease.
struct WolfeSearch {
    /// The point that the step starts from.
    let origin: [Double]
    /// The direction.
    let direction: [Double]
    /// The value at the origin.
    let value: Double
    /// The derivative along the direction at the origin; negative.
    let slope: Double

    private let sufficientDecrease = 1e-4
    private let curvature = 0.9
    private let maximumEvaluations = 40

    /// A point that was tried.
    struct Trial {
        let step: Double
        let point: [Double]
        let value: Double
        let gradient: [Double]
        let slope: Double
    }

    init(origin: [Double], direction: [Double], value: Double, slope: Double) {
        self.origin = origin
        self.direction = direction
        self.value = value
        self.slope = slope
    }

    /// A step that satisfies the conditions, else the lowest point that was met below the origin;
    /// nil where there is none.
    ///
    /// - Throws: what `function` throws.
    func run(firstStep: Double, _ function: LBFGS.Function) throws(BancadaError) -> Trial? {
        var previous = Trial(step: 0, point: origin, value: value, gradient: [], slope: slope)
        var best: Trial?
        var step = firstStep
        for evaluation in 0..<maximumEvaluations {
            let trial = try attempt(step, function)
            if trial.value < best?.value ?? value { best = trial }
            if !decreases(trial) || (evaluation > 0 && trial.value >= previous.value) {
                return try zoom(previous, trial, maximumEvaluations - evaluation, best, function)
            }
            if abs(trial.slope) <= -curvature * slope { return trial }
            if trial.slope >= 0 {
                return try zoom(trial, previous, maximumEvaluations - evaluation, best, function)
            }
            previous = trial
            step *= 2
        }
        return best
    }

    /// Narrows the bracket between the lower of two points and the other.
    private func zoom(
        _ low: Trial, _ high: Trial, _ evaluations: Int, _ lowest: Trial?,
        _ function: LBFGS.Function
    ) throws(BancadaError) -> Trial? {
        var low = low
        var high = high
        var best = lowest
        for _ in 0..<evaluations {
            let step = Self.interpolate(low, high)
            guard step != low.step, step != high.step else { return best }
            let trial = try attempt(step, function)
            if trial.value < best?.value ?? value { best = trial }
            if !decreases(trial) || (trial.value >= low.value && !isFlat(trial)) {
                high = trial
                continue
            }
            if abs(trial.slope) <= -curvature * slope { return trial }
            if trial.slope * (high.step - low.step) >= 0 { high = low }
            low = trial
        }
        return best
    }

    private func attempt(
        _ step: Double, _ function: LBFGS.Function
    ) throws(BancadaError) -> Trial {
        var point = origin
        var gradient = [Double](repeating: 0, count: origin.count)
        var target = point.mutableSpan
        Vector.add(direction.span, times: step, to: &target)
        let value = try function(point, &gradient)
        return Trial(
            step: step, point: point, value: value, gradient: gradient,
            slope: LBFGS.dot(direction, gradient))
    }

    private func decreases(_ trial: Trial) -> Bool {
        if trial.value <= value + sufficientDecrease * trial.step * slope { return true }
        return isFlat(trial) && trial.slope <= (2 * sufficientDecrease - 1) * slope
    }

    /// Whether the value differs from the origin's by no more than rounding errors.
    private func isFlat(_ trial: Trial) -> Bool {
        abs(trial.value - value) <= 16 * Double.ulpOfOne * max(abs(value), 1)
    }

    /// The minimum of the cubic through values and slopes of two points, at least a tenth of the
    /// bracket away from both; the middle where there is none.
    private static func interpolate(_ a: Trial, _ b: Trial) -> Double {
        let width = b.step - a.step
        let middle = a.step + width / 2
        guard b.value.isFinite, b.slope.isFinite else { return middle }
        // Equation 3.59.
        let d1 = a.slope + b.slope - 3 * (b.value - a.value) / width
        let discriminant = d1 * d1 - a.slope * b.slope
        guard discriminant >= 0 else { return middle }
        let d2 = (width > 0 ? 1 : -1) * discriminant.squareRoot()
        let minimum = b.step - width * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2)
        let share = (minimum - a.step) / width
        guard share.isFinite else { return middle }
        return a.step + min(max(share, 0.1), 0.9) * width
    }
}
