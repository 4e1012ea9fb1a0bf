/// Loops over the parameters and activations of a network. Element by element, in no order that
/// could matter: the same numbers in give the same bytes out.
enum NetworkKernels {
    /// Copies the rows of `source` (each of `width` elements) that `rows` names, one after the
    /// other, into the first `rows.count * width` elements of `target`.
    ///
    /// - Precondition: there are such rows, and room for them.
    static func gather(
        _ rows: Span<Int>, of source: Span<Double>, width: Int,
        into target: inout MutableSpan<Double>
    ) {
        precondition(target.count >= rows.count * width, "there is no room for the rows")
        let limit = width > 0 ? source.count / width : 0
        unsafe source.withUnsafeBufferPointer { source in
            unsafe target.withUnsafeMutableBufferPointer { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                for index in 0..<rows.count {
                    let row = rows[index]
                    precondition(row >= 0 && row < limit, "there is no such row")
                    unsafe (to + index * width).update(from: from + row * width, count: width)
                }
            }
        }
    }

    /// Adds `biases` to every row and makes negative elements 0.
    static func rectify(_ values: inout MutableSpan<Double>, rows: Int, biases: Span<Double>) {
        let width = biases.count
        precondition(values.count == rows * width, "the rows do not fit the biases")
        unsafe values.withUnsafeMutableBufferPointer { values in
            unsafe biases.withUnsafeBufferPointer { biases in
                guard let base = values.baseAddress, let bias = biases.baseAddress
                else { return }
                for row in 0..<rows {
                    let place = unsafe base + row * width
                    for column in 0..<width {
                        let value = unsafe place[column] + bias[column]
                        // What is not a number stays so, and is found in the loss.
                        unsafe place[column] = value < 0 ? 0 : value
                    }
                }
            }
        }
    }

    /// Makes each delta 0 where the rectified output is not positive.
    static func rectifyBack(_ deltas: inout MutableSpan<Double>, outputs: Span<Double>) {
        precondition(deltas.count == outputs.count, "the outputs do not fit the deltas")
        unsafe deltas.withUnsafeMutableBufferPointer { deltas in
            unsafe outputs.withUnsafeBufferPointer { outputs in
                guard let delta = deltas.baseAddress, let output = outputs.baseAddress
                else { return }
                for index in 0..<deltas.count {
                    unsafe delta[index] = output[index] > 0 ? delta[index] : 0
                }
            }
        }
    }

    /// Multiplies each delta by 1 - output^2, the slope of the hyperbolic tangent.
    static func tangentBack(_ deltas: inout MutableSpan<Double>, outputs: Span<Double>) {
        precondition(deltas.count == outputs.count, "the outputs do not fit the deltas")
        unsafe deltas.withUnsafeMutableBufferPointer { deltas in
            unsafe outputs.withUnsafeBufferPointer { outputs in
                guard let delta = deltas.baseAddress, let output = outputs.baseAddress
                else { return }
                for index in 0..<deltas.count {
                    unsafe delta[index] *= 1 - output[index] * output[index]
                }
            }
        }
    }

    /// Makes sums over rows the gradient: (sum + penalty * weight) / rows.
    static func finish(
        _ gradient: inout MutableSpan<Double>, weights: Span<Double>, penalty: Double, rows: Int
    ) {
        precondition(gradient.count == weights.count, "the weights do not fit the gradient")
        let factor = 1 / Double(rows)
        unsafe gradient.withUnsafeMutableBufferPointer { gradient in
            unsafe weights.withUnsafeBufferPointer { weights in
                guard let sums = gradient.baseAddress, let weight = weights.baseAddress
                else { return }
                for index in 0..<weights.count {
                    unsafe sums[index] = (sums[index] + penalty * weight[index]) * factor
                }
            }
        }
    }

    /// A step of Adam (Kingma and Ba, 2015, algorithm 1 in the order of section 2's last remark).
    ///
    /// - Parameter rate: the step size with both bias corrections in it.
    static func adam(
        _ weights: inout MutableSpan<Double>, gradient: Span<Double>,
        first: inout MutableSpan<Double>, second: inout MutableSpan<Double>, rate: Double
    ) {
        let count = weights.count
        precondition(
            gradient.count == count && first.count == count && second.count == count,
            "the moments do not fit the weights")
        unsafe weights.withUnsafeMutableBufferPointer { weights in
            unsafe gradient.withUnsafeBufferPointer { gradient in
                unsafe first.withUnsafeMutableBufferPointer { first in
                    unsafe second.withUnsafeMutableBufferPointer { second in
                        guard let w = weights.baseAddress, let g = gradient.baseAddress,
                            let m = first.baseAddress, let v = second.baseAddress
                        else { return }
                        for index in 0..<count {
                            let slope = unsafe g[index]
                            let mean = unsafe 0.9 * m[index] + 0.1 * slope
                            let square = unsafe 0.999 * v[index] + 0.001 * (slope * slope)
                            unsafe m[index] = mean
                            unsafe v[index] = square
                            unsafe w[index] -= rate * mean / (square.squareRoot() + 1e-8)
                        }
                    }
                }
            }
        }
    }

    /// A step of gradient descent with momentum, Nesterov's or the plain one.
    static func descend(
        _ weights: inout MutableSpan<Double>, gradient: Span<Double>,
        velocity: inout MutableSpan<Double>, rate: Double, momentum: Double, isNesterov: Bool
    ) {
        let count = weights.count
        precondition(
            gradient.count == count && velocity.count == count,
            "the velocity does not fit the weights")
        unsafe weights.withUnsafeMutableBufferPointer { weights in
            unsafe gradient.withUnsafeBufferPointer { gradient in
                unsafe velocity.withUnsafeMutableBufferPointer { velocity in
                    guard let w = weights.baseAddress, let g = gradient.baseAddress,
                        let v = velocity.baseAddress
                    else { return }
                    for index in 0..<count {
                        let step = unsafe rate * g[index]
                        let speed = unsafe momentum * v[index] - step
                        unsafe v[index] = speed
                        unsafe w[index] += isNesterov ? momentum * speed - step : speed
                    }
                }
            }
        }
    }
}
