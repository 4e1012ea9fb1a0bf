import LinearAlgebra

/// How a gradient changes parameters.
package enum UpdateRule: Sendable, Equatable {
    /// Adam with the constants of its paper: 0.9, 0.999 and 1e-8.
    case adam(rate: Double)
    /// Gradient descent with momentum.
    case descent(rate: Double, momentum: Double, isNesterov: Bool)
}

/// A layer while it learns: parameters, their gradient, and what the update rule remembers.
struct NetworkLayer: Sendable {
    let inputs: Int
    let outputs: Int
    /// Outputs x inputs.
    var weights: [Double]
    /// One for every output.
    var biases: [Double]
    /// Of the weights: outputs x inputs.
    private(set) var gradient: [Double]
    private(set) var biasGradient: [Double]
    private var first: [Double]
    private var second: [Double]
    private var biasFirst: [Double]
    private var biasSecond: [Double]

    init(_ state: LinearState) {
        inputs = state.coefficients.columns
        outputs = state.coefficients.rows
        weights = state.coefficients.values
        biases = state.intercepts
        gradient = [Double](repeating: 0, count: weights.count)
        biasGradient = [Double](repeating: 0, count: biases.count)
        first = gradient
        second = gradient
        biasFirst = biasGradient
        biasSecond = biasGradient
    }

    /// The parameters.
    var state: LinearState {
        LinearState(
            coefficients: Matrix(rows: outputs, columns: inputs, values: weights),
            intercepts: biases)
    }

    /// The gradient in the shape of the parameters.
    var gradientState: LinearState {
        LinearState(
            coefficients: Matrix(rows: outputs, columns: inputs, values: gradient),
            intercepts: biasGradient)
    }

    /// Blocks of outputs that threads may work on by themselves: they depend on the sizes alone.
    private func blocks(rows: Int) -> Blocks {
        // Below about a million operations a block costs more than it saves.
        let most = max(1, 2 * rows * weights.count / 1_000_000)
        return Blocks(of: outputs, atMost: min(most, 16), granule: 8)
    }

    /// Makes the gradient of what the pieces of a batch left in their deltas, and changes the
    /// parameters by `rule` unless that is nil.
    ///
    /// - Parameters:
    ///   - index: which of the layers this is.
    ///   - rows: rows of the batch.
    ///   - step: how many steps there were with this one.
    mutating func learn(
        _ pieces: [BatchPiece], index: Int, rows: Int, penalty: Double, rule: UpdateRule?,
        step: Int, parallel: Parallel
    ) {
        let blocks = blocks(rows: rows)
        let inputs = inputs
        let outputs = outputs
        // A closure that holds the layer would make its arrays shared, and each write a copy.
        parallel.update(
            rows: blocks, width: inputs, of: &weights, &gradient, &first, &second
        ) { range, weights, gradient, first, second in
            var isFirst = true
            for piece in pieces {
                BLAS.multiply(
                    columns: range, ofTransposed: piece.deltas(index).span, width: outputs,
                    piece.inputs(index).span, columns: inputs, inner: piece.range.count,
                    beta: isFirst ? 0 : 1, into: &gradient)
                isFirst = false
            }
            NetworkKernels.finish(&gradient, weights: weights.span, penalty: penalty, rows: rows)
            Self.apply(rule, step, &weights, gradient.span, &first, &second)
        }
        parallel.update(
            rows: Blocks(of: outputs, size: outputs), width: 1, of: &biases, &biasGradient,
            &biasFirst, &biasSecond
        ) { range, biases, gradient, first, second in
            for output in range { gradient[output] = 0 }
            for piece in pieces { Vector.addRows(of: piece.deltas(index).span, to: &gradient) }
            for output in range { gradient[output] /= Double(rows) }
            Self.apply(rule, step, &biases, gradient.span, &first, &second)
        }
    }

    private static func apply(
        _ rule: UpdateRule?, _ step: Int, _ parameters: inout MutableSpan<Double>,
        _ gradient: Span<Double>, _ first: inout MutableSpan<Double>,
        _ second: inout MutableSpan<Double>
    ) {
        switch rule {
        case nil: return
        case .adam(let rate):
            NetworkKernels.adam(
                &parameters, gradient: gradient, first: &first, second: &second,
                rate: rate * Self.adamCorrection(step))
        case .descent(let rate, let momentum, let isNesterov):
            NetworkKernels.descend(
                &parameters, gradient: gradient, velocity: &first, rate: rate,
                momentum: momentum, isNesterov: isNesterov)
        }
    }

    /// What makes up for moments that began at zero: sqrt(1 - 0.999^t) / (1 - 0.9^t).
    private static func adamCorrection(_ step: Int) -> Double {
        (1 - power(0.999, step)).squareRoot() / (1 - power(0.9, step))
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        var result = 1.0
        var factor = base
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result *= factor }
            factor *= factor
            rest >>= 1
        }
        return result
    }
}
