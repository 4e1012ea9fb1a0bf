import Workbench

/// A registered model as people name it where its name is asked for: `NAME` or `models:/NAME`, and
/// with a version `NAME/VERSION`, `models:/NAME/VERSION`, `models:/NAME@ALIAS`.
struct NamedModel: Equatable {
    /// The registered model's name.
    let name: String
    /// What names the version; nil where none is named.
    let version: ModelURI?

    /// What every command that asks for a name says of it.
    static let help = "The registered model's name, or models:/NAME/VERSION."

    /// Reads what somebody wrote.
    ///
    /// - Throws: `invalidInput` where what follows the name names no version.
    init(parsing text: String) throws(BancadaError) {
        let rest = text.removingPrefix("models:/") ?? text
        guard Self.namesVersion(text) else {
            name = rest
            version = nil
            return
        }
        // What cannot be read is no name, whatever its own error says.
        let uri = try? ModelURI(parsing: "models:/" + rest)
        switch uri {
        case .alias(let name, _), .version(let name, _), .stage(let name, _): self.name = name
        case .logged, .run, .path, nil:
            throw BancadaError(
                .invalidInput, "\"\(text)\" is neither a registered model's name nor a version",
                hint: "write NAME, models:/NAME/VERSION or models:/NAME@ALIAS")
        }
        version = uri
    }

    /// What to write instead of a text such as `NAME/VERSION` where a place is asked for; nil for
    /// other texts.
    static func hint(_ text: String) -> String? {
        // As above.
        guard !text.hasPrefix("models:"), let named = try? NamedModel(parsing: text),
            named.version != nil
        else { return nil }
        return "write models:/\(text)"
    }

    /// Whether a version is named, as far as the text's form tells.
    static func namesVersion(_ text: String) -> Bool {
        guard let rest = text.removingPrefix("models:/") else { return text.contains("/") }
        return rest.contains("/") || rest.contains("@")
    }
}
