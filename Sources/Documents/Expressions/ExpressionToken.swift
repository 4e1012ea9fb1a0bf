import Workbench

/// A word of an expression.
struct ExpressionToken: Sendable {
    /// The kinds of words.
    enum Kind: Sendable, Equatable {
        case literal(JSON)
        case name(String)
        case symbol(String)
        case end
    }

    let kind: Kind
    /// Its first byte in the text.
    let offset: Int

    /// What it is, for messages.
    var title: String {
        switch kind {
        case .literal(let value): value.compactText
        case .name(let name), .symbol(let name): "\"\(name)\""
        case .end: "the end"
        }
    }

    private static let symbols = [
        "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "-", "+", "*", "/", "%", "(", ")", "[",
        "]", ".", ",", "?", ":",
    ]

    /// The words of a text, the end last.
    static func all(of text: String) throws(ExpressionFailure) -> [ExpressionToken] {
        let bytes = Array(text.utf8)
        var tokens: [ExpressionToken] = []
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            if byte == 0x20 || (0x09...0x0D).contains(byte) {
                at += 1
            } else if isDigit(byte) {
                tokens.append(try number(bytes, &at))
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                tokens.append(try string(bytes, &at))
            } else if isNameStart(byte) {
                tokens.append(name(bytes, &at, after: tokens))
            } else if let symbol = symbols.first(where: { bytes[at...].starts(with: $0.utf8) }) {
                tokens.append(ExpressionToken(kind: .symbol(symbol), offset: at))
                at += symbol.utf8.count
            } else {
                let rest = String(decoding: bytes[at...], as: UTF8.self)
                let hint = byte == UInt8(ascii: "=") ? "compare with \"==\"" : nil
                throw ExpressionFailure(
                    "found \"\(rest.prefix(1))\", which is no operator", at: at, hint: hint)
            }
        }
        tokens.append(ExpressionToken(kind: .end, offset: bytes.count))
        return tokens
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
    }

    /// A name. What follows a dot is a name whatever it says; directly after `tasks.` and
    /// `parameters.` a `-` between characters of a name is part of it, as in the names of tasks:
    /// `tasks.my-task.rows - 1`.
    private static func name(
        _ bytes: [UInt8], _ at: inout Int, after tokens: [ExpressionToken]
    ) -> ExpressionToken {
        let start = at
        let isMember = tokens.last?.kind == .symbol(".")
        let allowsDash = isMember && isRoot(tokens.dropLast())
        while at < bytes.count {
            if isNameStart(bytes[at]) || isDigit(bytes[at]) {
                at += 1
            } else if allowsDash, bytes[at] == UInt8(ascii: "-"), at + 1 < bytes.count,
                isNameStart(bytes[at + 1]) || isDigit(bytes[at + 1])
            {
                at += 2
            } else {
                break
            }
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        let kind: Kind =
            switch text {
            case _ where isMember: .name(text)
            case "true": .literal(.bool(true))
            case "false": .literal(.bool(false))
            case "null": .literal(.null)
            case "in": .symbol("in")
            default: .name(text)
            }
        return ExpressionToken(kind: kind, offset: start)
    }

    /// Whether words end in one of the names whose members have names of the user's.
    private static func isRoot(_ tokens: ArraySlice<ExpressionToken>) -> Bool {
        guard let last = tokens.last,
            last.kind == .name("tasks") || last.kind == .name("parameters")
        else { return false }
        return tokens.dropLast().last?.kind != .symbol(".")
    }

    private static func number(
        _ bytes: [UInt8], _ at: inout Int
    ) throws(ExpressionFailure) -> ExpressionToken {
        let start = at
        while at < bytes.count, isDigit(bytes[at]) { at += 1 }
        var isInteger = true
        if at + 1 < bytes.count, bytes[at] == UInt8(ascii: "."), isDigit(bytes[at + 1]) {
            isInteger = false
            at += 1
            while at < bytes.count, isDigit(bytes[at]) { at += 1 }
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            var end = at + 1
            if end < bytes.count, bytes[end] == UInt8(ascii: "-") || bytes[end] == UInt8(ascii: "+")
            {
                end += 1
            }
            if end < bytes.count, isDigit(bytes[end]) {
                isInteger = false
                while end < bytes.count, isDigit(bytes[end]) { end += 1 }
                at = end
            }
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        if at < bytes.count, isNameStart(bytes[at]) {
            throw ExpressionFailure("the number \(text) runs into a name", at: start)
        }
        if isInteger, let value = Int64(text) {
            return ExpressionToken(kind: .literal(.integer(value)), offset: start)
        }
        guard let value = Double(text), value.isFinite else {
            throw ExpressionFailure("the number \(text) is too large", at: start)
        }
        return ExpressionToken(kind: .literal(.number(value)), offset: start)
    }

    private static func string(
        _ bytes: [UInt8], _ at: inout Int
    ) throws(ExpressionFailure) -> ExpressionToken {
        let start = at
        let quote = bytes[at]
        var content: [UInt8] = []
        at += 1
        while at < bytes.count, bytes[at] != quote {
            guard bytes[at] == UInt8(ascii: "\\"), at + 1 < bytes.count else {
                content.append(bytes[at])
                at += 1
                continue
            }
            switch bytes[at + 1] {
            case UInt8(ascii: "n"): content.append(0x0A)
            case UInt8(ascii: "t"): content.append(0x09)
            case UInt8(ascii: "r"): content.append(0x0D)
            default: content.append(bytes[at + 1])
            }
            at += 2
        }
        guard at < bytes.count else {
            throw ExpressionFailure("a string has no closing quote", at: start)
        }
        at += 1
        let text = String(decoding: content, as: UTF8.self)
        return ExpressionToken(kind: .literal(.string(text)), offset: start)
    }
}
