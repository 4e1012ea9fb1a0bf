/// A word of the filter language, with the character it starts at, counted from 1.
struct FilterToken: Equatable {
    /// What kinds of words there are.
    enum Kind: Equatable {
        /// A bare name, keyword or number: letters, digits, `_`, `.`, and a sign inside a number.
        case word(String)
        /// A text in single or double quotes, or a name in backticks or double quotes.
        case quoted(String, Character)
        /// A comparison, a comma or a parenthesis.
        case symbol(String)
    }

    let kind: Kind
    let position: Int
    /// Whether nothing stands between this word and the one before.
    let isJoined: Bool

    /// The word as it was written.
    var text: String {
        switch kind {
        case .word(let word), .symbol(let word): word
        case .quoted(let text, let quote): "\(quote)\(text)\(quote)"
        }
    }

    /// The words of `text`.
    ///
    /// - Throws: `invalidInput` for a character that no word has and a quote that does not end.
    static func words(of text: String) throws(BancadaError) -> [FilterToken] {
        let characters = Array(text.unicodeScalars)
        var words: [FilterToken] = []
        var index = 0
        var joined = false
        while index < characters.count {
            if characters[index].properties.isWhitespace {
                index += 1
                joined = false
                continue
            }
            let start = index
            let kind = try word(characters, &index)
            words.append(FilterToken(kind: kind, position: start + 1, isJoined: joined))
            joined = true
        }
        return words
    }

    private static func word(
        _ characters: [Unicode.Scalar], _ index: inout Int
    ) throws(BancadaError) -> Kind {
        let start = index
        let first = characters[start]
        switch first {
        case "'", "\"", "`":
            guard let end = end(of: first, in: characters, from: start + 1) else {
                throw BancadaError(
                    .invalidInput, "the quote \(first) at character \(start + 1) does not end",
                    hint: "close it; a text with one kind of quote goes into the other kind")
            }
            index = end + 1
            return .quoted(string(characters[(start + 1)..<end]), Character(first))
        case "=", "<", ">", "!", ",", "(", ")":
            index += 1
            let isDouble =
                index < characters.count && characters[index] == "="
                && (first == "<" || first == ">" || first == "!")
            if isDouble { index += 1 }
            return .symbol(string(characters[start..<index]))
        default: break
        }
        while index < characters.count, continues(characters, index, from: start) { index += 1 }
        guard index > start else {
            throw BancadaError(
                .invalidInput, "\"\(first)\" at character \(start + 1) has no meaning")
        }
        return .word(string(characters[start..<index]))
    }

    /// Where a quote ends. One that comes twice, or behind a backslash, belongs to the text, unless the
    /// text would not end without it.
    private static func end(
        of quote: Unicode.Scalar, in characters: [Unicode.Scalar], from start: Int
    ) -> Int? {
        var possible: Int?
        var index = start
        while index < characters.count {
            let next = index + 1 < characters.count ? characters[index + 1] : nil
            if next == quote, characters[index] == quote {
                possible = index
                index += 2
            } else if next == quote, characters[index] == "\\", quote != "`" {
                possible = index + 1
                index += 2
            } else if characters[index] == quote {
                return index
            } else {
                index += 1
            }
        }
        return possible
    }

    private static func continues(
        _ characters: [Unicode.Scalar], _ index: Int, from start: Int
    ) -> Bool {
        let scalar = characters[index]
        if scalar == "_" || scalar == "." || scalar.properties.isAlphabetic
            || scalar.properties.numericType != nil
        {
            return true
        }
        guard scalar == "-" || scalar == "+" else { return false }
        // The sign of a number, or of its exponent.
        if index == start { return scalar == "-" }
        let before = characters[index - 1]
        guard before == "e" || before == "E" else { return false }
        return characters[start..<(index - 1)].allSatisfy {
            ("0"..."9").contains($0) || $0 == "." || $0 == "-"
        }
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }
}
