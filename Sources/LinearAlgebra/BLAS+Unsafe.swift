import COpenBLAS

/// OpenBLAS behind checked calls; the only importer of its header.
///
/// One thread always: callers cut large products into `Blocks` and run those on `Parallel`.
/// Matrices are row-major, contiguous, and at most Int32.max in every size.
///
/// OpenBLAS picks its kernels by the type of processor, and they round differently: products repeat
/// to the last bit on processors of one type, and agree to rounding errors between types.
package enum BLAS {
    /// What the library says of itself, such as `OpenBLAS 0.3.21 DYNAMIC_ARCH Haswell`.
    package static let libraryName: String = {
        guard let text = unsafe openblas_get_config() else { return "OpenBLAS" }
        return unsafe String(cString: text)
    }()

    /// Done once, before the first call of the process.
    private static let oneThread: Void = openblas_set_num_threads(1)

    /// `C = A B + beta C` where `A` is m x k (or k x m, transposed) and `B` is k x n (or n x k,
    /// transposed); `C` is m x n.
    ///
    /// - Precondition: the sizes agree.
    package static func multiply(
        _ a: Span<Double>, transposed transposeA: Bool = false, _ b: Span<Double>,
        transposedB transposeB: Bool = false, rows m: Int, columns n: Int, inner k: Int,
        beta: Double = 0, into c: inout MutableSpan<Double>
    ) {
        precondition(a.count == m * k && b.count == k * n && c.count == m * n, "shapes disagree")
        precondition(max(m, n, k) <= Int(Int32.max), "a size is beyond Int32")
        guard m > 0, n > 0 else { return }
        _ = oneThread
        unsafe a.withUnsafeBufferPointer { a in
            unsafe b.withUnsafeBufferPointer { b in
                unsafe c.withUnsafeMutableBufferPointer { c in
                    unsafe cblas_dgemm(
                        CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans,
                        transposeB ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k), 1,
                        a.baseAddress, Int32(max(1, transposeA ? m : k)), b.baseAddress,
                        Int32(max(1, transposeB ? k : n)), beta, c.baseAddress, Int32(n))
                }
            }
        }
    }

    /// `C = A[:, columns]^T B + beta C` where `A` is k x `width`, `B` is k x n and `C` has a row for
    /// each of `columns`, of n elements.
    ///
    /// - Precondition: the sizes agree.
    package static func multiply(
        columns: Range<Int>, ofTransposed a: Span<Double>, width: Int, _ b: Span<Double>,
        columns n: Int, inner k: Int, beta: Double, into c: inout MutableSpan<Double>
    ) {
        precondition(a.count == k * width && b.count == k * n, "shapes disagree")
        precondition(
            columns.lowerBound >= 0 && columns.upperBound <= width
                && c.count == columns.count * n, "shapes disagree")
        precondition(max(width, n, k) <= Int(Int32.max), "a size is beyond Int32")
        guard !columns.isEmpty, n > 0, k > 0 else { return }
        _ = oneThread
        unsafe a.withUnsafeBufferPointer { a in
            unsafe b.withUnsafeBufferPointer { b in
                unsafe c.withUnsafeMutableBufferPointer { c in
                    guard let base = a.baseAddress else { return }
                    unsafe cblas_dgemm(
                        CblasRowMajor, CblasTrans, CblasNoTrans, Int32(columns.count), Int32(n),
                        Int32(k), 1, base + columns.lowerBound, Int32(width), b.baseAddress,
                        Int32(n), beta, c.baseAddress, Int32(n))
                }
            }
        }
    }

    /// Adds `A^T A` to the upper triangle of `gram`; `A` is n x d, `gram` is d x d.
    ///
    /// - Precondition: the sizes agree.
    package static func addGram(
        of a: Span<Double>, rows n: Int, columns d: Int, to gram: inout MutableSpan<Double>
    ) {
        precondition(a.count == n * d && gram.count == d * d, "shapes disagree")
        precondition(max(n, d) <= Int(Int32.max), "a size is beyond Int32")
        guard d > 0 else { return }
        _ = oneThread
        unsafe a.withUnsafeBufferPointer { a in
            unsafe gram.withUnsafeMutableBufferPointer { gram in
                unsafe cblas_dsyrk(
                    CblasRowMajor, CblasUpper, CblasTrans, Int32(d), Int32(n), 1, a.baseAddress,
                    Int32(d), 1, gram.baseAddress, Int32(d))
            }
        }
    }

    /// The Cholesky factor of the symmetric matrix whose upper triangle `a` holds, in place: an
    /// upper triangular `R` with `R^T R = A`; the lower triangle is left alone.
    ///
    /// - Returns: whether the matrix is positive definite; where it is not, `a` is half done.
    package static func factorise(_ a: inout [Double], order: Int) -> Bool {
        precondition(a.count == order * order && order <= Int(Int32.max), "shapes disagree")
        guard order > 0 else { return true }
        _ = oneThread
        // Row-major upper is what Fortran, column-major, calls lower.
        var triangle = CChar(UInt8(ascii: "L"))
        var n = Int32(order)
        var information: Int32 = 0
        unsafe a.withUnsafeMutableBufferPointer { a in
            guard let base = a.baseAddress else { return }
            var leading = n
            unsafe dpotrf_(&triangle, &n, base, &leading, &information)
        }
        return information == 0
    }

    /// Solves `A x = b` in place for the factor that `factorise` left in `factor`; `b` holds
    /// `count` right-hand sides one after the other.
    package static func solve(
        factor: [Double], order: Int, rightHandSides b: inout [Double], count: Int
    ) {
        precondition(factor.count == order * order && b.count == order * count, "shapes disagree")
        precondition(max(order, count) <= Int(Int32.max), "a size is beyond Int32")
        guard order > 0, count > 0 else { return }
        _ = oneThread
        var triangle = CChar(UInt8(ascii: "L"))
        var n = Int32(order)
        var sides = Int32(count)
        var information: Int32 = 0
        unsafe factor.withUnsafeBufferPointer { factor in
            unsafe b.withUnsafeMutableBufferPointer { b in
                guard let matrix = factor.baseAddress, let target = b.baseAddress
                else { return }
                var leadingA = n
                var leadingB = n
                unsafe dpotrs_(
                    &triangle, &n, &sides, matrix, &leadingA, target, &leadingB, &information)
            }
        }
        precondition(information == 0, "the solver refused its arguments")
    }

    /// Whether this processor runs the instructions that the numeric code is compiled for (AVX2
    /// and FMA on x86-64). Ask before anything else of the numeric targets.
    package static var processorIsSupported: Bool { bancada_processor_has_vector_units() }
}
