import LinearAlgebra
import Testing

/// The expected numbers are those of Reference/generate.py.
@Suite struct Xoshiro256Tests {
    private static let sequences: [(seed: UInt64, numbers: [UInt64])] = [
        (
            0,
            [
                11_091_344_671_253_066_420, 13_793_997_310_169_335_082, 1_900_383_378_846_508_768,
                7_684_712_102_626_143_532,
            ]
        ),
        (
            1,
            [
                12_966_619_160_104_079_557, 9_600_361_134_598_540_522, 10_590_380_919_521_690_900,
                7_218_738_570_589_545_383,
            ]
        ),
        (
            42,
            [
                1_546_998_764_402_558_742, 6_990_951_692_964_543_102, 12_544_586_762_248_559_009,
                17_057_574_109_182_124_193,
            ]
        ),
        (
            UInt64.max,
            [
                10_328_197_420_357_168_392, 14_156_678_507_024_973_869, 9_357_971_779_955_476_126,
                13_791_585_006_304_312_367,
            ]
        ),
    ]

    @Test("Gives the published sequence of a seed", arguments: sequences)
    func sequence(seed: UInt64, expected: [UInt64]) {
        var generator = Xoshiro256(seed: seed)
        #expect(expected.map { _ in generator.next() } == expected)
    }

    @Test("Draws are fixed for a seed")
    func draws() {
        var uniform = Xoshiro256(seed: 7)
        #expect(
            (0..<3).map { _ in uniform.uniform() } == [
                0.7005764821796896, 0.2787512294737843, 0.8396274618764198,
            ])
        var index = Xoshiro256(seed: 7)
        #expect(
            (0..<12).map { _ in index.index(below: 10) } == [7, 2, 8, 9, 9, 8, 0, 1, 4, 1, 5, 7])
        var shuffler = Xoshiro256(seed: 7)
        var order = Array(0..<10)
        shuffler.shuffle(&order)
        #expect(order == [1, 8, 3, 0, 4, 5, 9, 6, 2, 7])
    }

    @Test("Indices are evenly spread", arguments: [UInt64(1), 2, 3])
    func spread(seed: UInt64) {
        var generator = Xoshiro256(seed: seed)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<70_000 { counts[generator.index(below: 7)] += 1 }
        // Five standard deviations of a binomial around 10,000.
        #expect(counts.allSatisfy { abs($0 - 10_000) < 470 }, "seed \(seed): \(counts)")
    }

    @Test("Shuffling keeps the elements", arguments: [0, 1, 2, 17])
    func shuffle(count: Int) {
        var generator = Xoshiro256(seed: 3)
        var order = Array(0..<count)
        generator.shuffle(&order)
        #expect(order.sorted() == Array(0..<count))
    }

    @Test("An index below one is zero and uses no more than one draw")
    func one() {
        var generator = Xoshiro256(seed: 5)
        #expect(generator.index(below: 1) == 0)
        var other = Xoshiro256(seed: 5)
        _ = other.next()
        #expect(generator == other)
    }
}
