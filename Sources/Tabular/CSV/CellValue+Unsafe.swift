/// What a cell of a CSV file can be; a column's flags are the union of its cells'.
struct CellFlags: OptionSet, Sendable {
    let rawValue: UInt8

    /// A whole number of at most 2^53.
    static let integer = CellFlags(rawValue: 1)
    /// Any other number.
    static let number = CellFlags(rawValue: 2)
    /// `true` or `false` in any case.
    static let boolean = CellFlags(rawValue: 4)
    /// None of the others.
    static let text = CellFlags(rawValue: 8)
    /// Nothing, or one of the words for it.
    static let missing = CellFlags(rawValue: 16)
}

/// Reads the bytes of one cell as a number, a boolean or a missing value.
enum CellValue {
    /// What a cell is, and its value: a number, 0 or 1, or not a number.
    ///
    /// Numbers are decimal with an optional sign and exponent, or an infinity in words, exact to
    /// the last bit; the space around them does not matter.
    static func classify(_ cell: UnsafeBufferPointer<UInt8>) -> (flags: CellFlags, value: Double) {
        let bytes = unsafe trimmed(cell)
        guard let first = unsafe bytes.first else { return (.missing, .nan) }
        if first < 0x3A, let number = unsafe DecimalNumber(bytes) {
            return (number.isInteger ? .integer : .number, number.value)
        }
        if unsafe isMissing(bytes) { return (.missing, .nan) }
        switch unsafe lowercased(bytes) {
        case "true": return (.boolean, 1)
        case "false": return (.boolean, 0)
        case "inf", "+inf", "infinity", "+infinity": return (.number, .infinity)
        case "-inf", "-infinity": return (.number, -.infinity)
        default: return (.text, .nan)
        }
    }

    /// The cell without the spaces and tabs around it.
    static func trimmed(_ cell: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var start = 0
        var end = cell.count
        while start < end, unsafe isSpace(cell[start]) { start += 1 }
        while start < end, unsafe isSpace(cell[end - 1]) { end -= 1 }
        return unsafe UnsafeBufferPointer(rebasing: cell[start..<end])
    }

    /// Whether a trimmed cell stands for no value: it is empty or one of the words that pandas
    /// takes for that by default.
    static func isMissing(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = unsafe cell.first else { return true }
        guard cell.count <= 8, firstBytesOfMissing[Int(first)] else { return false }
        var packed: UInt64 = 0
        for index in 0..<cell.count { packed = packed << 8 | UInt64(unsafe cell[index]) }
        return missing.contains(packed)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }

    /// A short cell in lower case; empty where it is longer than any word that is looked for.
    private static func lowercased(_ cell: UnsafeBufferPointer<UInt8>) -> String {
        guard cell.count <= 9 else { return "" }
        let lower = unsafe cell.map { byte in byte >= 65 && byte <= 90 ? byte | 32 : byte }
        return String(decoding: lower, as: UTF8.self)
    }

    private static let missingWords = [
        "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
        "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
    ]

    private static let missing = missingWords.map { word in
        word.utf8.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }

    private static let firstBytesOfMissing: [Bool] = {
        var flags = [Bool](repeating: false, count: 256)
        for word in missingWords { flags[Int(word.utf8.first ?? 0)] = true }
        return flags
    }()
}

/// A decimal number: `[+-] digits [. digits] [e [+-] digits]`, with a digit before or after the
/// point.
struct DecimalNumber {
    /// The nearest double.
    let value: Double
    /// Whether it was written without point and exponent and is at most 2^53.
    let isInteger: Bool

    /// The number that all of `bytes` say; nil when they say none.
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        var reader = unsafe Reader(bytes: bytes)
        guard unsafe reader.run() else { return nil }
        isInteger =
            unsafe reader.isInteger && reader.significantDigits <= 19
            && reader.mantissa <= 1 << 53
        value = unsafe reader.value
    }

    @unsafe private struct Reader {
        let bytes: UnsafeBufferPointer<UInt8>
        var index = 0
        var isNegative = false
        var mantissa: UInt64 = 0
        var significantDigits = 0
        var exponent = 0
        var isInteger = true

        init(bytes: UnsafeBufferPointer<UInt8>) {
            unsafe self.bytes = unsafe bytes
        }

        mutating func run() -> Bool {
            if unsafe take(UInt8(ascii: "-")) {
                unsafe isNegative = true
            } else {
                _ = unsafe take(UInt8(ascii: "+"))
            }
            var digits = unsafe takeDigits()
            if unsafe take(UInt8(ascii: ".")) {
                unsafe isInteger = false
                let fraction = unsafe takeDigits()
                digits += fraction
                unsafe exponent = -fraction
            }
            guard digits > 0 else { return false }
            if unsafe take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
                unsafe isInteger = false
                guard unsafe takeExponent() else { return false }
            }
            return unsafe index == bytes.count
        }

        private mutating func take(_ byte: UInt8) -> Bool {
            guard unsafe index < bytes.count, unsafe bytes[index] == byte else { return false }
            unsafe index += 1
            return true
        }

        private mutating func takeDigits() -> Int {
            let start = unsafe index
            while unsafe index < bytes.count, case let digit = unsafe bytes[index] &- 48,
                digit < 10
            {
                if unsafe significantDigits < 19 {
                    unsafe mantissa = mantissa &* 10 &+ UInt64(digit)
                }
                if unsafe mantissa > 0 { unsafe significantDigits += 1 }
                unsafe index += 1
            }
            return unsafe index - start
        }

        private mutating func takeExponent() -> Bool {
            let isDown = unsafe take(UInt8(ascii: "-"))
            if !isDown { _ = unsafe take(UInt8(ascii: "+")) }
            let start = unsafe index
            var power = 0
            while unsafe index < bytes.count, case let digit = unsafe bytes[index] &- 48,
                digit < 10
            {
                power = min(power * 10 + Int(digit), 1_000_000)
                unsafe index += 1
            }
            unsafe exponent += isDown ? -power : power
            return unsafe index > start
        }

        var value: Double {
            if unsafe significantDigits <= 19,
                let size = unsafe DecimalRounding.double(mantissa: mantissa, power: exponent)
            {
                return unsafe isNegative ? -size : size
            }
            // The grammar is checked above, so the standard library accepts the text.
            return Double(unsafe String(decoding: bytes, as: UTF8.self)) ?? .nan
        }
    }
}

extension DecimalNumber {
    /// The number that all of `text` says; nil when it says none.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        let number = unsafe bytes.withUnsafeBufferPointer { unsafe DecimalNumber($0) }
        guard let number else { return nil }
        self = number
    }
}
