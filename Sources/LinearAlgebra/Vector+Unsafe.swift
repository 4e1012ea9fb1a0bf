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
        precondition(rows.count == products.count * width, "the rows do not fit the products")
        unsafe rows.withUnsafeBufferPointer { source in
            unsafe weights.withUnsafeBufferPointer { factors in
                unsafe products.withUnsafeMutableBufferPointer { target in
                    for row in 0..<target.count {
                        guard let x = source.baseAddress, let w = factors.baseAddress
                        else { return unsafe target.update(repeating: 0) }
                        unsafe target[row] = dot(x + row * width, w, width)
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
        let four = sum.lowHalf + sum.highHalf
        let two = four.lowHalf + four.highHalf
        var total = two.x + two.y
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
