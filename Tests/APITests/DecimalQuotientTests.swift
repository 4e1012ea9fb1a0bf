import API
import Testing

@Suite("Division by powers of ten")
struct DecimalQuotientTests {
    @Test("Gives the nearest double, as the standard library reads it", arguments: 1...8)
    func nearest(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20_000 {
            let digits = Int.random(in: 1...19, using: &generator)
            let text = (0..<digits).map { _ in String(Int.random(in: 0...9, using: &generator)) }
            let mantissa = UInt64(text.joined()) ?? 0
            let power = Int.random(in: 0...19, using: &generator)
            #expect(
                DecimalQuotient.nearest(mantissa, powerOfTen: power)
                    == Double("\(mantissa)e-\(power)"), "seed \(seed): \(mantissa)e-\(power)")
        }
    }

    @Test("Rounds ties to even and carries into the next power of two")
    func edges() {
        let cases: [(UInt64, Int)] = [
            (0, 5), (1, 0), (1, 19), (9_007_199_254_740_993, 0), (9_007_199_254_740_995, 0),
            (90_071_992_547_409_930, 1), (90_071_992_547_409_931, 1), (.max, 0), (.max, 19),
            (18_446_744_073_709_550_592, 0), (18_446_744_073_709_550_591, 0),
            (4_503_599_627_370_497_5, 1), (9_999_999_999_999_999_999, 19),
        ]
        for (mantissa, power) in cases {
            #expect(
                DecimalQuotient.nearest(mantissa, powerOfTen: power)
                    == Double("\(mantissa)e-\(power)"), "\(mantissa)e-\(power)")
        }
    }

    @Test("Reads back what prints as the shortest text", arguments: 1...4)
    func roundTrip(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20_000 {
            let value = Double.random(in: 0.001..<1_000, using: &generator)
            let parts = value.description.split(separator: ".")
            guard parts.count == 2, let mantissa = UInt64(parts.joined()) else { continue }
            #expect(DecimalQuotient.nearest(mantissa, powerOfTen: parts[1].count) == value)
        }
    }
}
