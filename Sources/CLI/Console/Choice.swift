import Documents
import Workbench

/// Words of which a flag takes one.
enum Choice {
    /// The case that a word names, in any case of letters.
    ///
    /// - Throws: `invalidInput` naming the nearest word, or all of them.
    static func of<Value: RawRepresentable<String>>(
        _ text: String, among values: [Value], what: String
    ) throws(BancadaError) -> Value {
        if let value = values.first(where: { $0.rawValue.lowercased() == text.lowercased() }) {
            return value
        }
        let known = values.map(\.rawValue)
        throw BancadaError(
            .invalidInput, "\(what) \"\(text)\" is not known",
            hint: NearestName.of(text, among: known).map { "write \($0)" }
                ?? "use one of \(known.joined(separator: ", "))")
    }
}
