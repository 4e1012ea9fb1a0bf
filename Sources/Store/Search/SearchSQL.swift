import GRDB
import Workbench

/// A piece of a statement with the values of its parameters, in order. No value is ever part of the
/// text.
struct SearchSQL {
    /// The text, with a `?` for each value.
    var text: String
    /// The values.
    var values: [SearchValue]

    init(_ text: String, _ values: [SearchValue] = []) {
        self.text = text
        self.values = values
    }

    /// The values as GRDB takes them.
    var arguments: StatementArguments {
        StatementArguments(
            values.map { value -> any DatabaseValueConvertible in
                switch value {
                case .integer(let number): number
                case .number(let number): number
                case .text(let text): text
                }
            })
    }

    /// Holds for every row.
    static let always = SearchSQL("1")
    /// Holds for no row.
    static let never = SearchSQL("0")

    /// A statement that has this piece where `text` has `@`.
    func within(_ text: String, before: [SearchValue] = [], after: [SearchValue] = []) -> SearchSQL
    {
        SearchSQL(
            text.replacing("@", with: self.text, maxReplacements: 1), before + values + after)
    }

    /// All of `parts`, joined by AND.
    static func all(_ parts: [SearchSQL]) -> SearchSQL {
        if parts.isEmpty { return always }
        return SearchSQL(
            parts.map { "(\($0.text))" }.joined(separator: " AND "), parts.flatMap(\.values))
    }

    private static func jsonText(_ text: String) -> String {
        var json = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": json += "\\\(scalar)"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: json.unicodeScalars.append(scalar)
            }
        }
        return json + "\""
    }

    /// `column` is one of `values`.
    static func isOne(_ column: String, of values: [String]) -> SearchSQL {
        // The database ends a text at NUL, so no stored text has one.
        let possible = values.filter { !$0.utf8.contains(0) }
        if possible.count <= 16 {
            let marks = possible.map { _ in "?" }.joined(separator: ", ")
            return SearchSQL("\(column) IN (\(marks))", possible.map { .text($0) })
        }
        let list = "[" + possible.map(Self.jsonText).joined(separator: ",") + "]"
        return SearchSQL("\(column) IN (SELECT value FROM json_each(?))", [.text(list)])
    }
}

extension Filter.Condition {
    /// The condition on a text in the expression `value`, as `accepts` decides.
    func sql(onText value: String) -> SearchSQL {
        switch self {
        case .number, .isNull: .never
        case .isNotNull: SearchSQL("\(value) IS NOT NULL")
        case .isOneOf(let values): .isOne(value, of: values)
        case .isNoneOf(let values):
            SearchSQL.isOne(value, of: values).within("NOT (@)")
        case .text(.notEqual, let text) where text.utf8.contains(0):
            SearchSQL("\(value) IS NOT NULL")
        case .text(_, let text) where text.utf8.contains(0): .never
        case .text(.equal, let text): SearchSQL("\(value) = ?", [.text(text)])
        case .text(.notEqual, let text): SearchSQL("\(value) <> ?", [.text(text)])
        case .text(.like, let pattern): Self.like(pattern, value)
        case .text(.ilike, let pattern): Self.ilike(pattern, value)
        }
    }

    /// The condition on a number in the expression `value`, where NULL is none; as `accepts` decides.
    func sql(onNumber value: String) -> SearchSQL {
        guard case .number(let comparison, let number) = self else {
            return self == .isNotNull ? SearchSQL("\(value) IS NOT NULL") : .never
        }
        if number.isNaN {
            return comparison == .notEqual ? SearchSQL("\(value) IS NOT NULL") : .never
        }
        return SearchSQL("\(value) \(comparison.sql) ?", [.number(number)])
    }

    /// SQLite's GLOB minds the case and has no escapes either, and is many times faster than a
    /// function of ours. It recurses at each wildcard, so patterns with many are left to ours.
    private static func like(_ pattern: String, _ value: String) -> SearchSQL {
        guard isPlain(pattern) else {
            return SearchSQL("\(LikeFunction.name)(?, 0, \(value))", [.text(pattern)])
        }
        var glob = ""
        for scalar in pattern.unicodeScalars {
            switch scalar {
            case "%": glob += "*"
            case "_": glob += "?"
            case "*", "?", "[": glob += "[\(scalar)]"
            default: glob.unicodeScalars.append(scalar)
            }
        }
        return SearchSQL("\(value) GLOB ?", [.text(glob)])
    }

    /// SQLite's LIKE knows the case of ASCII letters alone, so other texts are left to our function.
    private static func ilike(_ pattern: String, _ value: String) -> SearchSQL {
        let lower = pattern.lowercased()
        guard isPlain(lower) else {
            return SearchSQL("\(LikeFunction.name)(?, 1, \(value))", [.text(pattern)])
        }
        return SearchSQL(
            """
            CASE WHEN \(value) GLOB ? THEN \(LikeFunction.name)(?, 1, \(value))
            ELSE \(value) LIKE ? END
            """, [.text("*[^\u{1}-\u{7F}]*"), .text(pattern), .text(lower)])
    }

    private static func isPlain(_ pattern: String) -> Bool {
        pattern.utf8.count <= 2000 && pattern.utf8.count { $0 == 0x25 } <= 50
    }
}

extension Filter.NumberComparison {
    /// SQL's spelling.
    var sql: String { self == .notEqual ? "<>" : rawValue }
}
