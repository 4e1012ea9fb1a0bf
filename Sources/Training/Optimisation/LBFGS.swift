import LinearAlgebra
package import Workbench

/// Minimises a smooth function by limited-memory BFGS.
///
/// Goals: repeatable to the last bit, few evaluations, then little memory. Source: Nocedal and
/// Wright (2006), "Numerical optimization", algorithms 7.4 and 7.5, with the strong Wolfe line
/// search of algorithms 3.5 and 3.6 (`WolfeSearch`).
package struct LBFGS: Sendable {
    /// Pairs of steps and gradient changes that are remembered.
    package var memory = 10
    /// The most steps.
    package var maximumIterations: Int
    /// Done once no component of the gradient is larger.
    package var gradientTolerance: Double
    /// Done once a step lowers the value by less than this share of it: rounding errors are all
    /// that is left.
    package var valueTolerance = 64 * Double.ulpOfOne

    /// An optimiser.
    package init(maximumIterations: Int, gradientTolerance: Double) {
        self.maximumIterations = maximumIterations
        self.gradientTolerance = gradientTolerance
    }

    /// Where a minimisation ended.
    package struct Outcome: Sendable {
        /// The point.
        package fileprivate(set) var point: [Double]
        /// The value there.
        package fileprivate(set) var value: Double
        /// The gradient there.
        package fileprivate(set) var gradient: [Double]
        /// Steps taken.
        package fileprivate(set) var iterations = 0
        /// Whether one of the tolerances was met.
        package fileprivate(set) var isConverged = false
    }

    /// The value of the function at a point; writes the gradient.
    package typealias Function =
        (_ point: [Double], _ gradient: inout [Double]) throws(BancadaError) -> Double

    /// Minimises `function` from `start` on; `onStep` hears the number of steps.
    ///
    /// - Throws: what `function` throws.
    package func minimise(
        from start: [Double], onStep: (Int) -> Void = { _ in }, _ function: Function
    ) throws(BancadaError) -> Outcome {
        var gradient = [Double](repeating: 0, count: start.count)
        let value = try function(start, &gradient)
        var outcome = Outcome(point: start, value: value, gradient: gradient)
        var history = History(capacity: memory)
        while true {
            if Self.greatest(outcome.gradient) <= gradientTolerance {
                outcome.isConverged = true
                return outcome
            }
            guard outcome.iterations < maximumIterations else { return outcome }
            var direction = history.direction(against: outcome.gradient)
            var slope = Self.dot(direction, outcome.gradient)
            if !(slope < 0) {
                // Rounding has spoiled the pairs; start over with steepest descent.
                history.forget()
                direction = outcome.gradient.map { -$0 }
                slope = Self.dot(direction, outcome.gradient)
            }
            let length = Self.dot(outcome.gradient, outcome.gradient).squareRoot()
            let firstStep = history.isEmpty ? min(1, 1 / length) : 1
            let search = WolfeSearch(
                origin: outcome.point, direction: direction, value: outcome.value, slope: slope)
            guard let next = try search.run(firstStep: firstStep, function) else {
                // No step lowers the value. That is convergence where the slope promises less than
                // rounding errors.
                let resolution = Double.ulpOfOne.squareRoot() * max(abs(outcome.value), 1)
                outcome.isConverged = -slope <= resolution
                return outcome
            }
            history.remember(
                step: zip(next.point, outcome.point).map { $0 - $1 },
                change: zip(next.gradient, outcome.gradient).map { $0 - $1 })
            let decrease = outcome.value - next.value
            let scale = max(abs(outcome.value), abs(next.value), 1)
            outcome.point = next.point
            outcome.value = next.value
            outcome.gradient = next.gradient
            outcome.iterations += 1
            onStep(outcome.iterations)
            if decrease <= valueTolerance * scale {
                outcome.isConverged = true
                return outcome
            }
        }
    }

    static func dot(_ a: [Double], _ b: [Double]) -> Double {
        Vector.dot(a.span, b.span)
    }

    private static func greatest(_ values: [Double]) -> Double {
        values.reduce(0) { max($0, abs($1)) }
    }

    /// The pairs that stand for the inverse Hessian.
    private struct History {
        let capacity: Int
        private var pairs: [(step: [Double], change: [Double], curvature: Double)] = []

        init(capacity: Int) {
            self.capacity = capacity
        }

        var isEmpty: Bool { pairs.isEmpty }

        mutating func forget() {
            pairs.removeAll()
        }

        mutating func remember(step: [Double], change: [Double]) {
            let curvature = LBFGS.dot(step, change)
            guard curvature > Double.ulpOfOne * LBFGS.dot(change, change) else { return }
            if pairs.count == capacity { pairs.removeFirst() }
            pairs.append((step, change, curvature))
        }

        /// Minus the approximate inverse Hessian times the gradient (algorithm 7.4).
        func direction(against gradient: [Double]) -> [Double] {
            var q = gradient
            var shares: [Double] = []
            for pair in pairs.reversed() {
                let share = LBFGS.dot(pair.step, q) / pair.curvature
                shares.append(share)
                Self.add(pair.change, times: -share, to: &q)
            }
            if let last = pairs.last {
                let scale = last.curvature / LBFGS.dot(last.change, last.change)
                for index in q.indices { q[index] *= scale }
            }
            for (pair, share) in zip(pairs, shares.reversed()) {
                let correction = LBFGS.dot(pair.change, q) / pair.curvature
                Self.add(pair.step, times: share - correction, to: &q)
            }
            return q.map { -$0 }
        }

        private static func add(_ x: [Double], times factor: Double, to y: inout [Double]) {
            var target = y.mutableSpan
            Vector.add(x.span, times: factor, to: &target)
        }
    }
}
