import Workbench

/// A scalar as it is written.
struct YAMLScalar {
    let string: String
    /// Whether it stands without quotes and block marks.
    let isPlain: Bool

    /// What a scalar means by the core schema of YAML 1.2.2 (section 10.3.2); `error` makes an
    /// error of a message and a hint.
    static func value(
        _ scalar: YAMLScalar, tag: String, error: (String, String?) -> BancadaError
    ) throws(BancadaError) -> Node.Value {
        let text = scalar.string
        switch tag {
        case "": return scalar.isPlain ? plain(text) : .string(text)
        case "tag:yaml.org,2002:str", "!": return .string(text)
        case "tag:yaml.org,2002:null", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int",
            "tag:yaml.org,2002:float":
            let value = plain(text)
            switch (tag.dropFirst(18), value) {
            case ("null", .null), ("bool", .bool), ("int", .integer), ("float", .number):
                return value
            case ("float", .integer(let number)): return .number(Double(number))
            default:
                throw error("\"\(text.prefix(60))\" is no !!\(tag.dropFirst(18))", nil)
            }
        default: throw error(unknownTag(tag), "leave the tag out")
        }
    }

    /// The message for a tag that nothing here knows.
    static func unknownTag(_ tag: String) -> String {
        let name =
            tag.hasPrefix("tag:yaml.org,2002:") ? "!!\(tag.dropFirst(18))" : String(tag.prefix(60))
        return "the tag \(name) has no meaning here"
    }

    private static func plain(_ text: String) -> Node.Value {
        guard let first = text.utf8.first else { return .null }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
            UInt8(ascii: "."):
            return number(text) ?? .string(text)
        case UInt8(ascii: "~"): if text == "~" { return .null }
        case UInt8(ascii: "n"), UInt8(ascii: "N"):
            if text == "null" || text == "Null" || text == "NULL" { return .null }
        case UInt8(ascii: "t"), UInt8(ascii: "T"):
            if text == "true" || text == "True" || text == "TRUE" { return .bool(true) }
        case UInt8(ascii: "f"), UInt8(ascii: "F"):
            if text == "false" || text == "False" || text == "FALSE" { return .bool(false) }
        default: break
        }
        return .string(text)
    }

    /// A number, or nil for a text that only begins like one.
    private static func number(_ text: String) -> Node.Value? {
        switch text {
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
        case ".nan", ".NaN", ".NAN": return .number(.nan)
        default: break
        }
        if text.hasPrefix("0x") || text.hasPrefix("0o") {
            let digits = text.dropFirst(2)
            guard digits.first.map({ $0 != "+" && $0 != "-" }) == true else { return nil }
            return Int64(digits, radix: text.hasPrefix("0x") ? 16 : 8).map { .integer($0) }
        }
        guard let isInteger = decimalForm(text) else { return nil }
        if isInteger, let value = Int64(text) { return .integer(value) }
        return Double(text).map { .number($0) }
    }

    /// Whether a text is an integer (true) or a float (false) by its form; nil when it is neither:
    /// `[-+]? ( [0-9]+ ( \. [0-9]* )? | \. [0-9]+ ) ( [eE] [-+]? [0-9]+ )?`.
    private static func decimalForm(_ text: String) -> Bool? {
        var rest = text.utf8[...]
        func digits() -> Int {
            let count = rest.prefix { (0x30...0x39).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        func take(_ first: Character, _ second: Character) -> Bool {
            guard let byte = rest.first, byte == first.asciiValue || byte == second.asciiValue
            else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = take("-", "+")
        let whole = digits()
        let hasPoint = take(".", ".")
        let fraction = hasPoint ? digits() : 0
        if whole + fraction == 0 { return nil }
        let hasExponent = take("e", "E")
        if hasExponent {
            _ = take("-", "+")
            if digits() == 0 { return nil }
        }
        return rest.isEmpty ? !hasPoint && !hasExponent : nil
    }
}
