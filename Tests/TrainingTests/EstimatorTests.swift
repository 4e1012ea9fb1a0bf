import Documents
import LinearAlgebra
import Testing
import Training
import Workbench

/// What every estimator has to do, for any implementer.
private func checkContract(
    _ estimator: some Estimator, _ x: Matrix, _ y: TargetValues
) throws {
    let fit = try estimator.fit(x, y, context: FitContext(seed: 1))
    for threads in [1, 2, 3] {
        let context = FitContext(seed: 1, parallel: Parallel(threads: threads))
        #expect(try estimator.fit(x, y, context: context).state == fit.state)
    }
    let cancelled = FitContext(isCancelled: { true })
    let error = #expect(throws: BancadaError.self) {
        try estimator.fit(x, y, context: cancelled)
    }
    #expect(error?.code == .cancelled)
}

private func random(_ rows: Int, _ columns: Int, _ seed: UInt64) -> Matrix {
    var generator = Xoshiro256(seed: seed)
    let values = (0..<rows * columns).map { _ in generator.uniform() * 4 - 2 }
    return Matrix(rows: rows, columns: columns, values: values)
}

private func linear(_ fit: EstimatorFit) -> LinearState {
    guard case .linear(let state) = fit.state else {
        return LinearState(coefficients: Matrix([]), intercepts: [])
    }
    return state
}

@Suite struct SoftmaxRegressionTests {
    private func estimator(
        C: Double = 1, tol: Double = 1e-4, intercept: Bool = true, max_iter: Int = 1000
    ) throws -> SoftmaxRegression {
        let given: [String: SettingValue] = [
            "C": .number(C), "tol": .number(tol), "fit_intercept": .boolean(intercept),
            "max_iter": .integer(max_iter),
        ]
        return SoftmaxRegression(try Settings(given, of: SoftmaxRegression.parameters))
    }

    @Test("Agrees with scikit-learn", arguments: 0..<6)
    func reference(index: Int) throws {
        let node = try Fixture.reference("logistic")[index]
        let x = try #require(node["x"]?.matrix)
        let labels = try #require(node["y"]?.labels)
        let classes = try #require(node["classes"]?.double)
        var hasIntercept = true
        if case .bool(let value)? = node["fit_intercept"]?.value { hasIntercept = value }
        let fit = try estimator(
            C: try #require(node["C"]?.double), tol: 1e-12, intercept: hasIntercept
        ).fit(x, .classes(labels, count: Int(classes)), context: FitContext())
        let state = linear(fit)
        #expect(fit.isConverged)
        // Both stop within rounding errors of the minimum; the objective is flat there.
        let coefficients = try #require(node["coefficients"]?.matrix)
        #expect(distance(state.coefficients.values, coefficients.values) < 1e-6)
        let intercepts = try #require(node["intercepts"]?.numbers)
        #expect(distance(state.intercepts, intercepts) < 1e-6)
    }

    @Test("Keeps the contract", arguments: [2, 3, 6])
    func contract(classes: Int) throws {
        let x = random(5000, 11, 3)
        var generator = Xoshiro256(seed: 4)
        let labels = (0..<5000).map { row in
            Int32(min(classes - 1, max(0, Int(x[row, 0] + 2 + generator.uniform()))))
        }
        try checkContract(try estimator(), x, .classes(labels, count: classes))
    }

    @Test("The order of the rows does not matter beyond rounding")
    func order() throws {
        let x = random(300, 4, 5)
        let labels = (0..<300).map { Int32(x[$0, 0] + x[$0, 1] > 0.3 ? 1 : 0) }
        let order = Array((0..<300).reversed())
        let mirrored = Matrix(order.map { Array(x.row($0)) })
        let estimator = try estimator(tol: 1e-11)
        let first = linear(
            try estimator.fit(x, .classes(labels, count: 2), context: FitContext()))
        let second = linear(
            try estimator.fit(
                mirrored, .classes(order.map { labels[$0] }, count: 2), context: FitContext()))
        #expect(distance(first.coefficients.values, second.coefficients.values) < 1e-7)
    }

    @Test("Separable classes stay finite under the penalty")
    func separable() throws {
        let x = Matrix([[-1], [-2], [1], [2]])
        let fit = try estimator(C: 1e6).fit(
            x, .classes([0, 0, 1, 1], count: 2), context: FitContext())
        let weight = linear(fit).coefficients[0, 0]
        #expect(weight.isFinite && weight > 1)
    }

    @Test("Says when it runs out of iterations")
    func iterations() throws {
        let x = random(200, 5, 8)
        let labels = (0..<200).map { Int32(x[$0, 0] > 0 ? 1 : 0) }
        let fit = try estimator(tol: 1e-14, max_iter: 2).fit(
            x, .classes(labels, count: 2), context: FitContext())
        #expect(!fit.isConverged && fit.iterations == 2)
    }

