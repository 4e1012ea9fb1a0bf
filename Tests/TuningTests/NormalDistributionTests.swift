import Testing
import Tuning

/// The expected numbers are those of Reference/normal.py.
@Suite struct NormalDistributionTests {
    @Test(
        "Probabilities are right to the last digits in both tails",
        arguments: [
            (-300.0, -45006.622732118663), (-40.0, -804.60844201375379),
            (-20.5, -214.0667289632638), (-19.5, -194.0169657774975),
            (-5.0, -15.064998393988726), (-1.0, -1.8410216450092635),
            (-0.1, -0.77615459273027332), (0.0, -0.69314718055994531),
            (0.5, -0.36894641528865639), (3.0, -0.0013508099647481938),
            (5.5, -1.8989562646189463e-8), (8.0, -6.2209605742717861e-16),
        ])
    func probability(x: Double, expected: Double) {
        let found = NormalDistribution.logProbability(x)
        // The rounding of x / sqrt(2) alone moves the upper tail by x^2 ulps.
        #expect(abs(found - expected) <= 1e-14 * abs(expected), "\(found)")
    }

    @Test(
        "The mass between two points keeps its digits far from the middle",
        arguments: [
            (-1.0, 1.0, -0.38171514630212607), (-0.25, 30.0, -0.51298407540943043),
            (4.0, 5.0, -10.369193541521652), (30.0, 31.0, -454.32124395634325),
            (-100.0, -99.5, -4955.6441971594259), (0.0, 0.001, -7.8266939788534653),
            (-9.0, 9.0, -2.2571768119076813e-19), (12.0, 12.5, -75.412776310697438),
        ])
    func mass(low: Double, high: Double, expected: Double) {
        let found = NormalDistribution.logMass(low, high)
        // A narrow mass is a difference: its error is that of the probabilities over the width.
        #expect(abs(found - expected) <= 1e-12 * abs(expected) + 1e-30, "\(found)")
    }

    @Test(
        "The quantile undoes the probability",
        arguments: [-800.0, -710, -690, -100, -20, -5, -1, -0.5, -0.1, -1e-3, -1e-9])
    func inverse(logProbability: Double) {
        let x = NormalDistribution.quantile(logProbability: logProbability)
        let again = NormalDistribution.logProbability(x)
        #expect(abs(again - logProbability) <= 1e-13 * abs(logProbability), "\(x): \(again)")
    }

    @Test("What has no value says so")
    func edges() {
        #expect(NormalDistribution.logProbability(-.infinity) == -.infinity)
        #expect(NormalDistribution.logProbability(.infinity) == 0)
        #expect(NormalDistribution.logProbability(.nan).isNaN)
        #expect(NormalDistribution.logMass(1, 1) == -.infinity)
        #expect(NormalDistribution.logMass(.nan, 1).isNaN)
        #expect(NormalDistribution.quantile(logProbability: 0) == .infinity)
    }
}

/// The expected numbers are those of Reference/normal.py.
@Suite struct TruncatedNormalTests {
    @Test(
        "Quantiles lie where the share lies below",
        arguments: [
            (0.5, 0.0, 1.0, -1.0, 1.0, 0), (0.1, 0, 1, -1, 2, -0.7046478210947452),
            (0.001, 0.5, 0.1, 0, 1, 0.19098526457382482),
            (0.999, 0, 0.01, 0, 1, 0.032905267314918948), (0.3, 0, 1, 10, 12, 10.03526003958893),
            (0.3, 0, 1, -12, -10, -10.118538515603848), (0.7, 3, 100, 0, 1, 0.7000255490238115),
            (0.5, 0, 1, 38, 39, 38.018223745586278),
        ])
    func quantile(
        share: Double, mean: Double, deviation: Double, low: Double, high: Double, expected: Double
    ) {
        let found = TruncatedNormal(mean: mean, deviation: deviation, low: low, high: high)
            .quantile(share)
        #expect(abs(found - expected) <= 1e-12 * max(1, abs(expected)), "\(found)")
    }

    @Test("The density integrates to the probability", arguments: [(0.2, 0.1), (0, 3), (1, 0.02)])
    func integral(mean: Double, deviation: Double) {
        let normal = TruncatedNormal(mean: mean, deviation: deviation, low: 0, high: 1)
        var sum = 0.0
        let count = 20_000
        for index in 0..<count {
            let x = (Double(index) + 0.5) / Double(count)
            sum += exponential(normal.logDensity(x)) / Double(count)
        }
        #expect(abs(sum - 1) < 1e-6, "\(sum)")
        #expect(abs(normal.logProbability(normal.quantile(0.25)) + 1.386294361119890619) < 1e-9)
    }

    @Test("Nothing lies outside")
    func outside() {
        let normal = TruncatedNormal(mean: 0.5, deviation: 0.2, low: 0, high: 1)
        #expect(normal.logDensity(-0.001) == -.infinity)
        #expect(normal.logDensity(1.001) == -.infinity)
        #expect(normal.quantile(0) == 0)
        #expect(normal.quantile(1) == 1)
    }

    private func exponential(_ x: Double) -> Double {
        // Square and multiply over a short series: the tests import no mathematics.
        var result = 1.0
        var term = 1.0
        let reduced = x / 1024
        for order in 1...20 {
            term *= reduced / Double(order)
            result += term
        }
        for _ in 0..<10 { result *= result }
        return result
    }
}
