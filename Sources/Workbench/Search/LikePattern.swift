/// SQL's pattern of a text: `%` is any characters, `_` is one. There is no escape, as in MLflow.
package struct LikePattern: Sendable {
    private let pattern: [Unicode.Scalar]
    private let ignoresCase: Bool

    /// The pattern that `text` spells.
    package init(_ text: String, ignoringCase: Bool = false) {
        pattern = Array((ignoringCase ? text.lowercased() : text).unicodeScalars)
        ignoresCase = ignoringCase
    }

    /// Whether the whole of `text` fits.
    ///
    /// - Complexity: O(length of the text times length of the pattern), without recursion.
    package func matches(_ text: String) -> Bool {
        let text = Array((ignoresCase ? text.lowercased() : text).unicodeScalars)
        var position = 0
        var place = 0
        // Where the last `%` stands and what it has swallowed up to: the only place to go back to.
        var star: (place: Int, position: Int)?
        while position < text.count {
            if place < pattern.count, pattern[place] == "%" {
                star = (place, position)
                place += 1
            } else if place < pattern.count,
                pattern[place] == "_" || pattern[place] == text[position]
            {
                place += 1
                position += 1
            } else if let last = star {
                star = (last.place, last.position + 1)
                place = last.place + 1
                position = last.position + 1
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "%" }
    }
}
