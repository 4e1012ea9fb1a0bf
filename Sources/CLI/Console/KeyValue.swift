import Workbench

/// A `key=value` argument.
struct KeyValue {
    /// What stands before the first `=`.
    let key: String
    /// What stands after it; may be empty.
    let value: String

    /// Splits `text` at its first `=`.
    ///
    /// - Throws: `invalidInput` without one, or with nothing before it.
    init(parsing text: String) throws(BancadaError) {
        guard let mark = text.firstIndex(of: "="), mark != text.startIndex else {
            throw BancadaError(
                .invalidInput, "\"\(text)\" is not key=value", hint: "write a name, '=', a value")
        }
        key = String(text[..<mark])
        value = String(text[text.index(after: mark)...])
    }
}
