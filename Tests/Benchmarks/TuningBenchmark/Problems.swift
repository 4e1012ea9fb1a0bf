import Foundation
import Workbench

/// A function to search the least value of, with its space.
struct Problem {
    let name: String
    let space: SearchSpace
    let optimum: Double
    let evaluate: (Assignment) -> Double
}

extension Problem {
    /// The 25 problems: test functions on boxes, a network's settings, a tree of algorithms. With a
    /// shift the boxes' middles are not the optima, which would favour priors around the middle.
    static func all(shifted: Bool) -> [Problem] {
        let boxes: [(String, Double, Double, [Int], ([Double]) -> Double, (Int) -> Double)] = [
            ("sphere", -5.12, 5.12, [2, 5, 10], sphere, { _ in 0 }),
            ("rosenbrock", -5, 10, [2, 5, 10], rosenbrock, { _ in 0 }),
            ("rastrigin", -5.12, 5.12, [2, 5, 10], rastrigin, { _ in 0 }),
            ("ackley", -32.768, 32.768, [2, 5, 10], ackley, { _ in 0 }),
            ("griewank", -600, 600, [2, 5, 10], griewank, { _ in 0 }),
            (
                "styblinski-tang", -5, 5, [2, 5, 10], styblinski,
                { -39.16616570377142 * Double($0) }
            ),
            ("levy", -10, 10, [2, 5, 10], levy, { _ in 0 }),
            ("hartmann6", 0, 1, [6], hartmann, { _ in -3.322368011415515 }),
        ]
        // Their optima are off the middle as they are.
        let offCentre = ["styblinski-tang", "hartmann6"]
        var problems: [Problem] = []
        for (name, low, high, sizes, function, optimum) in boxes {
            for size in sizes {
                problems.append(
                    box(
                        name, Array(repeating: (low, high), count: size), optimum(size),
                        shift: shifted && !offCentre.contains(name), function))
            }
        }
        problems.append(
            box("branin", [(-5, 10), (0, 15)], 0.39788735772973816, shift: false, branin))
        return problems + [network, tree]
    }

    private static func box(
        _ name: String, _ bounds: [(Double, Double)], _ optimum: Double, shift: Bool,
        _ function: @escaping ([Double]) -> Double
    ) -> Problem {
        // The box is moved, not the function: the optimum stays inside, off the middle.
        let moved = bounds.enumerated().map { index, bound in
            let share = shift ? [0.31, -0.22, 0.17, -0.37, 0.26][index % 5] : 0
            let by = share * (bound.1 - bound.0)
            return (bound.0 + by, bound.1 + by)
        }
        let dimensions = moved.enumerated().map { index, bound in
            SearchSpace.Dimension(
                "x\(index)",
                .float(low: bound.0, high: bound.1, scale: .linear, step: nil))
        }
        return Problem(
            name: "\(name)-\(bounds.count)", space: SearchSpace(dimensions: dimensions),
            optimum: optimum
        ) { assignment in function(assignment.values.map { number($0.value) }) }
    }

    static func number(_ value: JSON?) -> Double {
        switch value {
        case .integer(let value)?: Double(value)
        case .number(let value)?: value
        default: .nan
        }
    }
}

private func sphere(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 } }

private func rosenbrock(_ x: [Double]) -> Double {
    zip(x, x.dropFirst()).reduce(0) { sum, pair in
        let (a, b) = pair
        return sum + 100 * (b - a * a) * (b - a * a) + (1 - a) * (1 - a)
    }
}

private func rastrigin(_ x: [Double]) -> Double {
    x.reduce(10 * Double(x.count)) { $0 + $1 * $1 - 10 * cos(2 * .pi * $1) }
}

private func ackley(_ x: [Double]) -> Double {
    let n = Double(x.count)
    let squares = x.reduce(0) { $0 + $1 * $1 }
    let waves = x.reduce(0) { $0 + cos(2 * .pi * $1) }
    return -20 * exp(-0.2 * (squares / n).squareRoot()) - exp(waves / n) + 20 + M_E
}

private func griewank(_ x: [Double]) -> Double {
    var product = 1.0
    for (index, value) in x.enumerated() { product *= cos(value / Double(index + 1).squareRoot()) }
    return 1 + sphere(x) / 4000 - product
}

private func styblinski(_ x: [Double]) -> Double {
    0.5 * x.reduce(0) { $0 + pow($1, 4) - 16 * $1 * $1 + 5 * $1 }
}

private func levy(_ x: [Double]) -> Double {
    let w = x.map { 1 + ($0 - 1) / 4 }
    var sum = pow(sin(.pi * w[0]), 2)
    for a in w.dropLast() { sum += (a - 1) * (a - 1) * (1 + 10 * pow(sin(.pi * a + 1), 2)) }
    let last = w[w.count - 1]
    return sum + (last - 1) * (last - 1) * (1 + pow(sin(2 * .pi * last), 2))
}

private func branin(_ x: [Double]) -> Double {
    let curve = x[1] - 5.1 / (4 * .pi * .pi) * x[0] * x[0] + 5 / .pi * x[0] - 6
    return curve * curve + 10 * (1 - 1 / (8 * .pi)) * cos(x[0]) + 10
}

