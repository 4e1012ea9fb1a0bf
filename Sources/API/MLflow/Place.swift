import Workbench

/// A URI or a path of this machine, taken apart to be compared.
struct Place: Equatable {
    /// The scheme in lower case; `file` for a plain path.
    let scheme: String
    /// The server in lower case; empty where none is named.
    let authority: String
    /// The parts of the path, unescaped.
    let parts: [String]

    /// The place that `text` names.
    init(_ text: String) {
        var rest = Substring(text)
        let colon = rest.firstIndex(of: ":")
        // One letter is a drive, not a scheme.
        let name = colon.map { rest[..<$0] } ?? ""
        if let colon, name.count > 1, name.allSatisfy(Self.isSchemeCharacter) {
            scheme = name.lowercased()
            rest = rest[rest.index(after: colon)...]
        } else {
            scheme = "file"
        }
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            let slash = rest.firstIndex(of: "/") ?? rest.endIndex
            authority = rest[..<slash].lowercased()
            rest = rest[slash...]
        } else {
            authority = ""
        }
        parts = rest.split(separator: "/").map { Self.unescaped(String($0)) }
    }

    /// Whether a source there must lie in the run or model that is named with it: the disk of this
    /// machine and what this server keeps.
    var mustBeInside: Bool {
        scheme == "file" || scheme == "mlflow-artifacts"
    }

    /// Whether it names a host that whoever reads there connects to: MLflow's list, without the
    /// stores whose address is a bucket alone.
    var addressesHost: Bool {
        scheme == "mlflow-artifacts" ? !authority.isEmpty : Self.hostSchemes.contains(scheme)
    }

    private static let hostSchemes: Set<String> = [
        "ftp", "sftp", "hdfs", "viewfs", "http", "https", "r2", "b2", "abfss",
    ]

    /// Whether it is `root` or below it.
    func isWithin(_ root: Place) -> Bool {
        scheme == root.scheme && authority == root.authority && !root.parts.isEmpty
            && parts.starts(with: root.parts)
    }

    /// The text without escapes, also those that unescaping brings to light.
    static func unescaped(_ text: String) -> String {
        var text = text
        while text.utf8.contains(UInt8(ascii: "%")), let next = PercentEncoding.decode(text),
            next != text
        {
            text = next
        }
        return text
    }

    private static func isSchemeCharacter(_ character: Character) -> Bool {
        character.isASCII
            && (character.isLetter || character.isNumber || "+.-".contains(character))
    }
}
