/// A place in JSON text, and the tokens that infer requests are made of.
///
/// Reads the same values as `JSONParser` or nothing at all. The text is passed to each call, since
/// a span cannot be kept.
struct ByteCursor {
    /// The member names of infer requests; each fits into eight bytes, so that it compares as one
    /// integer.
    enum Key: UInt64 {
        case id = 0x6964
        case inputs = 0x696E_7075_7473
        case outputs = 0x6F_7574_7075_7473
        case name = 0x6E61_6D65
        case shape = 0x73_6861_7065
        case datatype = 0x6461_7461_7479_7065
        case data = 0x6461_7461
    }

    private var index = 0
    /// The bytes of the string that is being read, kept for their memory.
    private var scratch: [UInt8] = []

    private mutating func skipSpace(_ bytes: Span<UInt8>) {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    /// Steps over `byte` and the space before it; false, and no step but over space, when something
    /// else is there.
    mutating func take(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        skipSpace(bytes)
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    /// Whether only space is left.
    mutating func isAtEnd(_ bytes: Span<UInt8>) -> Bool {
        skipSpace(bytes)
        return index == bytes.count
    }

    /// Steps over a member's name and its colon; nil when it is none that is known.
    mutating func key(_ bytes: Span<UInt8>) -> Key? {
        guard take(UInt8(ascii: "\""), bytes) else { return nil }
        var packed: UInt64 = 0
        var length = 0
        while index < bytes.count, length <= 8 {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") {
                return take(UInt8(ascii: ":"), bytes) ? Key(rawValue: packed) : nil
            }
            // A control character is not JSON, and a leading zero byte would vanish when packed.
            if byte < 0x20 { return nil }
            packed = packed << 8 | UInt64(byte)
            length += 1
        }
        return nil
    }

    /// Steps over `null`.
    mutating func takeNull(_ bytes: Span<UInt8>) -> Bool {
        skipSpace(bytes)
        guard index + 4 <= bytes.count, bytes[index] == UInt8(ascii: "n"),
            bytes[index + 1] == UInt8(ascii: "u"), bytes[index + 2] == UInt8(ascii: "l"),
            bytes[index + 3] == UInt8(ascii: "l")
        else { return false }
        index += 4
        return true
    }

    /// A string without escapes.
    mutating func string(_ bytes: Span<UInt8>) -> String? {
        guard take(UInt8(ascii: "\""), bytes) else { return nil }
        scratch.removeAll(keepingCapacity: true)
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: scratch, as: UTF8.self)
            case UInt8(ascii: "\\"), 0..<0x20: return nil
            default: scratch.append(byte)
            }
        }
        return nil
    }

    /// An integer from 0 on with at most nine digits.
    mutating func size(_ bytes: Span<UInt8>) -> Int? {
        skipSpace(bytes)
        let start = index
        var value = 0
        while index < bytes.count, case let digit = bytes[index] &- 48, digit < 10 {
            value = value &* 10 &+ Int(digit)
            index += 1
        }
        let length = index - start
        guard length == 1 || (2...9).contains(length) && bytes[start] != UInt8(ascii: "0")
        else { return nil }
        return value
    }

    /// A number; nil, and no step, when there is none or it is an integer of more than 18 digits.
    ///
    /// One exact operation where that is possible, as in `JSONNumber` (Clinger 1990), else one long
    /// division, which is how most numbers with 16 or 17 digits are read, else the standard
    /// library: always the nearest double.
    mutating func number(_ bytes: Span<UInt8>) -> Double? {
        skipSpace(bytes)
        let start = index
        let value = unsignedNumber(bytes)
        if value == nil { index = start }
        return value
    }

    private mutating func unsignedNumber(_ bytes: Span<UInt8>) -> Double? {
        let start = index
        let negative = index < bytes.count && bytes[index] == UInt8(ascii: "-")
        if negative { index += 1 }
        let first = index
        var mantissa: UInt64 = 0
        let whole = digits(bytes, into: &mantissa)
        guard whole > 0, whole == 1 || bytes[first] != UInt8(ascii: "0") else { return nil }
        var fraction = 0
        var exponent = 0
        var isInteger = true
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            isInteger = false
            index += 1
            fraction = digits(bytes, into: &mantissa)
            guard fraction > 0 else { return nil }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            guard let power = self.exponent(bytes) else { return nil }
            exponent = power
        }
        // Long integers are exact in the decoder and would not be here.
        if isInteger, whole > 18 { return nil }
        let power = exponent - fraction
        let digitsFit = whole + fraction <= 19
        if digitsFit, isInteger || mantissa <= 1 << 53 && (-22...22).contains(power) {
            let size = Double(mantissa)
            let value =
                power < 0
                ? size / Self.powersOfTen[-power]
                : power == 0 ? size : size * Self.powersOfTen[power]
            return negative ? -value : value
        }
        if digitsFit, !isInteger, (-19...0).contains(power) {
            let size = DecimalQuotient.nearest(mantissa, powerOfTen: -power)
            return negative ? -size : size
        }
        return library(bytes, from: start)
    }

    private mutating func digits(_ bytes: Span<UInt8>, into mantissa: inout UInt64) -> Int {
        let start = index
        while index < bytes.count, case let digit = bytes[index] &- 48, digit < 10 {
            mantissa = mantissa &* 10 &+ UInt64(digit)
            index += 1
        }
        return index - start
    }

    /// The power after an `e`, which must have at most four digits.
    private mutating func exponent(_ bytes: Span<UInt8>) -> Int? {
        index += 1
        var negative = false
        if index < bytes.count,
            bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+")
        {
            negative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        var value: UInt64 = 0
        let count = digits(bytes, into: &value)
        guard (1...4).contains(count) else { return nil }
        return negative ? -Int(value) : Int(value)
    }

    private mutating func library(_ bytes: Span<UInt8>, from start: Int) -> Double? {
        scratch.removeAll(keepingCapacity: true)
        for position in start..<index { scratch.append(bytes[position]) }
        return Double(String(decoding: scratch, as: UTF8.self))
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]
}
