/// Reads numbers of JSON text.
package enum JSONNumber {
    /// The number that starts at `start`, and where it ends; nil when none does.
    ///
    /// A mantissa below 2^53 with a power of ten within 22 is exact by one multiplication or
    /// division (Clinger 1990, "How to read floating point numbers accurately", section 4); the
    /// rest goes through the standard library. Values beyond the greatest finite one are infinite.
    package static func scan(_ bytes: [UInt8], from start: Int) -> (Node.Value, Int)? {
        var scanner = Scanner(bytes: bytes, index: start)
        guard scanner.run() else { return nil }
        return (scanner.value(from: start), scanner.index)
    }

    private struct Scanner {
        let bytes: [UInt8]
        var index: Int
        var negative = false
        var mantissa: UInt64 = 0
        var digits = 0
        var fractionDigits = 0
        var exponent = 0
        var isInteger = true

        mutating func run() -> Bool {
            negative = take(UInt8(ascii: "-"))
            let first = index
            guard takeDigits() > 0 else { return false }
            if bytes[first] == UInt8(ascii: "0"), index - first > 1 { return false }
            if take(UInt8(ascii: ".")) {
                isInteger = false
                fractionDigits = takeDigits()
                if fractionDigits == 0 { return false }
            }
            if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
                isInteger = false
                return takeExponent()
            }
            return true
        }

        private mutating func take(_ byte: UInt8) -> Bool {
            guard index < bytes.count, bytes[index] == byte else { return false }
            index += 1
            return true
        }

        private mutating func takeDigits() -> Int {
            let start = index
            while index < bytes.count, case let digit = bytes[index] &- 48, digit < 10 {
                if digits < 19 { mantissa = mantissa &* 10 &+ UInt64(digit) }
                if mantissa > 0 || digits > 0 { digits += 1 }
                index += 1
            }
            return index - start
        }

        private mutating func takeExponent() -> Bool {
            let down = take(UInt8(ascii: "-"))
            if !down { _ = take(UInt8(ascii: "+")) }
            let start = index
            while index < bytes.count, case let digit = bytes[index] &- 48, digit < 10 {
                exponent = min(exponent * 10 + Int(digit), 100_000)
                index += 1
            }
            if down { exponent = -exponent }
            return index > start
        }

        func value(from start: Int) -> Node.Value {
            if isInteger, digits <= 18 {
                let value = Int64(mantissa)
                // JSON has a negative zero and integers do not.
                if negative, value == 0 { return .number(-0.0) }
                return .integer(negative ? -value : value)
            }
            if isInteger, let value = Int64(text(from: start)) { return .integer(value) }
            let power = exponent - fractionDigits
            if digits <= 19, mantissa <= 1 << 53, abs(power) <= 22 {
                let scale = JSONNumber.powersOfTen[abs(power)]
                let size = power < 0 ? Double(mantissa) / scale : Double(mantissa) * scale
                return .number(negative ? -size : size)
            }
            return .number(Double(text(from: start)) ?? .nan)
        }

        private func text(from start: Int) -> String {
            String(decoding: bytes[start..<index], as: UTF8.self)
        }
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]
}
