import LinearAlgebra
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct LogSumExpTests {
    @Test("Small cases by hand")
    func hand() {
        #expect(abs(LogSumExp.of([0, 0]) - log(2)) < 1e-16)
        #expect(LogSumExp.of([1000, -1000]) == 1000)
        #expect(abs(LogSumExp.of([-1000, -1000]) - (log(2) - 1000)) < 1e-12)
        #expect(LogSumExp.of([3]) == 3)
    }

    @Test("Edge cases")
    func edges() {
        #expect(LogSumExp.of([]) == -.infinity)
        #expect(LogSumExp.of([-.infinity, -.infinity]) == -.infinity)
        #expect(LogSumExp.of([.infinity, 0]) == .infinity)
        #expect(LogSumExp.of([0, .nan]).isNaN)
    }

    @Test(
        "Probabilities add up and keep the order",
        arguments: [
            [0.0, 1, 2], [1e300, -1e300, 0], [-745, 0, 745], [5, 5, 5],
        ])
    func softmax(scores: [Double]) {
        var values = [9] + scores + [9]
        var span = values.mutableSpan
        let logSum = LogSumExp.softmax(&span, in: 1..<1 + scores.count)
        #expect(logSum == LogSumExp.of(scores))
        #expect(values.first == 9 && values.last == 9)
        let probabilities = Array(values.dropFirst().dropLast())
        #expect(abs(probabilities.reduce(0, +) - 1) < 1e-15)
        for (a, b) in zip(
            zip(scores, scores.dropFirst()), zip(probabilities, probabilities.dropFirst()))
        {
            #expect((a.0 <= a.1) == (b.0 <= b.1))
        }
    }

    @Test("The sigmoid keeps its digits on both sides", arguments: [0.0, 1, 30, 700, 800, 1e308])
    func sigmoid(x: Double) {
        #expect(abs(LogSumExp.sigmoid(x) + LogSumExp.sigmoid(-x) - 1) < 1e-15)
        #expect(abs(LogSumExp.sigmoid(-x) - exp(-x) / (1 + exp(-x))) <= 1e-16)
        #expect(abs(LogSumExp.softplus(x) - LogSumExp.of([0, x])) <= x * 1e-15)
        #expect(abs(LogSumExp.softplus(-x) - log1p(exp(-x))) <= 1e-16)
    }
}
