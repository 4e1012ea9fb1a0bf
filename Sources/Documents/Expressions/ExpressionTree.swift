import Workbench

/// A parsed expression.
struct ExpressionTree: Sendable {
    /// The deepest tree that is accepted: it is computed by recursion.
    static let maximumHeight = 256

    /// The kinds of expression.
    indirect enum Kind: Sendable {
        case literal(JSON)
        case name(String)
        case member(ExpressionTree, String)
        case index(ExpressionTree, ExpressionTree)
        case list([ExpressionTree])
        case unary(String, ExpressionTree)
        case binary(String, ExpressionTree, ExpressionTree)
        case conditional(ExpressionTree, ExpressionTree, ExpressionTree)
        case call(String, [ExpressionTree])
        case method(ExpressionTree, String, [ExpressionTree])
    }

    let kind: Kind
    /// The byte of the text that errors name: the operator's, or the first.
    let offset: Int
    /// Levels below it.
    let height: Int

    /// An expression at a byte of the text.
    ///
    /// - Throws: when it becomes too deep.
    init(_ kind: Kind, at offset: Int) throws(ExpressionFailure) {
        self.kind = kind
        self.offset = offset
        let parts = Self.parts(kind)
        height = (parts.map(\.height).max() ?? -1) + 1
        if height > Self.maximumHeight {
            throw ExpressionFailure("is nested more than \(Self.maximumHeight) deep", at: offset)
        }
    }

    private static func parts(_ kind: Kind) -> [ExpressionTree] {
        switch kind {
        case .literal, .name: []
        case .member(let base, _), .unary(_, let base): [base]
        case .index(let base, let index): [base, index]
        case .list(let items), .call(_, let items): items
        case .binary(_, let left, let right): [left, right]
        case .conditional(let test, let yes, let no): [test, yes, no]
        case .method(let base, _, let arguments): [base] + arguments
        }
    }

    /// The paths of members that start at names, each with its first byte.
    var references: [Expression.Reference] {
        if let path { return [Expression.Reference(path: path, offset: start)] }
        if case .name = kind { return [] }
        return Self.parts(kind).flatMap(\.references)
    }

    /// Its first byte.
    private var start: Int {
        switch kind {
        case .member(let base, _), .index(let base, _): base.start
        default: offset
        }
    }

    /// Name and members; nil for anything else.
    var path: [String]? {
        switch kind {
        case .name(let name): return [name]
        case .member(let base, let name): return base.path.map { $0 + [name] }
        case .index(let base, let index):
            switch index.kind {
            case .literal(.string(let name)): return base.path.map { $0 + [name] }
            case .literal(.integer(let number)):
                return base.path.map { $0 + [String(number)] }
            default: return nil
            }
        default: return nil
        }
    }
}
