package import Workbench

/// A value of a document in which texts may hold `${{ expression }}`.
///
/// A text that is one expression and nothing else has the expression's value, of whatever kind; in
/// any other text each expression becomes text: strings as they are, everything else as JSON.
package indirect enum Template: Sendable, Equatable {
    case literal(JSON)
    case expression(Expression)
    case text([Segment])
    case list([Template])
    case object([Member])

    /// A part of a text.
    package enum Segment: Sendable, Equatable {
        case text(String)
        case expression(Expression)
    }

    /// One member of an object.
    package struct Member: Sendable, Equatable {
        /// The member's name.
        package let name: String
        /// The member's value.
        package let value: Template
    }

    /// Reads the expressions in `node`.
    ///
    /// - Throws: `invalidInput` with document, line and column.
    package init(_ node: Node, document: String) throws(BancadaError) {
        switch node.value {
        case .string(let text):
            let segments = try Self.segments(
                of: text, at: .init(node, document: document))
            switch (segments.count, segments.first) {
            case (0, _): self = .literal(.string(""))
            case (1, .text(let text)?): self = .literal(.string(text))
            case (1, .expression(let expression)?): self = .expression(expression)
            default: self = .text(segments)
            }
        case .array(let items):
            var templates: [Template] = []
            for item in items { templates.append(try Template(item, document: document)) }
            self = templates.allSatisfy(\.isLiteral) ? .literal(node.json) : .list(templates)
        case .object(let members):
            var templates: [Member] = []
            for member in members {
                templates.append(
                    Member(
                        name: member.name, value: try Template(member.value, document: document)))
            }
            self =
                templates.allSatisfy(\.value.isLiteral) ? .literal(node.json) : .object(templates)
        default: self = .literal(node.json)
        }
    }

    /// The parts of a text, in order; no empty texts.
    ///
    /// An expression ends at the first `}}` outside its strings, so that `${{ '${{' }}` writes what
    /// starts one.
    ///
    /// - Throws: `invalidInput` for an expression that does not end or cannot be read.
    package static func segments(
        of text: String, at place: Expression.Place
    ) throws(BancadaError) -> [Segment] {
        guard text.utf8.contains(UInt8(ascii: "$")) else {
            return text.isEmpty ? [] : [.text(text)]
        }
        let bytes = Array(text.utf8)
        var segments: [Segment] = []
        var from = 0
        while let start = Self.opening(in: bytes, from: from) {
            if start > from {
                segments.append(.text(String(decoding: bytes[from..<start], as: UTF8.self)))
            }
            guard let end = Self.closing(in: bytes, from: start + 3) else {
                let location = place.advanced(by: start, in: text).location
                throw BancadaError(
                    .invalidInput,
                    "\(place.document):\(location.line):\(location.column): \"${{\" without "
                        + "\"}}\" in \"\(text.prefix(60))\"",
                    hint: "close the expression with }}")
            }
            var inner = bytes[start + 3..<end].drop(while: Self.isSpace)
            while let last = inner.last, Self.isSpace(last) { inner.removeLast() }
            let expression = String(decoding: inner, as: UTF8.self)
            segments.append(
                .expression(
                    try Expression(
                        parsing: expression, at: place.advanced(by: inner.startIndex, in: text))))
            from = end + 2
        }
        if from < bytes.count {
            segments.append(.text(String(decoding: bytes[from...], as: UTF8.self)))
        }
        return segments
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    private static func opening(in bytes: [UInt8], from start: Int) -> Int? {
        var at = start
        while at + 2 < bytes.count {
            if bytes[at] == UInt8(ascii: "$"), bytes[at + 1] == UInt8(ascii: "{"),
                bytes[at + 2] == UInt8(ascii: "{")
            {
                return at
            }
            at += 1
        }
        return nil
    }

    /// Where the `}}` stands that ends an expression; with a string that does not end, the first.
    private static func closing(in bytes: [UInt8], from start: Int) -> Int? {
        var first: Int?
        var quote: UInt8?
        var at = start
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "}"), at + 1 < bytes.count, bytes[at + 1] == byte {
                if quote == nil { return at }
                first = first ?? at
            } else if let open = quote {
                if byte == UInt8(ascii: "\\") {
                    at += 1
                } else if byte == open {
                    quote = nil
                }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            }
            at += 1
        }
        return first
    }

    /// Whether it holds no expression.
    package var isLiteral: Bool {
        if case .literal = self { return true }
        return false
    }

    /// The paths that its expressions refer to, as `Expression.references`.
    package var references: [[String]] { expressions.flatMap(\.references) }

    /// Its expressions in order.
    package var expressions: [Expression] {
        switch self {
        case .literal: []
        case .expression(let expression): [expression]
        case .text(let segments):
            segments.compactMap { segment in
                if case .expression(let expression) = segment { expression } else { nil }
            }
        case .list(let items): items.flatMap(\.expressions)
        case .object(let members): members.flatMap(\.value.expressions)
        }
    }

    /// Its value; `scope` gives the values of names.
    ///
    /// - Throws: `invalidInput`, as the expressions.
    package func evaluate(_ scope: ExpressionScope) throws(BancadaError) -> JSON {
        switch self {
        case .literal(let value): return value
        case .expression(let expression): return try expression.evaluate(scope)
        case .text(let segments):
            var text = ""
            for segment in segments {
                switch segment {
                case .text(let part): text += part
                case .expression(let expression):
                    text += ExpressionFunctions.text(try expression.evaluate(scope))
                }
            }
            return .string(text)
        case .list(let items):
            var values: [JSON] = []
            for item in items { values.append(try item.evaluate(scope)) }
            return .array(values)
        case .object(let members):
            var values: [JSON.Member] = []
            for member in members {
                values.append(.init(member.name, try member.value.evaluate(scope)))
            }
            return .object(values)
        }
    }
}
