package import LinearAlgebra
package import Workbench

/// Linear least squares with an L2 penalty, by Cholesky factorisation.
///
/// Minimises `sum of (y - x w - b)^2 + alpha * (sum of squared w)`, as scikit-learn's Ridge; the
/// intercept is not penalised: columns and target are centred, block by block while they are in
/// the cache. With more columns than rows the dual problem of order n is solved instead. Columns
/// that are constant get the coefficient 0. With `alpha` 0 and linearly dependent columns there is
/// no single solution, which is refused.
package struct RidgeRegression: Estimator {
    private let alpha: Double
    private let fitsIntercept: Bool

    /// The largest system that is solved: 20,000 unknowns take 3 GiB.
    package static let maximumOrder = 20_000

    /// The settings of the algorithm.
    package static let parameters = [
        ParameterSpecification(
            name: "alpha", kind: .number(0...1e12), defaultValue: .number(1),
            description: "strength of the L2 penalty"),
        ParameterSpecification(
            name: "fit_intercept", kind: .boolean, defaultValue: .boolean(true),
            description: "whether there is an intercept"),
    ]

    /// The estimator with these settings.
    ///
    /// - Precondition: they are settings of `parameters`.
    package init(_ settings: Settings) {
        alpha = settings.number("alpha")
        fitsIntercept = settings.boolean("fit_intercept")
    }

    package func fit(
        _ x: Matrix, _ y: TargetValues, context: FitContext
    ) throws(BancadaError) -> EstimatorFit {
        guard case .values(let targets) = y, targets.count == x.rows, x.rows > 0 else {
            preconditionFailure("a regression learns one number for every row")
        }
        let order = min(x.rows, x.columns)
        guard order <= Self.maximumOrder else {
            throw BancadaError(
                .invalidInput,
                "ridge has \(order) unknowns, expected at most \(Self.maximumOrder)",
                hint: "use fewer features or fewer rows")
        }
        try context.checkCancellation()
        let centre = Centre(x, targets, isNeeded: fitsIntercept, context.parallel)
        let coefficients =
            x.columns <= x.rows
            ? try primal(x, centre, context) : try dual(x, centre, context)
        let shift = Vector.dot(centre.columns.span, coefficients.span)
        let state = LinearState(
            coefficients: Matrix(rows: 1, columns: x.columns, values: coefficients),
            intercepts: [centre.offset + centre.targetMean - shift])
        return EstimatorFit(state: .linear(state), iterations: 1, isConverged: true)
    }

    /// What is subtracted from columns and target.
    private struct Centre: Sendable {
        let columns: [Double]
        /// The deviations of the target from `targetMean` + `offset`.
        let targets: [Double]
        let targetMean: Double
        /// The mean of deviations from the first mean: its rounding error.
        let offset: Double

        init(_ x: Matrix, _ y: [Double], isNeeded: Bool, _ parallel: Parallel) {
            guard isNeeded else {
                columns = [Double](repeating: 0, count: x.columns)
                targets = y
                targetMean = 0
                offset = 0
                return
            }
            columns = x.columnMeans(parallel)
            let count = Double(y.count)
            // Each share is finite even where the sum of the targets is not.
            let mean = y.reduce(0) { $0 + $1 / count }
            let rest = y.reduce(0) { $0 + ($1 - mean) / count }
            targetMean = mean
            offset = rest
            targets = y.map { $0 - mean - rest }
        }
    }

    /// Solves (X^T X + alpha) w = X^T y.
    private func primal(
        _ x: Matrix, _ centre: Centre, _ context: FitContext
    ) throws(BancadaError) -> [Double] {
        let width = x.columns
        // All blocks' sums together take at most 256 MiB.
        let most = min(max((32 << 20) / max(1, width * width), 1), 64)
        let pieceRows = min(max(32_768 / max(1, width), 16), 1024)
        let blocks = Blocks(of: x.rows, atMost: most, granule: pieceRows)
        let partial = context.parallel.map(blocks) { range in
            var sums = Sums(width: width)
            var centred = [Double](repeating: 0, count: min(pieceRows, range.count) * width)
            for start in stride(from: range.lowerBound, to: range.upperBound, by: pieceRows) {
                let end = min(start + pieceRows, range.upperBound)
                sums.add(x, centre.columns, centre.targets, start..<end, &centred)
            }
            return sums
        }
        try context.checkCancellation()
        var total = Sums(width: width)
        for part in partial { total.add(part) }
        var gram = Matrix(rows: width, columns: width, values: total.gram)
        for index in 0..<width {
            if gram[index, index] == 0 {
                // A constant column: its equation becomes w = 0.
                gram[index, index] = 1
            } else {
                gram[index, index] += alpha
            }
        }
        guard let factorisation = Cholesky(upper: gram) else { throw singular() }
        return factorisation.solve(total.products)
    }

    private struct Sums: Sendable {
        /// The upper triangle of X^T X.
        var gram: [Double]
        /// X^T y.
        var products: [Double]

        init(width: Int) {
            gram = [Double](repeating: 0, count: width * width)
            products = [Double](repeating: 0, count: width)
        }

        mutating func add(
            _ x: Matrix, _ means: [Double], _ targets: [Double], _ rows: Range<Int>,
            _ centred: inout [Double]
        ) {
            let width = means.count
            // Only the last piece is shorter.
            centred.removeLast(max(0, centred.count - rows.count * width))
            var piece = centred.mutableSpan
            let source = x.values.span.extracting(
                rows.lowerBound * width..<rows.upperBound * width)
            let shift = means.span
            for row in 0..<rows.count {
                for column in 0..<width {
                    let index = row * width + column
                    piece[index] = source[index] - shift[column]
                }
            }
            var gramTarget = gram.mutableSpan
            BLAS.addGram(of: piece.span, rows: rows.count, columns: width, to: &gramTarget)
            var productTarget = products.mutableSpan
            Vector.addRows(
                of: piece.span, times: targets.span.extracting(rows), to: &productTarget)
        }

        mutating func add(_ other: Sums) {
            var gramTarget = gram.mutableSpan
            Vector.add(other.gram.span, times: 1, to: &gramTarget)
            var productTarget = products.mutableSpan
            Vector.add(other.products.span, times: 1, to: &productTarget)
        }
    }

    /// Solves (X X^T + alpha) u = y; the coefficients are X^T u.
    private func dual(
        _ x: Matrix, _ centre: Centre, _ context: FitContext
    ) throws(BancadaError) -> [Double] {
        guard alpha > 0 else { throw singular() }
        let rows = x.rows
        let width = x.columns
        let blocks = Blocks(of: rows, size: 64)
        let centred = context.parallel.rows(blocks, width: width) { range, output in
            let source = x.values.span
            for row in range {
                for column in 0..<width {
                    output[(row - range.lowerBound) * width + column] =
                        source[row * width + column] - centre.columns[column]
                }
            }
        }
        let kernel = context.parallel.rows(blocks, width: rows) { range, output in
            let part = centred.span.extracting(range.lowerBound * width..<range.upperBound * width)
            BLAS.multiply(
                part, centred.span, transposedB: true, rows: range.count, columns: rows,
                inner: width, into: &output)
        }
        try context.checkCancellation()
        var gram = Matrix(rows: rows, columns: rows, values: kernel)
        for index in 0..<rows { gram[index, index] += alpha }
        guard let factorisation = Cholesky(upper: gram) else { throw singular() }
        let weights = factorisation.solve(centre.targets)
        var coefficients = [Double](repeating: 0, count: width)
        var target = coefficients.mutableSpan
        Vector.addRows(of: centred.span, times: weights.span, to: &target)
        return coefficients
    }

    private func singular() -> BancadaError {
        BancadaError(
            .invalidInput,
            "ridge with alpha \(alpha) has no single solution: features depend linearly on others",
            hint: "set a larger alpha, such as '--set alpha=1'")
    }
}
