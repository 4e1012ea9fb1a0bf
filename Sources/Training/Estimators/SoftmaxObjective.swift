import LinearAlgebra

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The penalised mean log-loss of linear scores, and its gradient.
///
/// Parameters: the coefficients, outputs x d, row after row, then the intercepts if there are any.
/// Rows are cut into at most 64 blocks, whatever the number of threads; a block goes through its
/// rows in pieces that fit the cache, so that the matrix is read from memory once for both value
/// and gradient; the blocks' sums are added in order.
struct SoftmaxObjective: Sendable {
    private let x: Matrix
    private let labels: [Int32]
    private let penalty: Double
    private let fitsIntercept: Bool
    private let parallel: Parallel
    private let blocks: Blocks
    private let pieceRows: Int

    /// Scores of a row: one for two classes, else one for every class.
    let outputCount: Int

    /// The objective of x: n x d, labels: n in 0..<classCount; `penalty` is the factor of half the
    /// sum of squared coefficients.
    init(
        x: Matrix, labels: [Int32], classCount: Int, penalty: Double, fitsIntercept: Bool,
        parallel: Parallel
    ) {
        self.x = x
        self.labels = labels
        self.penalty = penalty
        self.fitsIntercept = fitsIntercept
        self.parallel = parallel
        outputCount = classCount == 2 ? 1 : classCount
        // A piece of the matrix takes about 256 KiB.
        pieceRows = min(max(32_768 / max(1, x.columns), 16), 1024)
        // The gradients of all blocks together take at most 256 MiB.
        let most = (32 << 20) / max(1, outputCount * (x.columns + 1))
        blocks = Blocks(of: x.rows, atMost: min(max(most, 1), 64), granule: pieceRows)
    }

    /// Number of coefficients and intercepts.
    var parameterCount: Int { outputCount * (x.columns + (fitsIntercept ? 1 : 0)) }

    /// The value at `point`; writes the gradient.
    func evaluate(_ point: [Double], gradient: inout [Double]) -> Double {
        let partial = parallel.map(blocks) { range in
            outputCount == 1 ? binary(range, point) : multinomial(range, point)
        }
        var loss = 0.0
        for index in gradient.indices { gradient[index] = 0 }
        for part in partial {
            loss += part.loss
            var target = gradient.mutableSpan
            Vector.add(part.gradient.span, times: 1, to: &target)
        }
        let factor = 1 / Double(x.rows)
        loss *= factor
        for index in gradient.indices { gradient[index] *= factor }
        let weightCount = outputCount * x.columns
        for index in 0..<weightCount {
            loss += penalty / 2 * point[index] * point[index]
            gradient[index] += penalty * point[index]
        }
        return loss
    }

    private struct Sums: Sendable {
        var loss = 0.0
        var gradient: [Double]
    }

    private func binary(_ range: Range<Int>, _ point: [Double]) -> Sums {
        let width = x.columns
        let intercept = fitsIntercept ? point[width] : 0
        var loss = 0.0
        var interceptGradient = 0.0
        var coefficients = [Double](repeating: 0, count: width)
        var scores = [Double](repeating: 0, count: min(pieceRows, range.count))
        for start in stride(from: range.lowerBound, to: range.upperBound, by: pieceRows) {
            let end = min(start + pieceRows, range.upperBound)
            let rows = x.values.span.extracting(start * width..<end * width)
            // Only the last piece is shorter.
            scores.removeLast(max(0, scores.count - (end - start)))
            var piece = scores.mutableSpan
            Vector.products(
                ofRows: rows, with: point.span.extracting(0..<width), into: &piece)
            for row in 0..<end - start {
                let score = piece[row] + intercept
                let isSecond = labels[start + row] == 1
                let small = exp(-abs(score))
                // log(1 + exp(score)) - (score of the second class).
                loss += max(score, 0) + log1p(small) - (isSecond ? score : 0)
                let probability = (score >= 0 ? 1 : small) / (1 + small)
                let residual = probability - (isSecond ? 1 : 0)
                piece[row] = residual
                interceptGradient += residual
            }
            var target = coefficients.mutableSpan
            Vector.addRows(of: rows, times: piece.span, to: &target)
        }
        if fitsIntercept { coefficients.append(interceptGradient) }
        return Sums(loss: loss, gradient: coefficients)
    }

    private func multinomial(_ range: Range<Int>, _ point: [Double]) -> Sums {
        let width = x.columns
        let outputs = outputCount
        let weightCount = outputs * width
        var loss = 0.0
        var coefficients = [Double](repeating: 0, count: weightCount)
        var intercepts = [Double](repeating: 0, count: outputs)
        var scores = [Double](repeating: 0, count: min(pieceRows, range.count) * outputs)
        for start in stride(from: range.lowerBound, to: range.upperBound, by: pieceRows) {
            let end = min(start + pieceRows, range.upperBound)
            let count = end - start
            let rows = x.values.span.extracting(start * width..<end * width)
            // Only the last piece is shorter.
            scores.removeLast(max(0, scores.count - count * outputs))
            var piece = scores.mutableSpan
            BLAS.multiply(
                rows, point.span.extracting(0..<weightCount), transposedB: true, rows: count,
                columns: outputs, inner: width, into: &piece)
            for row in 0..<count {
                let place = row * outputs
                if fitsIntercept {
                    for output in 0..<outputs {
                        piece[place + output] += point[weightCount + output]
                    }
                }
                let own = place + Int(labels[start + row])
                let ownScore = piece[own]
                loss += LogSumExp.softmax(&piece, in: place..<place + outputs) - ownScore
                piece[own] -= 1
                for output in 0..<outputs { intercepts[output] += piece[place + output] }
            }
            var target = coefficients.mutableSpan
            BLAS.multiply(
                piece.span, transposed: true, rows, rows: outputs, columns: width, inner: count,
                beta: 1, into: &target)
        }
        return Sums(loss: loss, gradient: fitsIntercept ? coefficients + intercepts : coefficients)
    }
}