    @Test("Refuses more coefficients than there is room for")
    func tooMany() throws {
        let x = Matrix(rows: 2, columns: 20_001)
        let error = #expect(throws: BancadaError.self) {
            try estimator().fit(x, .classes([0, 999], count: 1000), context: FitContext())
        }
        #expect(error?.code == .invalidInput)
    }

    @Test("Huge features do not overflow")
    func huge() throws {
        let x = Matrix((0..<20).map { [Double($0 % 2 == 0 ? 1 : -1) * 1e150, 1] })
        let labels = (0..<20).map { Int32($0 % 2) }
        let fit = try estimator().fit(x, .classes(labels, count: 2), context: FitContext())
        let isFinite = linear(fit).coefficients.values.allSatisfy { $0.isFinite }
        #expect(isFinite)
    }
}

@Suite struct RidgeRegressionTests {
    private func estimator(alpha: Double, intercept: Bool = true) throws -> RidgeRegression {
        RidgeRegression(
            try Settings(
                ["alpha": .number(alpha), "fit_intercept": .boolean(intercept)],
                of: RidgeRegression.parameters))
    }

    @Test("Agrees with scikit-learn", arguments: 0..<6)
    func reference(index: Int) throws {
        let node = try Fixture.reference("ridge")[index]
        let x = try #require(node["x"]?.matrix)
        let y = try #require(node["y"]?.numbers)
        var hasIntercept = true
        if case .bool(let value)? = node["fit_intercept"]?.value { hasIntercept = value }
        let alpha = try #require(node["alpha"]?.double)
        let fit = try estimator(alpha: alpha, intercept: hasIntercept).fit(
            x, .values(y), context: FitContext())
        let state = linear(fit)
        let coefficients = try #require(node["coefficients"]?.numbers)
        // The last case lies at 1e6: its own digits are worth 1e-10 each.
        #expect(distance(state.coefficients.values, coefficients) < 1e-8)
        let intercept = try #require(node["intercept"]?.double)
        #expect(abs(state.intercepts[0] - intercept) < 1e-8 * max(1, abs(intercept)))
    }

    @Test("Keeps the contract", arguments: [(5000, 12), (20, 50)])
    func contract(rows: Int, columns: Int) throws {
        let x = random(rows, columns, 6)
        let y = (0..<rows).map { 2 * x[$0, 0] - x[$0, 3] + 7 }
        try checkContract(try estimator(alpha: 0.1), x, .values(y))
    }

    @Test("A line by hand")
    func line() throws {
        let x = Matrix([[0], [1], [2], [3]])
        let fit = try estimator(alpha: 0).fit(x, .values([1, 3, 5, 7]), context: FitContext())
        let state = linear(fit)
        #expect(distance(state.coefficients.values + state.intercepts, [2, 1]) < 1e-12)
        #expect(fit.isConverged && fit.iterations == 1)
    }

    @Test("Constant columns have no weight, even without a penalty")
    func constant() throws {
        let x = Matrix([[0, 0], [0, 1], [0, 2], [0, 3]])
        let state = linear(
            try estimator(alpha: 0).fit(x, .values([1, 3, 5, 7]), context: FitContext()))
        #expect(distance(state.coefficients.values, [0, 2]) < 1e-12)
        let flat = linear(
            try estimator(alpha: 1).fit(x, .values([4, 4, 4, 4]), context: FitContext()))
        #expect(flat.coefficients.values == [0, 0] && flat.intercepts == [4])
    }

    @Test(
        "Without a penalty dependent columns are refused",
        arguments: [
            [[1.0, 2], [2, 4], [3, 6], [4, 8]], [[1, 2, 3], [4, 5, 6]],
        ])
    func singular(rows: [[Double]]) throws {
        let y = rows.indices.map(Double.init)
        let error = #expect(throws: BancadaError.self) {
            try estimator(alpha: 0).fit(Matrix(rows), .values(y), context: FitContext())
        }
        #expect(error?.code == .invalidInput)
        #expect(error?.hint == "set a larger alpha, such as '--set alpha=1'")
    }

    @Test("A single row is its own mean")
    func single() throws {
        let state = linear(
            try estimator(alpha: 1).fit(Matrix([[3, 4]]), .values([7]), context: FitContext()))
        #expect(state.intercepts == [7] && state.coefficients.values == [0, 0])
    }

    @Test("Scaling column and weight together changes nothing")
    func scaling() throws {
        let x = random(100, 2, 12)
        let y = (0..<100).map { x[$0, 0] - 3 * x[$0, 1] }
        let scaled = Matrix((0..<100).map { [x[$0, 0] * 1e6, x[$0, 1]] })
        let first = linear(try estimator(alpha: 0).fit(x, .values(y), context: FitContext()))
        let second = linear(try estimator(alpha: 0).fit(scaled, .values(y), context: FitContext()))
        #expect(abs(second.coefficients[0, 0] * 1e6 - first.coefficients[0, 0]) < 1e-9)
    }
}
