import LinearAlgebra
import Testing

@Suite struct BLASTests {
    private func random(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
        var generator = Xoshiro256(seed: seed)
        let values = (0..<rows * columns).map { _ in generator.uniform() * 2 - 1 }
        return Matrix(rows: rows, columns: columns, values: values)
    }

    private func transposed(_ matrix: Matrix) -> Matrix {
        Matrix((0..<matrix.columns).map { matrix.column($0) })
    }

    private func isClose(_ a: [Double], _ b: [Double]) -> Bool {
        zip(a, b).allSatisfy { abs($0 - $1) < 1e-12 }
    }

    @Test(
        "Multiplies in every orientation",
        arguments: [
            (false, false), (true, false), (false, true),
            (true, true),
        ])
    func multiply(transposeA: Bool, transposeB: Bool) {
        let a = random(5, 7, seed: 1)
        let b = random(7, 3, seed: 2)
        var expected: [Double] = []
        for row in 0..<5 {
            for column in 0..<3 {
                expected.append((0..<7).reduce(0) { $0 + a[row, $1] * b[$1, column] })
            }
        }
        let left = transposeA ? transposed(a) : a
        let right = transposeB ? transposed(b) : b
        var product = [Double](repeating: 1, count: 15)
        var target = product.mutableSpan
        BLAS.multiply(
            left.values.span, transposed: transposeA, right.values.span, transposedB: transposeB,
            rows: 5, columns: 3, inner: 7, into: &target)
        #expect(isClose(product, expected))
        var again = product.mutableSpan
        BLAS.multiply(
            left.values.span, transposed: transposeA, right.values.span, transposedB: transposeB,
            rows: 5, columns: 3, inner: 7, beta: 1, into: &again)
        #expect(isClose(product, expected.map { 2 * $0 }))
    }

    @Test("Adds up squares of columns in the upper triangle")
    func gram() {
        let a = random(9, 4, seed: 3)
        var gram = [Double](repeating: 0, count: 16)
        var target = gram.mutableSpan
        BLAS.addGram(of: a.values.span, rows: 9, columns: 4, to: &target)
        for row in 0..<4 {
            for column in 0..<4 {
                let expected =
                    column < row ? 0 : (0..<9).reduce(0) { $0 + a[$1, row] * a[$1, column] }
                #expect(abs(gram[row * 4 + column] - expected) < 1e-13)
            }
        }
    }

    @Test("Solves a system by hand")
    func solve() throws {
        // A = [[4, 2], [2, 3]], x = [1, 2], so b = [8, 8].
        let cholesky = try #require(Cholesky(upper: Matrix([[4, 2], [.nan, 3]])))
        let x = cholesky.solve([8, 8])
        #expect(isClose(x, [1, 2]))
    }

    @Test("Random systems are solved", arguments: [1, 2, 5, 30, 100])
    func systems(order: Int) throws {
        let a = random(order + 5, order, seed: UInt64(order))
        var gram = [Double](repeating: 0, count: order * order)
        var target = gram.mutableSpan
        BLAS.addGram(of: a.values.span, rows: order + 5, columns: order, to: &target)
        let upper = Matrix(rows: order, columns: order, values: gram)
        let cholesky = try #require(Cholesky(upper: upper))
        let truth = random(1, order, seed: 77).values
        var b: [Double] = []
        for row in 0..<order {
            b.append(
                (0..<order).reduce(0) { sum, column in
                    sum + upper[min(row, column), max(row, column)] * truth[column]
                })
        }
        let x = cholesky.solve(b)
        // Random squares of this kind have condition numbers up to some ten thousands.
        #expect(zip(x, truth).allSatisfy { abs($0 - $1) < 1e-8 })
    }

    @Test(
        "Refuses matrices that are not positive definite",
        arguments: [
            [[0.0]], [[-1.0]], [[1, 2], [0, 1]], [[1, 1], [0, 1]], [[1, 1], [0, 1 + 1e-16]],
            [[.nan]],
        ])
    func indefinite(rows: [[Double]]) {
        let cholesky = Cholesky(upper: Matrix(rows))
        #expect(cholesky.map(\.order) == nil)
    }

    @Test("This machine can run what the tests are compiled for")
    func processor() {
        #expect(BLAS.processorIsSupported)
    }

    @Test("Some columns of a transposed matrix times another are those rows of the whole product")
    func columns() {
        var generator = Xoshiro256(seed: 4)
        let a = (0..<7 * 5).map { _ in Double(generator.index(below: 9)) }
        let b = (0..<7 * 3).map { _ in Double(generator.index(below: 9)) }
        var whole = [Double](repeating: 0, count: 15)
        var span = whole.mutableSpan
        BLAS.multiply(
            a.span, transposed: true, b.span, rows: 5, columns: 3, inner: 7, into: &span)
        var part = [Double](repeating: 1, count: 6)
        var target = part.mutableSpan
        BLAS.multiply(
            columns: 2..<4, ofTransposed: a.span, width: 5, b.span, columns: 3, inner: 7,
            beta: 1, into: &target)
        #expect(part == whole[6..<12].map { $0 + 1 })
    }
}
