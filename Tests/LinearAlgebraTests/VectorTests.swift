import LinearAlgebra
import Testing

@Suite struct VectorTests {
    private func random(_ count: Int, seed: UInt64) -> [Double] {
        var generator = Xoshiro256(seed: seed)
        return (0..<count).map { _ in generator.uniform() * 2 - 1 }
    }

    @Test("A product is the sum of products", arguments: Array(0...40) + [1000, 1003])
    func dot(count: Int) {
        let a = random(count, seed: 1)
        let b = random(count, seed: 2)
        let expected = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        // n roundings of at most half an ulp of the greatest partial sum, which is below n / 4.
        let bound = Double(count * count) * 1e-16 + 1e-18
        #expect(abs(Vector.dot(a.span, b.span) - expected) <= bound)
    }

    @Test("The bytes of a product do not depend on where the numbers lie", arguments: 1...40)
    func placement(count: Int) {
        let a = random(count, seed: 3)
        let b = random(count, seed: 4)
        let expected = Vector.dot(a.span, b.span)
        for shift in 1...9 {
            let moved = [Double](repeating: 9, count: shift) + a
            let product = Vector.dot(moved.span.extracting(shift..<shift + count), b.span)
            #expect(product.bitPattern == expected.bitPattern)
        }
    }

    @Test("Rows have the same products alone and together", arguments: [1, 5, 8, 13, 50])
    func rows(width: Int) {
        let rows = random(11 * width, seed: 5)
        let weights = random(width, seed: 6)
        var products = [Double](repeating: .nan, count: 11)
        var target = products.mutableSpan
        Vector.products(ofRows: rows.span, with: weights.span, into: &target)
        let alone = (0..<11).map { row in
            Vector.dot(rows.span.extracting(row * width..<(row + 1) * width), weights.span)
        }
        #expect(products == alone)
    }

    @Test("Weighted rows add up", arguments: [1, 7, 8, 9, 33])
    func sums(width: Int) {
        let rows = random(6 * width, seed: 7)
        let factors = random(6, seed: 8)
        var sum = [Double](repeating: 0, count: width)
        var target = sum.mutableSpan
        Vector.addRows(of: rows.span, times: factors.span, to: &target)
        for column in 0..<width {
            let expected = (0..<6).reduce(0) { $0 + factors[$1] * rows[$1 * width + column] }
            #expect(abs(sum[column] - expected) < 1e-14)
        }
        var plain = [Double](repeating: 0, count: width)
        var plainTarget = plain.mutableSpan
        Vector.addRows(of: rows.span, to: &plainTarget)
        for column in 0..<width {
            let expected = (0..<6).reduce(0) { $0 + rows[$1 * width + column] }
            #expect(abs(plain[column] - expected) < 1e-14)
        }
    }

    @Test("Vectors without elements are allowed")
    func empty() {
        let none: [Double] = []
        #expect(Vector.dot(none.span, none.span) == 0)
        var products = [1.0, 2.0]
        var target = products.mutableSpan
        Vector.products(ofRows: none.span, with: none.span, into: &target)
        #expect(products == [0, 0])
    }

    @Test(
        "Means of columns do not depend on the number of threads", arguments: [1, 3, 700, 40_000])
    func means(rows: Int) {
        let matrix = Matrix(rows: rows, columns: 5, values: random(rows * 5, seed: 9))
        let serial = matrix.columnMeans(.serial)
        #expect(matrix.columnMeans(Parallel(threads: 2)) == serial)
        #expect(matrix.columnMeans(Parallel(threads: 3)) == serial)
        for column in 0..<5 {
            let expected = matrix.column(column).reduce(0, +) / Double(rows)
            #expect(abs(serial[column] - expected) < 1e-12)
        }
    }

    @Test(
        "Products of rows with rows are dots to the last bit", arguments: [1, 3, 4, 9], [1, 5, 8])
    func rowProducts(m: Int, n: Int) {
        for width in [0, 1, 7, 8, 19, 64] {
            var generator = Xoshiro256(seed: UInt64(m * 100 + n))
            let a = (0..<m * width).map { _ in generator.uniform() - 0.5 }
            let b = (0..<n * width).map { _ in generator.uniform() - 0.5 }
            var c = [Double](repeating: .nan, count: m * n)
            var span = c.mutableSpan
            Vector.products(
                ofRows: a.span, count: m, withRows: b.span, count: n, width: width, into: &span)
            for row in 0..<m {
                for column in 0..<n {
                    let dot = Vector.dot(
                        a.span.extracting(row * width..<(row + 1) * width),
                        b.span.extracting(column * width..<(column + 1) * width))
                    #expect(c[row * n + column].bitPattern == dot.bitPattern)
                }
            }
        }
    }
}
