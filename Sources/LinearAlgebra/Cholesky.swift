/// The Cholesky factorisation of a symmetric positive definite matrix, and solutions from it.
package struct Cholesky: Sendable {
    /// The order of the matrix.
    package let order: Int
    private let factor: [Double]

    /// Factorises the symmetric matrix whose upper triangle is given; the rest is not read.
    ///
    /// Nil where the matrix is not positive definite to working precision: a pivot that is left
    /// with less than `order` rounding errors of the diagonal element it came from carries no
    /// digits, and a solution would be noise.
    ///
    /// - Precondition: `upper` is square.
    package init?(upper: Matrix) {
        precondition(upper.rows == upper.columns, "only square matrices have a factorisation")
        let order = upper.rows
        var factor = upper.values
        guard BLAS.factorise(&factor, order: order) else { return nil }
        for index in 0..<order {
            let pivot = factor[index * order + index]
            let diagonal = upper[index, index]
            guard pivot * pivot > Double(order) * Double.ulpOfOne * diagonal else { return nil }
        }
        self.order = order
        self.factor = factor
    }

    /// The x of `A x = b`.
    ///
    /// - Precondition: `b` has as many elements as the matrix has rows.
    package func solve(_ b: [Double]) -> [Double] {
        precondition(b.count == order, "the right-hand side does not fit the matrix")
        var x = b
        BLAS.solve(factor: factor, order: order, rightHandSides: &x, count: 1)
        return x
    }
}
