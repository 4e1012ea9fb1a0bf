/// Rounds decimal numbers to the nearest double.
///
/// Goals: exact for every input (ties to even), then speed. A mantissa up to 2^53 with a power of
/// ten within 22 takes one exact operation (Clinger 1990, "How to read floating point numbers
/// accurately", section 4). Others with up to 19 digits are multiplied by 128 bits of the power
/// of five, which decides the rounding but for cases that are told apart (Lemire 2021, "Number
/// parsing at a gigabyte per second", algorithm 1, within powers that fit 128 bits). Those cases,
/// and whatever is beyond, are left to the standard library by the caller.
enum DecimalRounding {
    /// `mantissa` times ten to `power`; nil where this cannot decide.
    @inline(__always)
    static func double(mantissa: UInt64, power: Int) -> Double? {
        if mantissa <= 1 << 53, power >= -22, power <= 22 {
            let whole = Double(mantissa)
            return power < 0 ? whole / powersOfTen[-power] : whole * powersOfTen[power]
        }
        return product(mantissa, power)
    }

    /// 10^0 ... 10^22: the powers of ten that doubles hold exactly.
    static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    private static func product(_ mantissa: UInt64, _ power: Int) -> Double? {
        guard mantissa != 0, abs(power) <= greatestPower else { return nil }
        let shift = mantissa.leadingZeroBitCount
        let normal = mantissa << shift
        let five = powersOfFive[power + greatestPower]
        var (high, low) = normal.multipliedFullWidth(by: five.high)
        // Nine bits below the 55 that are kept: only where all are set can the rest of the power
        // still change the bits that count.
        if high & 0x1FF == 0x1FF {
            let rest = normal.multipliedFullWidth(by: five.low)
            let (sum, overflow) = low.addingReportingOverflow(rest.high)
            low = sum
            if overflow { high &+= 1 }
            if low == .max, power < -27 || power > 55 { return nil }
        }
        let upperBit = high >> 63
        let drop = upperBit + 9
        var bits = high >> drop
        // The exponent of 10^power is floor(power * log2(10)) = (217706 * power) >> 16 here.
        var exponent = (217_706 * power) >> 16 + 63 + Int(upperBit) - shift + 1023
        guard exponent > 0, exponent < 2046 else { return nil }
        // Exactly half-way between two doubles: round to the even one.
        if low <= 1, power >= -4, power <= 23, bits & 3 == 1, bits << drop == high { bits &= ~1 }
        bits = (bits + (bits & 1)) >> 1
        if bits == 1 << 53 {
            bits = 1 << 52
            exponent += 1
        }
        return Double(bitPattern: UInt64(exponent) << 52 | bits & (1 << 52 - 1))
    }

    /// Powers of five up to this one fit 126 bits.
    private static let greatestPower = 54

    /// The upper 128 bits of 5^-54 ... 5^54, the first of them set: cut off for positive powers;
    /// reciprocals rounded up where their product with 64 bits could be exact, else cut off.
    private static let powersOfFive: [(high: UInt64, low: UInt64)] = {
        var positive: [UInt128] = [1]
        for _ in 0..<greatestPower { positive.append((positive.last ?? 1) * 5) }
        let reciprocals = positive.enumerated().dropFirst().reversed().map { power, five in
            reciprocal(of: five) + (power <= 27 ? 1 : 0)
        }
        let normal = positive.map { $0 << $0.leadingZeroBitCount }
        return (reciprocals + normal).map { value in
            (UInt64(truncatingIfNeeded: value >> 64), UInt64(truncatingIfNeeded: value))
        }
    }()

    /// The first 128 bits of 1 / divisor, by long division.
    private static func reciprocal(of divisor: UInt128) -> UInt128 {
        var quotient: UInt128 = 0
        var remainder: UInt128 = 1 << (127 - divisor.leadingZeroBitCount)
        for _ in 0..<128 {
            remainder <<= 1
            quotient <<= 1
            if remainder >= divisor {
                remainder -= divisor
                quotient |= 1
            }
        }
        return quotient
    }
}
