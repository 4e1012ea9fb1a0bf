import Workbench

/// Which numbers are elements of a type, and the nearest element to a number.
extension TensorType {
    /// The element that `value` means in this type; nil when it has none.
    ///
    /// Integers must be whole and in range, BOOL is 0 or 1, floating-point types round to nearest
    /// and must stay finite. BYTES has no numbers.
    func element(of value: Double) -> Double? {
        switch self {
        case .fp64: return value.isFinite ? value : nil
        case .fp32:
            let rounded = Double(Float(value))
            return rounded.isFinite ? rounded : nil
        case .fp16:
            let rounded = HalfPrecision.rounded(value)
            return rounded.isFinite ? rounded : nil
        case .bytes: return nil
        default:
            guard let bounds = integerBounds, value == value.rounded(),
                bounds.lower <= value, value <= bounds.upper
            else { return nil }
            // Integers have no negative zero.
            return value == 0 ? 0 : value
        }
    }

    /// The least and the greatest integer of the type as doubles; nil for types of other numbers.
    /// The greatest UINT64 has no double, so its nearest one stands for it.
    private var integerBounds: (lower: Double, upper: Double)? {
        switch self {
        case .bool: (0, 1)
        case .int8: (-128, 127)
        case .int16: (-32_768, 32_767)
        case .int32: (-2_147_483_648, 2_147_483_647)
        case .int64: (-9_223_372_036_854_775_808, 9_223_372_036_854_774_784)
        case .uint8: (0, 255)
        case .uint16: (0, 65_535)
        case .uint32: (0, 4_294_967_295)
        case .uint64: (0, 18_446_744_073_709_551_616)
        case .fp16, .fp32, .fp64, .bytes: nil
        }
    }

    /// Bytes of one element on the wire; nil for BYTES, whose elements carry their own length.
    var elementSize: Int? {
        switch self {
        case .bool, .int8, .uint8: 1
        case .int16, .uint16, .fp16: 2
        case .int32, .uint32, .fp32: 4
        case .int64, .uint64, .fp64: 8
        case .bytes: nil
        }
    }

    /// Whether elements are written without a fraction.
    var isInteger: Bool {
        switch self {
        case .bool, .fp16, .fp32, .fp64, .bytes: false
        default: true
        }
    }
}

/// IEEE 754 binary16, which not every platform of ours has as a type: 11 bits of significand,
/// exponents -14...15, subnormal numbers in steps of 2^-24.
enum HalfPrecision {
    /// The nearest half-precision number, ties to even; infinite beyond the greatest one.
    static func rounded(_ value: Double) -> Double {
        guard value.isFinite, value != 0 else { return value }
        let exponent = max(Int(value.exponent), -14)
        let step = Double(sign: .plus, exponent: exponent - 10, significand: 1)
        let result = (value / step).rounded(.toNearestOrEven) * step
        return result.magnitude > 65_504 ? (value < 0 ? -.infinity : .infinity) : result
    }

    /// The number that 16 bits stand for.
    static func decode(_ bits: UInt16) -> Double {
        let sign: FloatingPointSign = bits >> 15 == 0 ? .plus : .minus
        let exponent = Int(bits >> 10 & 31)
        let fraction = Double(bits & 1023)
        switch exponent {
        case 0: return Double(sign: sign, exponent: -24, significand: fraction)
        case 31: return fraction > 0 ? .nan : sign == .minus ? -.infinity : .infinity
        default: return Double(sign: sign, exponent: exponent - 25, significand: 1024 + fraction)
        }
    }

    /// The bits of the nearest half-precision number.
    static func encode(_ value: Double) -> UInt16 {
        let half = rounded(value)
        let sign: UInt16 = half.sign == .minus ? 0x8000 : 0
        if half.isNaN { return 0x7E00 }
        if half.isInfinite { return sign | 0x7C00 }
        let size = half.magnitude
        if size < 0x1p-14 { return sign | UInt16(size * 0x1p24) }
        let exponent = Int(size.exponent)
        let fraction = UInt16(size.significand * 1024) - 1024
        return sign | UInt16(exponent + 15) << 10 | fraction
    }
}
