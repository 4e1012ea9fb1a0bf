/// Texts and numbers as SVG writes them.
package enum SVGText {
    /// A text without meaning to XML, and without what XML cannot hold.
    package static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case _ where scalar.value < 0x20: result += " "
            case "\u{FFFE}", "\u{FFFF}": break
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The text, or its beginning and an ellipsis in `limit` characters.
    package static func cut(_ text: String, _ limit: Int) -> String {
        text.count > limit ? "\(text.prefix(limit - 1))…" : text
    }

    /// A length to a tenth.
    package static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths.isMultiple(of: 10)
            ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}
