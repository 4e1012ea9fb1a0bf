/// Correctly rounded division by a power of ten, for decimals whose digits do not fit a double.
///
/// Goals in order: the nearest double, ties to even, as the standard library reads it; then speed
/// for what programs print, 16 or 17 digits with a point among them. One division of 128 by 64 bits
/// gives 63 or 64 bits of the quotient, and its remainder says whether more follow.
package enum DecimalQuotient {
    /// The double nearest to `mantissa` / 10^`power`.
    ///
    /// - Precondition: `power` is within 0...19, so that the result is a normal number.
    package static func nearest(_ mantissa: UInt64, powerOfTen power: Int) -> Double {
        guard mantissa != 0 else { return 0 }
        let divisor = powersOfTen[power]
        // Both with their top bit set; halving the dividend keeps the quotient within 64 bits.
        let dividendShift = mantissa.leadingZeroBitCount
        let divisorShift = divisor.leadingZeroBitCount
        let high = mantissa << dividendShift
        let (quotient, remainder) = (divisor << divisorShift)
            .dividingFullWidth((high >> 1, high << 63))
        // quotient = mantissa / divisor * 2^(63 + dividendShift - divisorShift), cut off.
        let shift = 11 - quotient.leadingZeroBitCount
        let kept = quotient >> UInt64(shift)
        let rest = quotient & (1 << UInt64(shift) - 1)
        let half: UInt64 = 1 << UInt64(shift - 1)
        let isAbove = rest > half || rest == half && (remainder != 0 || kept & 1 == 1)
        let significand = Double(kept + (isAbove ? 1 : 0))
        let exponent = shift - 63 - dividendShift + divisorShift
        return significand * Double(sign: .plus, exponent: exponent, significand: 1)
    }

    private static let powersOfTen: [UInt64] = (0...19).map { power in
        (0..<power).reduce(1) { result, _ in result * 10 }
    }
}
