/// Kernels over contiguous doubles whose order of operations is fixed: the same numbers in give
/// the same bytes out, wherever the memory lies and however many rows are handled at once.
///
/// Eight lanes accumulate with fused multiply-add and are combined as ((0+4)+(2+6))+((1+5)+(3+7));
/// the elements after the last multiple of eight follow one by one. Never replaced by BLAS level 1
/// or 2, whose order differs between processors and sizes.
package enum Vector {
    private typealias Lanes = SIMD8<Double>

    /// The sum of products.
    ///
    /// - Precondition: equal counts.
    package static func dot(_ a: Span<Double>, _ b: Span<Double>) -> Double {
        precondition(a.count == b.count, "a product needs vectors of equal length")
        return unsafe a.withUnsafeBufferPointer { first in
            unsafe b.withUnsafeBufferPointer { second in
                guard let x = first.baseAddress, let y = second.baseAddress else {
                    return 0
                }
                return unsafe dot(x, y, first.count)
            }
        }
    }

    /// `y += factor * x`.
    ///
    /// - Precondition: equal counts.
    package static func add(
        _ x: Span<Double>, times factor: Double, to y: inout MutableSpan<Double>
    ) {
        precondition(x.count == y.count, "a sum needs vectors of equal length")
        unsafe x.withUnsafeBufferPointer { source in
            unsafe y.withUnsafeMutableBufferPointer { target in
                guard let x = source.baseAddress, let y = target.baseAddress else {
                    return
                }
                unsafe add(x, factor, to: y, source.count)
            }
        }
    }

    /// For every row of `rows` its product with `weights`: rows: n x d, weights: d, products: n.
    ///
    /// - Precondition: the sizes agree.
    package static func products(
        ofRows rows: Span<Double>, with weights: Span<Double>,
        into products: inout MutableSpan<Double>
    ) {
        let width = weights.count
        let count = products.count
        precondition(rows.count == count * width, "the rows do not fit the products")
        unsafe rows.withUnsafeBufferPointer { source in
            unsafe weights.withUnsafeBufferPointer { factors in
                unsafe products.withUnsafeMutableBufferPointer { target in
                    guard let x = source.baseAddress, let w = factors.baseAddress,
                        let target = target.baseAddress
                    else { return unsafe target.update(repeating: 0) }
                    unsafe Self.products(
                        ofRows: x, count, with: w, width, into: target, stride: 1)
                }
            }
        }
    }

    /// `C = A B^T`: a: m x d, b: n x d, c: m x n. Every element is the `dot` of a row of each, to
    /// the last bit, so that a row of `a` has the same products alone or among others.
    ///
    /// - Precondition: the sizes agree.
    package static func products(
        ofRows a: Span<Double>, count m: Int, withRows b: Span<Double>, count n: Int, width: Int,
        into c: inout MutableSpan<Double>
    ) {
        precondition(
            a.count == m * width && b.count == n * width && c.count == m * n,
            "the rows do not fit the products")
        unsafe a.withUnsafeBufferPointer { a in
            unsafe b.withUnsafeBufferPointer { b in
                unsafe c.withUnsafeMutableBufferPointer { c in
                    guard let x = a.baseAddress, let w = b.baseAddress, let c = c.baseAddress
                    else { return unsafe c.update(repeating: 0) }
                    if m == 1 {
                        unsafe products(ofRows: w, n, with: x, width, into: c, stride: 1)
                    } else {
                        for column in 0..<n {
                            unsafe products(
                                ofRows: x, m, with: w + column * width, width, into: c + column,
                                stride: n)
                        }
                    }
                }
            }
        }
    }

    /// `sum += factors[i] * row i`, row after row: rows: n x d, factors: n, sum: d.
    ///
    /// - Precondition: the sizes agree.
    package static func addRows(
        of rows: Span<Double>, times factors: Span<Double>, to sum: inout MutableSpan<Double>
    ) {
        let width = sum.count
        precondition(rows.count == factors.count * width, "the rows do not fit the factors")
        unsafe rows.withUnsafeBufferPointer { source in
            unsafe factors.withUnsafeBufferPointer { weights in
                unsafe sum.withUnsafeMutableBufferPointer { target in
                    guard let x = source.baseAddress, let y = target.baseAddress
                    else { return }
                    for row in 0..<weights.count {
                        unsafe add(x + row * width, weights[row], to: y, width)
                    }
                }
            }
        }
    }

    /// `sum += row i` for every row, row after row: rows: n x d, sum: d.
    ///
    /// - Precondition: `rows` is a whole number of rows.
    package static func addRows(of rows: Span<Double>, to sum: inout MutableSpan<Double>) {
        let width = sum.count
        guard width > 0 else { return }
        precondition(rows.count % width == 0, "the rows are not whole")
        unsafe rows.withUnsafeBufferPointer { source in
            unsafe sum.withUnsafeMutableBufferPointer { target in
                guard let x = source.baseAddress, let y = target.baseAddress else {
                    return
                }
                for row in 0..<rows.count / width {
                    unsafe add(x + row * width, 1, to: y, width)
                }
            }
        }
    }

    /// The `dot` of each row with `w`, four at a time: they wait for each other's additions no more.
    private static func products(
        ofRows x: UnsafePointer<Double>, _ count: Int, with w: UnsafePointer<Double>, _ width: Int,
        into target: UnsafeMutablePointer<Double>, stride: Int
    ) {
        let whole = width & ~7
        var row = 0
        while row + 4 <= count {
            let first = unsafe x + row * width
            let second = unsafe first + width
            let third = unsafe second + width
            let fourth = unsafe third + width
            var sums = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
            var index = 0
            while index < whole {
                let factors = unsafe load(w + index)
                unsafe sums.0.addProduct(load(first + index), factors)
                unsafe sums.1.addProduct(load(second + index), factors)
                unsafe sums.2.addProduct(load(third + index), factors)
                unsafe sums.3.addProduct(load(fourth + index), factors)
                index += 8
            }
            let place = unsafe target + row * stride
            unsafe place[0] = finish(sums.0, first, w, whole, width)
            unsafe place[stride] = finish(sums.1, second, w, whole, width)
            unsafe place[2 * stride] = finish(sums.2, third, w, whole, width)
            unsafe place[3 * stride] = finish(sums.3, fourth, w, whole, width)
            row += 4
        }
        while row < count {
            unsafe target[row * stride] = dot(x + row * width, w, width)
            row += 1
        }
    }

    @inline(__always)
    private static func dot(
        _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ count: Int
    ) -> Double {
        var sum = Lanes.zero
        let whole = count & ~7
        var index = 0
        while index < whole {
            unsafe sum.addProduct(load(x + index), load(y + index))
            index += 8
        }
        return unsafe finish(sum, x, y, whole, count)
    }

    /// The lanes' sum and the products from `start` on.
    @inline(__always)
    private static func finish(
        _ sum: Lanes, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ start: Int,
        _ count: Int
    ) -> Double {
        let four = sum.lowHalf + sum.highHalf
        let two = four.lowHalf + four.highHalf
        var total = two.x + two.y
        var index = start
        while index < count {
            total = unsafe total.addingProduct(x[index], y[index])
            index += 1
        }
        return total
    }

    @inline(__always)
    private static func add(
        _ x: UnsafePointer<Double>, _ factor: Double, to y: UnsafeMutablePointer<Double>,
        _ count: Int
    ) {
        let factors = Lanes(repeating: factor)
        let whole = count & ~7
        var index = 0
        while index < whole {
            var sum = unsafe load(UnsafePointer(y + index))
            unsafe sum.addProduct(factors, load(x + index))
            unsafe UnsafeMutableRawPointer(y + index).storeBytes(of: sum, as: Lanes.self)
            index += 8
        }
        while index < count {
            unsafe y[index] = y[index].addingProduct(factor, x[index])
            index += 1
        }
    }

    @inline(__always)
    private static func load(_ pointer: UnsafePointer<Double>) -> Lanes {
        unsafe UnsafeRawPointer(pointer).loadUnaligned(as: Lanes.self)
    }
}
