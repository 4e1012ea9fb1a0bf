import LinearAlgebra
import Testing
import Training
import Workbench

@Suite struct LBFGSTests {
    @Test("Finds the minimum of Rosenbrock's valley", arguments: [2, 5, 20])
    func rosenbrock(dimensions: Int) throws {
        let optimiser = LBFGS(maximumIterations: 1000, gradientTolerance: 1e-10)
        let start = (0..<dimensions).map { $0 % 2 == 0 ? -1.2 : 1 }
        let outcome = try optimiser.minimise(from: start) {
            (x: [Double], gradient: inout [Double]) throws(BancadaError) -> Double in
            var value = 0.0
            for index in gradient.indices { gradient[index] = 0 }
            for index in 0..<dimensions - 1 {
                let bend = x[index + 1] - x[index] * x[index]
                value += 100 * bend * bend + (1 - x[index]) * (1 - x[index])
                gradient[index] += -400 * x[index] * bend - 2 * (1 - x[index])
                gradient[index + 1] += 200 * bend
            }
            return value
        }
        #expect(outcome.isConverged)
        #expect(outcome.point.allSatisfy { abs($0 - 1) < 1e-7 })
        #expect(outcome.iterations < 200)
    }

    @Test("Is done at once at a minimum, and after one step of a round bowl")
    func bowl() throws {
        let optimiser = LBFGS(maximumIterations: 50, gradientTolerance: 1e-12)
        let bowl: LBFGS.Function = { (x: [Double], gradient: inout [Double]) throws(BancadaError) in
            for index in x.indices { gradient[index] = x[index] - 3 }
            return x.reduce(0) { $0 + ($1 - 3) * ($1 - 3) / 2 }
        }
        #expect(try optimiser.minimise(from: [3, 3], bowl).iterations == 0)
        let outcome = try optimiser.minimise(from: [100, -100], bowl)
        #expect(outcome.isConverged && distance(outcome.point, [3, 3]) < 1e-10)
    }

    @Test("Stops at the limit and says so")
    func limit() throws {
        let optimiser = LBFGS(maximumIterations: 3, gradientTolerance: 1e-12)
        var steps: [Int] = []
        let outcome = try optimiser.minimise(from: [5, 1], onStep: { steps.append($0) }) {
            (x: [Double], gradient: inout [Double]) throws(BancadaError) -> Double in
            gradient = [4 * x[0] * x[0] * x[0], 2 * x[1]]
            return x[0] * x[0] * x[0] * x[0] + x[1] * x[1]
        }
        #expect(!outcome.isConverged && outcome.iterations == 3 && steps == [1, 2, 3])
    }

    @Test("A function that is not finite beyond a wall is minimised before it")
    func wall() throws {
        let optimiser = LBFGS(maximumIterations: 100, gradientTolerance: 1e-9)
        let outcome = try optimiser.minimise(from: [0.9]) {
            (x: [Double], gradient: inout [Double]) throws(BancadaError) -> Double in
            guard x[0] < 1 else {
                gradient[0] = .nan
                return .nan
            }
            gradient[0] = -1 / ((1 - x[0]) * (1 - x[0])) * -1 + 8 * (x[0] - 0.5) - 4
            return 1 / (1 - x[0]) + 4 * (x[0] - 0.5) * (x[0] - 0.5) - 4 * x[0]
        }
        #expect(abs(outcome.gradient[0]) < 1e-6)
    }

    @Test("What the function throws comes out")
    func throwing() {
        let optimiser = LBFGS(maximumIterations: 5, gradientTolerance: 0)
        let error = #expect(throws: BancadaError.self) {
            try optimiser.minimise(from: [1]) {
                (_: [Double], _: inout [Double]) throws(BancadaError) -> Double in
                throw BancadaError(.cancelled, "stop")
            }
        }
        #expect(error?.code == .cancelled)
    }
}
