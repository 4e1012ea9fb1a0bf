/// The generator of everything random: xoshiro256**, seeded through SplitMix64.
///
/// Version 1 and fixed: a seed gives the same numbers in every release, on every platform. Goals:
/// repeatable, then sound statistics, then speed; not for secrets.
///
/// Source: Blackman, Vigna (2021), "Scrambled linear pseudorandom number generators", ACM TOMS 47;
/// Steele, Lea, Flood (2014), "Fast splittable pseudorandom number generators", for the seeding.
package struct Xoshiro256: RandomNumberGenerator, Sendable, Equatable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// The generator of a seed; any value is as good as another.
    package init(seed: UInt64) {
        var mixer = SplitMix64(state: seed)
        state = (mixer.next(), mixer.next(), mixer.next(), mixer.next())
    }

    /// The next 64 random bits.
    package mutating func next() -> UInt64 {
        let result = Self.rotate(state.1 &* 5, by: 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = Self.rotate(state.3, by: 45)
        return result
    }

    /// Whether both will give the same numbers.
    package static func == (left: Xoshiro256, right: Xoshiro256) -> Bool {
        left.state == right.state
    }

    private static func rotate(_ value: UInt64, by count: UInt64) -> UInt64 {
        value << count | value >> (64 - count)
    }

    private struct SplitMix64 {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return mixed ^ mixed >> 31
        }
    }
}

/// Draws whose algorithms are fixed here, because the standard library's may change between
/// releases and a seed has to repeat.
extension RandomNumberGenerator {
    /// A number in 0..<1, a multiple of 2^-53, all equally likely.
    package mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// An integer in `0..<bound`, all equally likely.
    ///
    /// Multiply and reject: Lemire (2019), "Fast random integer generation in an interval".
    ///
    /// - Precondition: `bound` is positive.
    package mutating func index(below bound: Int) -> Int {
        precondition(bound > 0, "an index needs a positive bound")
        let bound = UInt64(bound)
        let threshold = (0 &- bound) % bound
        while true {
            let product = next().multipliedFullWidth(by: bound)
            if product.low >= threshold { return Int(product.high) }
        }
    }

    /// Puts the elements in random order, all orders equally likely (Fisher and Yates, from the
    /// last element down).
    package mutating func shuffle<Element>(_ elements: inout [Element]) {
        var remaining = elements.count
        while remaining > 1 {
            let chosen = index(below: remaining)
            remaining -= 1
            elements.swapAt(chosen, remaining)
        }
    }
}
