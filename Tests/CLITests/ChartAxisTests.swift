import CLI
import Testing

@Suite struct NiceTicksTests {
    @Test(
        "Marks are round numbers inside the bounds",
        arguments: [
            (0.0, 1.0, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]), (0, 100, 5, [0, 20, 40, 60, 80, 100]),
            (-3, 3, 3, [-2, 0, 2]), (0.13, 0.39, 5, [0.15, 0.2, 0.25, 0.3, 0.35]),
            (1e-9, 3e-9, 2, [1e-9, 2e-9, 3e-9]), (1e20, 3e20, 2, [1e20, 2e20, 3e20]),
        ] as [(Double, Double, Int, [Double])])
    func linear(low: Double, high: Double, count: Int, expected: [Double]) {
        let step = NiceTicks.step(from: low, to: high, about: count)
        let ticks = NiceTicks.multiples(of: step, from: low, to: high)
        #expect(ticks.count == expected.count, "\(ticks)")
        for (tick, value) in zip(ticks, expected) {
            #expect(abs(tick - value) <= abs(value) * 1e-12, "\(ticks)")
        }
    }

    @Test(
        "Bounds at the ends of what numbers can say are no trap",
        arguments: [
            (-Double.greatestFiniteMagnitude, Double.greatestFiniteMagnitude),
            (0, .leastNonzeroMagnitude), (1e16, 1e16 + 2), (-1, 1e308),
            (.leastNonzeroMagnitude, .leastNormalMagnitude),
        ] as [(Double, Double)])
    func extremes(low: Double, high: Double) {
        let step = NiceTicks.step(from: low, to: high, about: 5)
        let ticks = NiceTicks.multiples(of: step, from: low, to: high)
        #expect(ticks.count <= 40)
        #expect(ticks.allSatisfy { $0.isFinite })
        #expect(NiceTicks.labels(ticks, step: step).count == ticks.count)
    }

    @Test("Labels have the digits that tell marks apart, and no others")
    func labels() {
        #expect(NiceTicks.labels([0, 0.5, 1], step: 0.5) == ["0.0", "0.5", "1.0"])
        #expect(NiceTicks.labels([0, 20, 40], step: 20) == ["0", "20", "40"])
        #expect(NiceTicks.labels([1e6, 1.5e6], step: 5e5) == ["1.0e6", "1.5e6"])
        #expect(NiceTicks.labels([0, 2e-5], step: 2e-5) == ["0", "2e-5"])
        #expect(NiceTicks.labels([-0.05, 0], step: 0.05) == ["-0.05", "0.00"])
        #expect(
            NiceTicks.labels([0.001, 1, 1000, 1e7], step: nil) == ["0.001", "1", "1000", "1e7"])
    }

    @Test(
        "A logarithmic axis is marked at powers of ten, with more where there are few",
        arguments: [
            (0.001, 1000.0, 8, [0.001, 0.01, 0.1, 1, 10, 100, 1000]),
            (1, 100, 5, [1, 2, 5, 10, 20, 50, 100]), (2, 6, 4, [2, 3, 4, 5, 6]),
            (1e-12, 1, 4, [1e-12, 1e-9, 1e-6, 1e-3, 1]),
        ] as [(Double, Double, Int, [Double])])
    func logarithmic(low: Double, high: Double, count: Int, expected: [Double]) {
        let ticks = NiceTicks.logarithmic(from: low, to: high, about: count)
        #expect(ticks.count == expected.count, "\(ticks)")
        for (tick, value) in zip(ticks, expected) {
            #expect(abs(tick - value) <= value * 1e-9, "\(ticks)")
        }
    }
}

@Suite struct ChartAxisTests {
    @Test("An axis of heights begins and ends at a mark around what it shows")
    func heights() {
        let axis = ChartAxis.heights((0.13, 0.87), isLogarithmic: false, about: 5)
        #expect(axis.low <= 0.13 && axis.high >= 0.87)
        #expect(axis.ticks.first?.value == axis.low && axis.ticks.last?.value == axis.high)
        #expect(axis.position(axis.low) == 0 && axis.position(axis.high) == 1)
    }

    @Test(
        "A single value has room around it",
        arguments: [0.0, 1, -4, 1e-300, 1e300, 123_456_789])
    func single(value: Double) {
        let axis = ChartAxis.heights((value, value), isLogarithmic: false, about: 4)
        #expect(axis.low < value && value < axis.high)
        #expect((0...1).contains(axis.position(value)))
        let places = ChartAxis.places((value, value), isStepwise: true, about: 4)
        #expect(places.low < places.high)
    }

    @Test("A logarithmic axis puts a power of ten between its neighbours")
    func logarithmic() {
        let axis = ChartAxis.heights((0.01, 100), isLogarithmic: true, about: 5)
        #expect(abs(axis.position(1) - 0.5) < 1e-12)
        let alone = ChartAxis.heights((5, 5), isLogarithmic: true, about: 5)
        #expect(alone.low < 5 && alone.high > 5)
    }

    @Test("Steps are marked at whole numbers only")
    func steps() {
        let axis = ChartAxis.places((0, 3), isStepwise: true, about: 8)
        #expect(axis.ticks.map(\.label) == ["0", "1", "2", "3"])
    }
}
