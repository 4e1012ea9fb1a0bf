import Workbench

/// Reads an expression by precedence climbing.
struct ExpressionParser {
    private let tokens: [ExpressionToken]
    private var position = 0
    private var depth = 0

    /// A parser of `text`.
    init(_ text: String) throws(ExpressionFailure) {
        tokens = try ExpressionToken.all(of: text)
    }

    /// The whole text as one expression.
    mutating func parse() throws(ExpressionFailure) -> ExpressionTree {
        if case .end = peek.kind {
            throw ExpressionFailure("is empty", at: 0, hint: "write a value or a comparison")
        }
        let tree = try conditional()
        guard case .end = peek.kind else {
            throw unexpected("an operator or the end")
        }
        return tree
    }

    private static let levels: [[String]] = [
        ["||"], ["&&"], ["==", "!=", "<", "<=", ">", ">=", "in"], ["+", "-"], ["*", "/", "%"],
    ]

    private var peek: ExpressionToken { tokens[position] }

    private mutating func conditional() throws(ExpressionFailure) -> ExpressionTree {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 64 else {
            throw ExpressionFailure("is nested more than 64 deep", at: peek.offset)
        }
        let test = try binary(0)
        let mark = peek.offset
        guard take("?") else { return test }
        let yes = try conditional()
        try expect(":")
        return try ExpressionTree(.conditional(test, yes, try conditional()), at: mark)
    }

    private mutating func binary(_ level: Int) throws(ExpressionFailure) -> ExpressionTree {
        guard level < Self.levels.count else { return try unary() }
        var left = try binary(level + 1)
        while case .symbol(let symbol) = peek.kind, Self.levels[level].contains(symbol) {
            let mark = peek.offset
            position += 1
            left = try ExpressionTree(.binary(symbol, left, try binary(level + 1)), at: mark)
        }
        return left
    }

    private mutating func unary() throws(ExpressionFailure) -> ExpressionTree {
        var symbols: [(text: String, offset: Int)] = []
        while case .symbol(let symbol) = peek.kind, symbol == "!" || symbol == "-" {
            symbols.append((symbol, peek.offset))
            position += 1
            if symbols.count > 64 {
                throw ExpressionFailure("is nested more than 64 deep", at: peek.offset)
            }
        }
        var tree = try postfix()
        for symbol in symbols.reversed() {
            tree = try ExpressionTree(.unary(symbol.text, tree), at: symbol.offset)
        }
        return tree
    }

    private mutating func postfix() throws(ExpressionFailure) -> ExpressionTree {
        var base = try primary()
        while true {
            if take(".") {
                guard case .name(let name) = peek.kind else { throw unexpected("a name") }
                let mark = peek.offset
                position += 1
                let isCall = take("(")
                base = try ExpressionTree(
                    isCall ? .method(base, name, try arguments(")")) : .member(base, name),
                    at: mark)
            } else if case .symbol("[") = peek.kind {
                let mark = peek.offset
                position += 1
                base = try ExpressionTree(.index(base, try conditional()), at: mark)
                try expect("]")
            } else {
                return base
            }
        }
    }

    private mutating func primary() throws(ExpressionFailure) -> ExpressionTree {
        let mark = peek.offset
        switch peek.kind {
        case .literal(let value):
            position += 1
            return try ExpressionTree(.literal(value), at: mark)
        case .name(let name):
            position += 1
            let isCall = take("(")
            return try ExpressionTree(
                isCall ? .call(name, try arguments(")")) : .name(name), at: mark)
        case .symbol("("):
            position += 1
            let inner = try conditional()
            try expect(")")
            return inner
        case .symbol("["):
            position += 1
            return try ExpressionTree(.list(try arguments("]")), at: mark)
        default: throw unexpected("a value")
        }
    }

    private mutating func arguments(
        _ closing: String
    ) throws(ExpressionFailure) -> [ExpressionTree] {
        var items: [ExpressionTree] = []
        if take(closing) { return items }
        repeat { items.append(try conditional()) } while take(",")
        try expect(closing)
        return items
    }

    private mutating func take(_ symbol: String) -> Bool {
        guard case .symbol(symbol) = peek.kind else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ symbol: String) throws(ExpressionFailure) {
        if !take(symbol) { throw unexpected("\"\(symbol)\"") }
    }

    private func unexpected(_ expected: String) -> ExpressionFailure {
        ExpressionFailure("expected \(expected), found \(peek.title)", at: peek.offset)
    }
}
