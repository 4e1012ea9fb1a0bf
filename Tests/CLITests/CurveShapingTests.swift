import CLI
import Testing

@Suite struct CurveShapingTests {
    @Test("Smoothing is the weighted mean of what came, corrected for the start")
    func smoothing() {
        let smoothed = CurveShaping.smoothed([1, 2, 3], weight: 0.5)
        // By hand: 1; (0.5 + 2) / 1.5; (0.25 + 1 + 3) / 1.75.
        let expected = [1.0, 2.5 / 1.5, 4.25 / 1.75]
        #expect(zip(smoothed, expected).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(CurveShaping.smoothed([4, 4, 4], weight: 0.99).allSatisfy { abs($0 - 4) < 1e-12 })
        #expect(CurveShaping.smoothed([1, 5], weight: 0) == [1, 5])
    }

    @Test("What is no number stays, and weighs nothing")
    func gaps() {
        let smoothed = CurveShaping.smoothed([1, .nan, 2], weight: 0.5)
        #expect(smoothed[1].isNaN)
        #expect(abs(smoothed[2] - 2.5 / 1.5) < 1e-12)
    }

    @Test("A long history keeps the extremes of every column")
    func sampling() {
        let points = (0..<100_000).map { index in
            Chart.Point(x: Double(index), y: index == 54_321 ? 1000 : index == 7 ? -9 : 0)
        }
        let axis = ChartAxis.places((0, 99_999), isStepwise: true, about: 5)
        let sampled = CurveShaping.sampled(points, columns: 300, axis: axis)
        #expect(sampled.count <= 1200)
        #expect(sampled.contains { $0.y == 1000 && $0.x == 54_321 })
        #expect(sampled.contains { $0.y == -9 })
        #expect(sampled.first?.x == 0 && sampled.last?.x == 99_999)
        #expect(zip(sampled, sampled.dropFirst()).allSatisfy { $0.x <= $1.x })
    }

    @Test("A short history stays as it is, and a gap as wide as a column stays a gap")
    func sampledGaps() {
        let axis = ChartAxis.places((0, 999), isStepwise: true, about: 5)
        let short = (0..<10).map { Chart.Point(x: Double($0), y: 1) }
        #expect(CurveShaping.sampled(short, columns: 10, axis: axis) == short)
        let long = (0..<1000).map { index in
            Chart.Point(x: Double(index), y: (400..<600).contains(index) ? .nan : 1)
        }
        let sampled = CurveShaping.sampled(long, columns: 10, axis: axis)
        #expect(sampled.contains { $0.y.isNaN })
    }
}

@Suite struct ChartTests {
    private func chart(_ values: [Double], isLogarithmic: Bool) -> Chart {
        Chart(
            title: "m", xTitle: "step", isStepwise: true, isLogarithmic: isLogarithmic,
            series: [
                .init(
                    name: "a",
                    points: values.enumerated().map { .init(x: Double($0), y: $1) })
            ])
    }

    @Test("What has no place is a gap, counted by its reason")
    func gaps() {
        let values = [1, 0, -2, .nan, .infinity, .greatestFiniteMagnitude, 3]
        let linear = chart(values, isLogarithmic: false)
        #expect(linear.gaps == Chart.Gaps(notFinite: 3, notPositive: 0))
        let logarithmic = chart(values, isLogarithmic: true)
        #expect(logarithmic.gaps == Chart.Gaps(notFinite: 3, notPositive: 2))
        #expect(logarithmic.series[0].points.filter { $0.y.isFinite }.map(\.y) == [1, 3])
        #expect(logarithmic.series[0].last == 3)
    }
}