private func hartmann(_ x: [Double]) -> Double {
    let a: [[Double]] = [
        [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8],
        [17, 8, 0.05, 10, 0.1, 14],
    ]
    let p: [[Double]] = [
        [1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381],
    ]
    let weights = [1.0, 1.2, 3.0, 3.2]
    return -(0..<4).reduce(0) { sum, i in
        let inner = (0..<6).reduce(0) { sum, j in
            sum + a[i][j] * pow(x[j] - 1e-4 * p[i][j], 2)
        }
        return sum + weights[i] * exp(-inner)
    }
}

extension Problem {
    /// Settings of a network, of all kinds: which optimiser wants which rate, and so on.
    private static var network: Problem {
        let space = SearchSpace(dimensions: [
            .init("lr", .float(low: 1e-5, high: 1, scale: .log, step: nil)),
            .init("dropout", .float(low: 0, high: 0.6, scale: .linear, step: nil)),
            .init("units", .int(low: 8, high: 512, log: true, step: 1)),
            .init("depth", .int(low: 1, high: 6, log: false, step: 1)),
            .init("act", .categorical(["relu", "tanh", "gelu", "sigmoid"])),
            .init("opt", .categorical(["sgd", "adam", "rms"])),
            .init("batchnorm", .categorical(["no", "yes"])),
        ])
        return Problem(name: "mixed_net-7", space: space, optimum: 0) { v in
            let optimisers = ["sgd": (-1.0, 0.15), "adam": (-2, 0), "rms": (-3, 0.08)]
            let activations = ["relu": 0.10, "tanh": 0.25, "gelu": 0.0, "sigmoid": 0.6]
            let (rate, price) = optimisers[text(v["opt"])] ?? (0, 0)
            var sum = 0.35 * pow(log10(number(v["lr"])) - rate, 2) + price
            sum += activations[text(v["act"])] ?? 0
            sum += 4 * pow(number(v["dropout"]) - 0.2, 2)
            sum += 0.3 * pow(log2(number(v["units"])) - 7, 2) / 4
            sum += 0.08 * pow(number(v["depth"]) - 3, 2)
            return sum + (text(v["batchnorm"]) == "no" ? 0.2 : 0)
        }
    }

    /// A tree: the algorithm decides which settings there are.
    private static var tree: Problem {
        let svm = "model == 'svm'"
        let forest = "model == 'forest'"
        let neighbours = "model == 'knn'"
        let space = SearchSpace(dimensions: [
            .init("model", .categorical(["svm", "forest", "knn"])),
            .init("svm_kernel", .categorical(["linear", "rbf", "poly"]), condition: svm),
            .init("svm_C", .float(low: 1e-3, high: 1e3, scale: .log, step: nil), condition: svm),
            .init(
                "svm_gamma", .float(low: 1e-5, high: 1e1, scale: .log, step: nil),
                condition: "model == 'svm' && svm_kernel != 'linear'"),
            .init("rf_trees", .int(low: 10, high: 500, log: true, step: 1), condition: forest),
            .init("rf_depth", .int(low: 2, high: 20, log: false, step: 1), condition: forest),
            .init(
                "rf_frac", .float(low: 0.1, high: 1, scale: .linear, step: nil), condition: forest),
            .init("knn_k", .int(low: 1, high: 50, log: false, step: 1), condition: neighbours),
            .init(
                "knn_weights", .categorical(["uniform", "distance"]), condition: neighbours),
        ])
        return Problem(name: "cond_tree-9", space: space, optimum: 0.05) { v in
            switch text(v["model"]) {
            case "svm":
                let sum = 0.05 + 0.03 * pow(log10(number(v["svm_C"])) - 1, 2)
                if text(v["svm_kernel"]) == "linear" { return sum + 0.12 }
                return sum + 0.06 * pow(log10(number(v["svm_gamma"])) + 2, 2)
                    + (text(v["svm_kernel"]) == "poly" ? 0.08 : 0)
            case "forest":
                return 0.09 + 0.5 / number(v["rf_trees"])
                    + 0.002 * pow(number(v["rf_depth"]) - 12, 2)
                    + 0.3 * pow(number(v["rf_frac"]) - 0.4, 2)
            default:
                return 0.15 + 0.0008 * pow(number(v["knn_k"]) - 9, 2)
                    + (text(v["knn_weights"]) == "uniform" ? 0.02 : 0)
            }
        }
    }

    private static func text(_ value: JSON?) -> String {
        if case .string(let text)? = value { return text }
        return ""
    }

    /// Ten parameters of all kinds, for the time of a proposal.
    static var tenKinds: SearchSpace {
        var dimensions: [SearchSpace.Dimension] = []
        for index in 0..<3 {
            dimensions.append(
                .init("f\(index)", .float(low: -5, high: 5, scale: .linear, step: nil)))
        }
        for index in 0..<2 {
            dimensions.append(
                .init("l\(index)", .float(low: 1e-5, high: 1, scale: .log, step: nil)))
        }
        for index in 0..<2 {
            dimensions.append(.init("i\(index)", .int(low: 1, high: 100, log: false, step: 1)))
        }
        dimensions.append(.init("il", .int(low: 1, high: 1024, log: true, step: 1)))
        dimensions.append(.init("c0", .categorical(["a", "b", "c", "d"])))
        dimensions.append(.init("c1", .categorical(["x", "y"])))
        return SearchSpace(dimensions: dimensions)
    }
}
