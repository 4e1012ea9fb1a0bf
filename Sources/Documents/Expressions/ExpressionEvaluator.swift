import Workbench

/// Computes the values of expressions.
struct ExpressionEvaluator {
    let scope: ExpressionScope

    /// The value of a tree.
    func value(_ tree: ExpressionTree) throws(ExpressionFailure) -> JSON {
        do throws(ExpressionFailure) {
            return try value(tree.kind)
        } catch {
            // The innermost expression that fails is the place.
            throw error.offset == nil ? error.located(at: tree.offset) : error
        }
    }

    private func value(_ kind: ExpressionTree.Kind) throws(ExpressionFailure) -> JSON {
        switch kind {
        case .literal(let value): return value
        case .name(let name):
            guard let value = scope[[name]] else {
                throw ExpressionFailure("unknown name \"\(name)\"")
            }
            return value
        case .member(let base, let name):
            if case .name(let root) = base.kind, let value = scope[[root, name]] { return value }
            return try member(name, of: try value(base))
        case .index(let base, let index):
            if case .name(let root) = base.kind, case .literal(.string(let name)) = index.kind,
                let value = scope[[root, name]]
            {
                return value
            }
            return try element(value(base), value(index))
        case .list(let items):
            var values: [JSON] = []
            for item in items { values.append(try value(item)) }
            return .array(values)
        case .unary(let symbol, let operand): return try unary(symbol, value(operand))
        case .binary(let symbol, let left, let right): return try binary(symbol, left, right)
        case .conditional(let test, let yes, let no):
            return try value(truth(test) ? yes : no)
        case .call("has", let arguments): return .bool(try has(arguments))
        case .call(let name, let arguments):
            return try ExpressionFunctions.call(name, values(arguments))
        case .method(let base, let name, let arguments):
            return try ExpressionFunctions.method(name, of: value(base), values(arguments))
        }
    }

    private func values(_ trees: [ExpressionTree]) throws(ExpressionFailure) -> [JSON] {
        var values: [JSON] = []
        for tree in trees { values.append(try value(tree)) }
        return values
    }

    /// Whether a path leads to a value.
    private func has(_ arguments: [ExpressionTree]) throws(ExpressionFailure) -> Bool {
        guard arguments.count == 1 else {
            throw ExpressionFailure("has() does not take \(arguments.count) arguments")
        }
        // What cannot be computed is not there: that is the question.
        guard let value = try? value(arguments[0]) else { return false }
        return value != .null
    }

    private func truth(_ tree: ExpressionTree) throws(ExpressionFailure) -> Bool {
        let value = try value(tree)
        guard case .bool(let truth) = value else {
            throw ExpressionFailure("\(value.summary) is not true or false", at: tree.offset)
        }
        return truth
    }

    private func member(_ name: String, of base: JSON) throws(ExpressionFailure) -> JSON {
        guard case .object(let members) = base else {
            throw ExpressionFailure("\(base.summary) has no member \"\(name)\"")
        }
        guard let found = members.first(where: { $0.name == name }) else {
            let names = members.map(\.name)
            let near = NearestName.of(name, among: names).map { "write \"\($0)\"" }
            throw ExpressionFailure(
                "there is no \"\(name)\"",
                hint: near ?? (names.isEmpty ? nil : "use one of \(names.joined(separator: ", "))"))
        }
        return found.value
    }

    private func element(_ base: JSON, _ index: JSON) throws(ExpressionFailure) -> JSON {
        switch (base, index) {
        case (.array(let items), .integer(let number)):
            guard items.indices.contains(Int(number)) else {
                throw ExpressionFailure(
                    "index \(number) is outside a list of \(items.count)")
            }
            return items[Int(number)]
        case (.object, .string(let name)): return try member(name, of: base)
        default:
            throw ExpressionFailure(
                "\(base.summary) has no element \(index.compactText)")
        }
    }

    private func unary(_ symbol: String, _ operand: JSON) throws(ExpressionFailure) -> JSON {
        switch (symbol, operand) {
        case ("!", .bool(let value)): return .bool(!value)
        case ("-", .integer(let value)) where value != .min: return .integer(-value)
        case ("-", .number(let value)): return .number(-value)
        default:
            throw ExpressionFailure("\(symbol) cannot be applied to \(operand.summary)")
        }
    }

    private func binary(
        _ symbol: String, _ left: ExpressionTree, _ right: ExpressionTree
    ) throws(ExpressionFailure) -> JSON {
        switch symbol {
        case "&&": return .bool(try truth(left) ? try truth(right) : false)
        case "||": return .bool(try truth(left) ? true : try truth(right))
        default:
            return try ExpressionFunctions.binary(symbol, value(left), value(right))
        }
    }
}

extension JSON {
    /// The value for messages, cut where it is long.
    var summary: String {
        let text = compactText
        return text.count > 60 ? String(text.prefix(57)) + "..." : text
    }
}
