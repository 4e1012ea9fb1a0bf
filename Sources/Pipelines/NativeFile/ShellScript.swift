import Documents
import Workbench

/// The script of a shell step: `${{ expression }}` has become `${BANCADA_1}` and so on.
///
/// Values never become part of the text. Where `sh` does not expand variables, in single quotes and
/// in here-documents with a quoted end, an expression is refused instead of passed on unread.
struct ShellScript {
    /// The script with variables.
    let text: String
    /// The expressions in order.
    let expressions: [Expression]

    /// The name of the variable of the expression at `index`, from 0.
    static func variable(_ index: Int) -> String { "BANCADA_\(index + 1)" }

    /// Reads a script.
    ///
    /// - Throws: `invalidInput` with line and column.
    init(_ source: String, at place: Expression.Place) throws(BancadaError) {
        guard !source.allSatisfy(\.isWhitespace) else {
            throw BancadaError(
                .invalidInput,
                "\(place.document):\(place.location.line):\(place.location.column): "
                    + "the script is empty")
        }
        var text = ""
        var expressions: [Expression] = []
        var quoting = ShellQuoting()
        for segment in try Template.segments(of: source, at: place) {
            switch segment {
            case .text(let part):
                quoting.read(part)
                text += part
            case .expression(let expression):
                if quoting.isLiteral {
                    throw expression.error(
                        "stands where sh expands nothing, in single quotes or a quoted "
                            + "here-document",
                        hint: "use double quotes around it")
                }
                quoting.readWord()
                text += "${\(Self.variable(expressions.count))}"
                expressions.append(expression)
            }
        }
        self.text = text
        self.expressions = expressions
    }
}

/// Follows the quotes of a script of `sh` (POSIX.1-2017, Shell Command Language, sections 2.2, 2.3,
/// 2.6 and 2.7.4), as far as to know where variables are not expanded.
struct ShellQuoting {
    private enum Context: Equatable {
        case single
        case double
        case backtick
        /// `$( )` or `( )`.
        case command
        /// `$(( ))`, with the open brackets in it.
        case arithmetic(Int)
        case comment
        case heredoc(String, isLiteral: Bool, stripsTabs: Bool)
    }

    private var contexts: [Context] = []
    /// Here-documents that begin after this line.
    private var waiting: [(end: String, isLiteral: Bool, stripsTabs: Bool)] = []
    private var isAtWordStart = true
    /// Whether a backslash stands before what follows.
    private var isEscaped = false
    /// The line of a here-document so far.
    private var line: [UInt8] = []

    /// Whether variables are not expanded here.
    var isLiteral: Bool {
        switch contexts.last {
        case .single?, .heredoc(_, isLiteral: true, _)?: true
        case .heredoc?: line.reversed().prefix { $0 == UInt8(ascii: "\\") }.count % 2 == 1
        default: isEscaped
        }
    }

    /// Goes on over a variable.
    mutating func readWord() {
        isEscaped = false
        isAtWordStart = false
        line.append(UInt8(ascii: "$"))
    }

    /// Goes on over a part of the script.
    mutating func read(_ text: String) {
        let bytes = Array(text.utf8)
        var at = 0
        while at < bytes.count {
            switch contexts.last {
            case .single?: if bytes[at] == UInt8(ascii: "'") { contexts.removeLast() }
            case .comment?:
                if bytes[at] == 0x0A {
                    contexts.removeLast()
                    startLine()
                }
            case .heredoc(let end, _, let stripsTabs)?:
                heredoc(bytes[at], end: end, stripsTabs: stripsTabs)
            case .double?: double(bytes, &at)
            default: code(bytes, &at)
            }
            at += 1
        }
        isEscaped = at > bytes.count
    }

    private mutating func double(_ bytes: [UInt8], _ at: inout Int) {
        switch bytes[at] {
        case UInt8(ascii: "\\"): at += 1
        case UInt8(ascii: "\""): contexts.removeLast()
        case UInt8(ascii: "`"): toggleBacktick()
        case UInt8(ascii: "$"): substitution(bytes, &at)
        default: break
        }
        isAtWordStart = false
    }

