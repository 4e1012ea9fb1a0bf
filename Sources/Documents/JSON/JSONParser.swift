package import Workbench

/// Reads JSON (RFC 8259) into a tree with places.
///
/// Strict: UTF-8 only, no duplicate names, no trailing text; nesting is bounded, so no input can
/// exhaust the stack. Numbers without fraction and exponent that fit become integers.
package struct JSONParser {
    /// The deepest nesting that is accepted.
    package static let maximumDepth = 128

    private let bytes: [UInt8]
    private let document: String
    private var index = 0
    private var line = 1
    private var lineStart = 0

    /// Reads a whole document.
    ///
    /// - Parameter document: its name in messages.
    /// - Throws: `invalidInput` naming line and column.
    package static func parse(
        _ bytes: [UInt8], document: String
    ) throws(BancadaError) -> Node {
        var parser = JSONParser(bytes: bytes, document: document)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { parser.index = 3 }
        let node = try parser.value(depth: 0)
        parser.skipSpace()
        if parser.index < bytes.count { throw parser.unexpected("the end of the document") }
        return node
    }

    private init(bytes: [UInt8], document: String) {
        self.bytes = bytes
        self.document = document
    }

    private var location: SourceLocation {
        SourceLocation(line: line, column: index - lineStart + 1)
    }

    private func error(_ message: String) -> BancadaError {
        BancadaError(
            .invalidInput, "\(document):\(line):\(index - lineStart + 1): \(message)")
    }

    private func unexpected(_ expected: String) -> BancadaError {
        guard index < bytes.count else { return error("the text ends, expected \(expected)") }
        let byte = bytes[index]
        let found =
            (0x21...0x7E).contains(byte)
            ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
        return error("found \(found), expected \(expected)")
    }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0D: index += 1
            case 0x0A:
                index += 1
                line += 1
                lineStart = index
            default: return
            }
        }
    }

    private mutating func value(depth: Int) throws(BancadaError) -> Node {
        skipSpace()
        guard depth <= Self.maximumDepth else {
            throw error("nested deeper than \(Self.maximumDepth) levels")
        }
        let start = location
        guard index < bytes.count else { throw unexpected("a value") }
        switch bytes[index] {
        case UInt8(ascii: "{"): return Node(.object(try members(depth: depth)), at: start)
        case UInt8(ascii: "["): return Node(.array(try items(depth: depth)), at: start)
        case UInt8(ascii: "\""):
            let first = index + 1
            let text = try string()
            // Escapes are longer than what they write.
            let isWritten = text.utf8.count == index - 1 - first
            let inner = SourceLocation(line: start.line, column: start.column + 1)
            return Node(.string(text), at: start, text: isWritten ? .init(start: inner) : nil)
        case UInt8(ascii: "t"): return Node(try word("true", .bool(true)), at: start)
        case UInt8(ascii: "f"): return Node(try word("false", .bool(false)), at: start)
        case UInt8(ascii: "n"): return Node(try word("null", .null), at: start)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return Node(try number(), at: start)
        default: throw unexpected("a value")
        }
    }

    private mutating func word(
        _ word: String, _ value: Node.Value
    ) throws(BancadaError) -> Node.Value {
        guard bytes[index...].starts(with: word.utf8) else { throw unexpected("a value") }
        index += word.utf8.count
        return value
    }

    private mutating func items(depth: Int) throws(BancadaError) -> [Node] {
        index += 1
        var items: [Node] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return items }
        while true {
            items.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return items }
            guard take(UInt8(ascii: ",")) else { throw unexpected("',' or ']'") }
        }
    }

    private mutating func members(depth: Int) throws(BancadaError) -> [Node.Member] {
        index += 1
        var members: [Node.Member] = []
        var names: Set<String> = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return members }
        while true {
            skipSpace()
            let place = location
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                throw unexpected("a member name in quotes")
            }
            let name = try string()
            guard names.insert(name).inserted else {
                throw error("the member \"\(name)\" is there twice")
            }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw unexpected("':'") }
            let value = try value(depth: depth + 1)
            members.append(Node.Member(name: name, location: place, value: value))
            skipSpace()
            if take(UInt8(ascii: "}")) { return members }
            guard take(UInt8(ascii: ",")) else { throw unexpected("',' or '}'") }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func number() throws(BancadaError) -> Node.Value {
        guard let (number, end) = JSONNumber.scan(bytes, from: index) else {
            throw unexpected("a number")
        }
        index = end
        return number
    }

    private mutating func string() throws(BancadaError) -> String {
        index += 1
        let start = index
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                let text = String(validating: bytes[start..<index], as: UTF8.self)
                guard let text else { throw error("a string is not valid UTF-8") }
                index += 1
                return text
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw error("a control character in a string must be escaped")
            default: index += 1
            }
        }
        throw unexpected("'\"'")
    }

    private mutating func escapedString(from start: Int) throws(BancadaError) -> String {
        var text = Array(bytes[start..<index])
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let result = String(validating: text, as: UTF8.self) else {
                    throw error("a string is not valid UTF-8")
                }
                return result
            case UInt8(ascii: "\\"): try appendEscape(to: &text)
            case 0..<0x20: throw error("a control character in a string must be escaped")
            default: text.append(byte)
            }
        }
        throw unexpected("'\"'")
    }

    private mutating func appendEscape(to text: inout [UInt8]) throws(BancadaError) {
        guard index < bytes.count else { throw unexpected("an escape") }
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            text.append(contentsOf: String(Character(try unicodeEscape())).utf8)
        default: throw error("unknown escape in a string")
        }
    }

    /// The scalar of `\uXXXX`, or of a surrogate pair of two of them; the first `\u` is read.
    private mutating func unicodeEscape() throws(BancadaError) -> Unicode.Scalar {
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        if first < 0xDC00, bytes[index...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) {
            index += 2
            let second = try fourHexDigits()
            let joined = 0x10000 + ((first - 0xD800) << 10) + (second &- 0xDC00)
            if (0xDC00..<0xE000).contains(second), let scalar = Unicode.Scalar(joined) {
                return scalar
            }
        }
        throw error("half of a surrogate pair in a string")
    }

    private mutating func fourHexDigits() throws(BancadaError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard index < bytes.count,
                let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue
            else { throw unexpected("a hexadecimal digit") }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }
}
