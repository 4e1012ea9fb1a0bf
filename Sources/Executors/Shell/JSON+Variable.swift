import Documents
import Workbench

extension JSON {
    /// The value as the text of a variable: a string as it is, all else as JSON.
    var variableText: String {
        if case .string(let text) = self { return text }
        var writer = JSONWriter()
        writer.write(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
