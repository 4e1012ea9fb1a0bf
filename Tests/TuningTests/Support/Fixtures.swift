import LinearAlgebra
import Testing
import Tuning
import Workbench

extension Trial {
    /// A trial that has ended with a value, or failed without one.
    static func ended(_ number: Int, _ values: [JSON.Member], value: Double?) -> Trial {
        Trial(
            number: number, state: value == nil ? .failed : .complete,
            assignment: Assignment(values), value: value, startTime: Timestamp(milliseconds: 0))
    }
}

extension JSON {
    /// The number; not a number for anything else.
    var double: Double {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: .nan
        }
    }
}

/// A function with a known least value, off the middle of its space.
struct TestFunction: Sendable, CustomTestStringConvertible {
    let name: String
    let space: SearchSpace
    let value: @Sendable (Assignment) -> Double

    var testDescription: String { name }

    static let all = [valley, bowl, settings, tree]

    /// Rosenbrock's valley in three dimensions.
    static let valley = box("valley", count: 3, low: -4, high: 7) { x in
        zip(x, x.dropFirst()).reduce(0) { sum, pair in
            let (a, b) = pair
            return sum + 100 * (b - a * a) * (b - a * a) + (1 - a) * (1 - a)
        }
    }

    /// A sum of squares in five dimensions.
    static let bowl = box("bowl", count: 5, low: -3, high: 8) { x in
        x.reduce(0) { $0 + $1 * $1 }
    }

    /// Settings of all kinds.
    static let settings = TestFunction(
        name: "settings",
        space: SearchSpace(dimensions: [
            .init("rate", .float(low: 1e-5, high: 1, scale: .log, step: nil)),
            .init("drop", .float(low: 0, high: 0.6, scale: .linear, step: 0.05)),
            .init("depth", .int(low: 1, high: 12, log: false, step: 1)),
            .init("units", .int(low: 8, high: 512, log: true, step: 1)),
            .init("kind", .categorical(["a", 2, true, "d"])),
            .init("batch", .discrete([16, 32, 64, 128])),
        ])
    ) { v in
        var sum = 10 * abs(ratio(v["rate"]?.double ?? 0, 3e-3))
        sum += 4 * abs((v["drop"]?.double ?? 0) - 0.2)
        sum += 0.3 * abs((v["depth"]?.double ?? 0) - 9)
        sum += abs(ratio(v["units"]?.double ?? 0, 40))
        sum += v["kind"] == 2 ? 0 : 1
        return sum + abs((v["batch"]?.double ?? 0) - 32) / 50
    }

    /// A tree in which the best branch is the narrow one.
    static let tree = TestFunction(
        name: "tree",
        space: SearchSpace(dimensions: [
            .init("model", .categorical(["wide", "narrow"])),
            .init(
                "a", .float(low: -5, high: 5, scale: .linear, step: nil),
                condition: "model == 'wide'"),
            .init(
                "b", .float(low: -5, high: 5, scale: .linear, step: nil),
                condition: "model == 'narrow'"),
            .init(
                "c", .float(low: -5, high: 5, scale: .linear, step: nil),
                condition: "model == 'narrow' && b > 0"),
        ])
    ) { v in
        if v["model"] == "wide" { return 1 + abs((v["a"]?.double ?? 0) - 2) }
        let b = v["b"]?.double ?? 0
        return abs(b - 3) + (v["c"].map { abs($0.double + 3) } ?? 4)
    }

    private static func ratio(_ a: Double, _ b: Double) -> Double {
        // As good as a logarithm for a distance that grows to both sides.
        (a - b) / (a + b)
    }

    private static func box(
        _ name: String, count: Int, low: Double, high: Double,
        _ function: @escaping @Sendable ([Double]) -> Double
    ) -> TestFunction {
        TestFunction(
            name: name,
            space: SearchSpace(
                dimensions: (0..<count).map {
                    .init("x\($0)", .float(low: low, high: high, scale: .linear, step: nil))
                })
        ) { v in function(v.values.map(\.value.double)) }
    }

    /// The least value of a study.
    func least(_ sampler: some Sampler, seed: UInt64, trials: Int) async throws -> Double {
        var history: [Trial] = []
        for number in 0..<trials {
            let assignment = try await sampler.suggest(
                SuggestRequest(
                    space: space, goal: .minimize, history: history, number: number, seed: seed))
            history.append(.ended(number, assignment.values, value: value(assignment)))
        }
        return history.compactMap(\.value).min() ?? .nan
    }
}
