import Documents
import Workbench

/// The text of an output parameter, as processes write it to a file.
enum OutputText {
    /// The longest text of a parameter.
    static let limit = 1 << 20

    /// The value in the file at `path`.
    ///
    /// A string is the text without one newline at its end; all other types are JSON.
    /// - Throws: `invalidInput` naming the output.
    static func value(
        _ path: String, output: String, type: PortType
    ) throws(BancadaError) -> JSON {
        let bytes = try WorkFiles.bytes(path, limit: limit, name: "output \"\(output)\"")
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw BancadaError(
                .invalidInput, "output \"\(output)\" is not UTF-8 text",
                hint: "declare it as an artifact")
        }
        guard case .parameter(let wanted) = type, wanted != .string else {
            return .string(text.hasSuffix("\n") ? String(text.dropLast()) : text)
        }
        let value: JSON
        do {
            value = try JSONParser.parse(bytes, document: "output \"\(output)\"").json
        } catch {
            throw mismatch(text, output, wanted)
        }
        if wanted == .number, let number = value.measurement { return .number(number) }
        guard wanted.accepts(value) else { throw mismatch(text, output, wanted) }
        return value
    }

    private static func mismatch(
        _ text: String, _ output: String, _ wanted: ParameterType
    ) -> BancadaError {
        let shown = text.prefix(60).split(separator: "\n").first.map(String.init) ?? ""
        return BancadaError(
            .invalidInput, "output \"\(output)\" holds \"\(shown)\", expected \(example(wanted))",
            hint: "write JSON, or declare the output with another type")
    }

    private static func example(_ type: ParameterType) -> String {
        switch type {
        case .string: "text"
        case .integer: "an integer such as 3"
        case .number: "a number such as 0.5"
        case .boolean: "true or false"
        case .list: "a list such as [1, 2]"
        case .object: "an object such as {\"a\": 1}"
        }
    }
}
