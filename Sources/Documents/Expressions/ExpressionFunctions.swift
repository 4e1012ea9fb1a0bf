import Workbench

/// What operators, functions and methods do with values.
enum ExpressionFunctions {
    static func binary(
        _ symbol: String, _ left: JSON, _ right: JSON
    ) throws(ExpressionFailure) -> JSON {
        switch symbol {
        case "==": return .bool(equal(left, right))
        case "!=": return .bool(!equal(left, right))
        case "in": return .bool(try contains(right, left))
        case "<", "<=", ">", ">=": return .bool(try compare(symbol, left, right))
        default: return try arithmetic(symbol, left, right)
        }
    }

    private static func number(_ value: JSON) -> Double? {
        switch value {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// Equality with numbers of both kinds compared by value, also inside lists and objects.
    private static func equal(_ left: JSON, _ right: JSON) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): return left == right
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { equal($0, $1) }
        case (.object(let left), .object):
            guard case .object(let others) = right, left.count == others.count else { return false }
            return left.allSatisfy { member in
                right[member.name].map { equal(member.value, $0) } ?? false
            }
        default: break
        }
        if let left = number(left), let right = number(right) { return left == right }
        return left == right
    }

    private static func contains(
        _ container: JSON, _ element: JSON
    ) throws(ExpressionFailure) -> Bool {
        switch (container, element) {
        case (.array(let items), _): return items.contains { equal($0, element) }
        case (.object(let members), .string(let name)):
            return members.contains { $0.name == name }
        case (.string(let text), .string(let part)): return part.isEmpty || text.contains(part)
        default:
            throw ExpressionFailure(
                "\"in\" needs a list on its right, found \(container.summary)")
        }
    }

    private static func compare(
        _ symbol: String, _ left: JSON, _ right: JSON
    ) throws(ExpressionFailure) -> Bool {
        func ordered<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
            switch symbol {
            case "<": left < right
            case "<=": left <= right
            case ">": left > right
            default: left >= right
            }
        }
        switch (left, right) {
        case (.integer(let left), .integer(let right)): return ordered(left, right)
        case (.string(let left), .string(let right)):
            // By code points, as CEL orders strings, not by locale.
            return ordered(ScalarOrder(text: left), ScalarOrder(text: right))
        default:
            guard let left = number(left), let right = number(right) else {
                throw ExpressionFailure(
                    "\(left.summary) and \(right.summary) cannot be compared with \(symbol)")
            }
            return ordered(left, right)
        }
    }

    private static func arithmetic(
        _ symbol: String, _ left: JSON, _ right: JSON
    ) throws(ExpressionFailure) -> JSON {
        switch (symbol, left, right) {
        case ("+", .string(let left), .string(let right)): return .string(left + right)
        case ("+", .array(let left), .array(let right)): return .array(left + right)
        case (_, .integer(let left), .integer(let right)):
            return .integer(try integers(symbol, left, right))
        default: break
        }
        guard let a = number(left), let b = number(right) else {
            throw ExpressionFailure(
                "\(symbol) cannot be applied to \(left.summary) and \(right.summary)")
        }
        switch symbol {
        case "+": return .number(a + b)
        case "-": return .number(a - b)
        case "*": return .number(a * b)
        case "/": return .number(a / b)
        default: return .number(a.truncatingRemainder(dividingBy: b))
        }
    }

    private static func integers(
        _ symbol: String, _ left: Int64, _ right: Int64
    ) throws(ExpressionFailure) -> Int64 {
        if symbol == "/" || symbol == "%", right == 0 {
            throw ExpressionFailure("\(left) \(symbol) 0 has no value")
        }
        let (value, overflow) =
            switch symbol {
            case "+": left.addingReportingOverflow(right)
            case "-": left.subtractingReportingOverflow(right)
            case "*": left.multipliedReportingOverflow(by: right)
            case "/": left.dividedReportingOverflow(by: right)
            default: left.remainderReportingOverflow(dividingBy: right)
            }
        if overflow {
            throw ExpressionFailure("\(left) \(symbol) \(right) is too large")
        }
        return value
    }

    private static let names = ["size", "int", "double", "string", "min", "max", "abs", "has"]
    private static let methods = [
        "contains", "startsWith", "endsWith", "size", "lower", "upper", "trim",
    ]

    static func call(_ name: String, _ arguments: [JSON]) throws(ExpressionFailure) -> JSON {
        switch (name, arguments.count) {
        case ("size", 1): return try size(arguments[0])
        case ("int", 1): return .integer(try integer(arguments[0]))
        case ("double", 1): return .number(try double(arguments[0]))
        case ("string", 1): return .string(text(arguments[0]))
        case ("abs", 1):
            if case .integer(let value) = arguments[0], value != .min {
                return .integer(abs(value))
            }
            return .number(abs(try double(arguments[0])))
        case ("min", 1...), ("max", 1...):
            var best = arguments[0]
            for value in arguments.dropFirst()
            where try compare(name == "min" ? "<" : ">", value, best) { best = value }
            return best
        default:
            if names.contains(name) {
                throw ExpressionFailure(
                    "\(name)() does not take \(arguments.count) arguments")
            }
            throw ExpressionFailure(
                "unknown function \"\(name)\"",
                hint: NearestName.of(name, among: names).map { "write \"\($0)\"" }
                    ?? "use one of \(names.joined(separator: ", "))")
        }
    }

    static func method(
        _ name: String, of base: JSON, _ arguments: [JSON]
    ) throws(ExpressionFailure) -> JSON {
        switch (name, base, arguments.first, arguments.count) {
        case ("size", _, nil, 0): return try size(base)
        case ("contains", .string(let text), .string(let part)?, 1):
            return .bool(part.isEmpty || text.contains(part))
        case ("contains", .array(let items), let item?, 1):
            return .bool(items.contains { equal($0, item) })
        case ("startsWith", .string(let text), .string(let part)?, 1):
            return .bool(text.hasPrefix(part))
        case ("endsWith", .string(let text), .string(let part)?, 1):
            return .bool(text.hasSuffix(part))
        case ("lower", .string(let text), nil, 0): return .string(text.lowercased())
        case ("upper", .string(let text), nil, 0): return .string(text.uppercased())
        case ("trim", .string(let text), nil, 0):
            let isSpace: (Character) -> Bool = { $0.isWhitespace }
            let rest = text.drop(while: isSpace)
            return .string(String(rest.reversed().drop(while: isSpace).reversed()))
        default:
            if methods.contains(name) {
                throw ExpressionFailure(
                    "\(base.summary) has no method \(name) with \(arguments.count) arguments")
            }
            throw ExpressionFailure(
                "unknown method \"\(name)\"",
                hint: NearestName.of(name, among: methods).map { "write \"\($0)\"" }
                    ?? "use one of \(methods.joined(separator: ", "))")
        }
    }

    private static func size(_ value: JSON) throws(ExpressionFailure) -> JSON {
        switch value {
        case .string(let text): return JSON(text.unicodeScalars.count)
        case .array(let items): return JSON(items.count)
        case .object(let members): return JSON(members.count)
        default: throw ExpressionFailure("\(value.summary) has no size")
        }
    }

    private static func integer(_ value: JSON) throws(ExpressionFailure) -> Int64 {
        switch value {
        case .integer(let value): return value
        case .number(let value):
            if let exact = Int64(exactly: value.rounded(.towardZero)) { return exact }
        case .string(let text): if let value = Int64(text) { return value }
        case .bool(let value): return value ? 1 : 0
        default: break
        }
        throw ExpressionFailure("\(value.summary) is no integer")
    }

    private static func double(_ value: JSON) throws(ExpressionFailure) -> Double {
        if let number = number(value) { return number }
        if case .string(let text) = value, let number = Double(text) { return number }
        throw ExpressionFailure("\(value.summary) is no number")
    }

    /// A value as text: strings as they are, everything else as JSON.
    static func text(_ value: JSON) -> String {
        if case .string(let text) = value { return text }
        return value.compactText
    }
}

/// A string ordered by its code points.
private struct ScalarOrder: Comparable {
    let text: String

    static func < (left: ScalarOrder, right: ScalarOrder) -> Bool {
        left.text.unicodeScalars.lexicographicallyPrecedes(right.text.unicodeScalars)
    }
}
