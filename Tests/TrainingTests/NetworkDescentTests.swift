import Documents
import LinearAlgebra
import Testing
import Training
import Workbench

@Suite struct NetworkDescentTests {
    private static func layers(_ node: Node?) throws -> [LinearState] {
        guard case .array(let items)? = node?.value else { return [] }
        return try items.map {
            LinearState(
                coefficients: try #require($0["coefficients"]?.matrix),
                intercepts: try #require($0["intercepts"]?.numbers))
        }
    }

    private static func target(_ node: Node) throws -> TargetValues {
        let classes = try Int(#require(node["classes"]?.double))
        return classes > 0
            ? .classes(try #require(node["y"]?.labels), count: classes)
            : .values(try #require(node["y"]?.numbers))
    }

    private static func rule(_ node: Node) throws -> UpdateRule {
        let rate = try #require(node["lr"]?.double)
        guard case .string("sgd")? = node["optimizer"]?.value else { return .adam(rate: rate) }
        return .descent(
            rate: rate, momentum: try #require(node["momentum"]?.double),
            isNesterov: node["nesterov"]?.json == .bool(true))
    }

    @Test("Takes scikit-learn's steps from the same weights", arguments: 0..<6)
    func reference(index: Int) throws {
        let node = try Fixture.networkReference()[index]
        let x = try #require(node["x"]?.matrix)
        let isTanh = node["activation"]?.json == .string("tanh")
        let before = NetworkState(
            layers: try Self.layers(node["before"]), activation: isTanh ? .tanh : .relu)
        var descent = NetworkDescent(
            before, x: x, y: try Self.target(node), penalty: try #require(node["alpha"]?.double),
            rule: try Self.rule(node), parallel: Parallel(threads: 2))
        let rows = Array(0..<x.rows)
        for expected in try #require(node["losses"]?.numbers) {
            let penalty = descent.penaltyLoss
            let loss = (descent.step(rows.span) + penalty) / Double(x.rows)
            #expect(abs(loss - expected) < 1e-12)
        }
        let after = try Self.layers(node["after"])
        #expect(after.count == descent.state.layers.count)
        for (layer, expected) in zip(descent.state.layers, after) {
            #expect(distance(layer.coefficients.values, expected.coefficients.values) < 1e-10)
            #expect(distance(layer.intercepts, expected.intercepts) < 1e-10)
        }
    }

    /// The objective over all rows with one parameter moved.
    private static func objective(
        _ state: NetworkState, _ x: Matrix, _ y: TargetValues, penalty: Double
    ) -> Double {
        var descent = NetworkDescent(
            state, x: x, y: y, penalty: penalty, rule: .adam(rate: 1), parallel: .serial)
        let rows = Array(0..<x.rows)
        return (descent.evaluate(rows.span).loss + descent.penaltyLoss) / Double(x.rows)
    }

    private static func moved(
        _ state: NetworkState, layer: Int, at place: Int, by step: Double
    ) -> NetworkState {
        var layers = state.layers
        var weights = layers[layer].coefficients
        var biases = layers[layer].intercepts
        if place < weights.values.count {
            weights.values[place] += step
        } else {
            biases[place - weights.values.count] += step
        }
        layers[layer] = LinearState(coefficients: weights, intercepts: biases)
        return NetworkState(layers: layers, activation: state.activation)
    }

    @Test(
        "The gradient is that of finite differences",
        arguments: [0, 2, 3], [Activation.relu, .tanh])
    func gradient(classes: Int, activation: Activation) throws {
        var generator = Xoshiro256(seed: 17)
        let x = Matrix(
            rows: 70, columns: 4, values: (0..<280).map { _ in generator.uniform() * 4 - 2 })
        let y: TargetValues =
            classes == 0
            ? .values((0..<70).map { _ in generator.uniform() * 6 - 3 })
            : .classes((0..<70).map { _ in Int32(generator.index(below: classes)) }, count: classes)
        let outputs = classes > 2 ? classes : 1
        var state = NetworkState.random(
            widths: [4, 5, 3, outputs], activation: activation, using: &generator)
        // With biases of zero, rows without any output lie on the kink of the rectifier.
        state = NetworkState(
            layers: state.layers.map { layer in
                LinearState(
                    coefficients: layer.coefficients,
                    intercepts: layer.intercepts.map { _ in generator.uniform() - 0.5 })
            }, activation: activation)
        var descent = NetworkDescent(
            state, x: x, y: y, penalty: 0.7, rule: .adam(rate: 1), parallel: .serial)
        let rows = Array(0..<70)
        _ = descent.differentiate(rows.span)
        #expect(descent.state == state)
        let step = 1e-6
        for (layer, gradient) in descent.gradient.enumerated() {
            let flat = gradient.coefficients.values + gradient.intercepts
            for place in flat.indices {
                let high = Self.objective(
                    Self.moved(state, layer: layer, at: place, by: step), x, y, penalty: 0.7)
                let low = Self.objective(
                    Self.moved(state, layer: layer, at: place, by: -step), x, y, penalty: 0.7)
                // Central differences lose half of the digits of an objective of about 1.
                #expect(abs((high - low) / (2 * step) - flat[place]) < 1e-7)
            }
        }
    }
}