    private mutating func code(_ bytes: [UInt8], _ at: inout Int) {
        let byte = bytes[at]
        let wasAtWordStart = isAtWordStart
        isAtWordStart = false
        switch byte {
        case UInt8(ascii: "\\"): at += 1
        case UInt8(ascii: "'"): contexts.append(.single)
        case UInt8(ascii: "\""): contexts.append(.double)
        case UInt8(ascii: "`"): toggleBacktick()
        case UInt8(ascii: "$"): substitution(bytes, &at)
        case UInt8(ascii: "#") where wasAtWordStart: contexts.append(.comment)
        case UInt8(ascii: "("): open()
        case UInt8(ascii: ")"): close(bytes, &at)
        case UInt8(ascii: "<"): redirection(bytes, &at)
        case 0x0A: startLine()
        case 0x20, 0x09, UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"):
            isAtWordStart = true
        default: break
        }
    }

    private mutating func open() {
        isAtWordStart = true
        if case .arithmetic(let depth)? = contexts.last {
            contexts[contexts.count - 1] = .arithmetic(depth + 1)
        } else {
            contexts.append(.command)
        }
    }

    private mutating func close(_ bytes: [UInt8], _ at: inout Int) {
        switch contexts.last {
        case .command?: contexts.removeLast()
        case .arithmetic(let depth)? where depth > 0:
            contexts[contexts.count - 1] = .arithmetic(depth - 1)
        case .arithmetic?:
            contexts.removeLast()
            if at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: ")") { at += 1 }
        default: isAtWordStart = true
        }
    }

    private mutating func toggleBacktick() {
        if let open = contexts.lastIndex(of: .backtick) {
            contexts.removeSubrange(open...)
        } else {
            contexts.append(.backtick)
            isAtWordStart = true
        }
    }

    private mutating func substitution(_ bytes: [UInt8], _ at: inout Int) {
        guard at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "(") else { return }
        at += 1
        if at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "(") {
            at += 1
            contexts.append(.arithmetic(0))
        } else {
            contexts.append(.command)
            isAtWordStart = true
        }
    }

    // MARK: - Here-documents

    private mutating func redirection(_ bytes: [UInt8], _ at: inout Int) {
        isAtWordStart = true
        if case .arithmetic? = contexts.last { return }
        guard at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "<") else { return }
        at += 2
        let stripsTabs = at < bytes.count && bytes[at] == UInt8(ascii: "-")
        if stripsTabs { at += 1 }
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x09 { at += 1 }
        var end: [UInt8] = []
        var isLiteral = false
        var quote: UInt8?
        scan: while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case 0x0A: break scan
            case _ where byte == quote: quote = nil
            case _ where quote != nil: end.append(byte)
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                quote = byte
                isLiteral = true
            case UInt8(ascii: "\\"): isLiteral = true
            case 0x20, 0x09, UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"),
                UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "("), UInt8(ascii: ")"):
                break scan
            default: end.append(byte)
            }
            at += 1
        }
        at -= 1
        if !end.isEmpty || isLiteral {
            waiting.append((String(decoding: end, as: UTF8.self), isLiteral, stripsTabs))
        }
    }

    private mutating func startLine() {
        isAtWordStart = true
        line = []
        guard !waiting.isEmpty else { return }
        let next = waiting.removeFirst()
        contexts.append(
            .heredoc(next.end, isLiteral: next.isLiteral, stripsTabs: next.stripsTabs))
    }

    private mutating func heredoc(_ byte: UInt8, end: String, stripsTabs: Bool) {
        guard byte == 0x0A else { return line.append(byte) }
        let content = stripsTabs ? line.drop { $0 == 0x09 } : line[...]
        line = []
        if content.elementsEqual(end.utf8) {
            contexts.removeLast()
            startLine()
        }
    }
}
