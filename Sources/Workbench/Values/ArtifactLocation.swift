extension ArtifactPath {
    /// What the places of the artifact tree begin with, as MLflow's clients know them.
    package static let scheme = "mlflow-artifacts:"

    /// The path that a place such as `mlflow-artifacts:/1/RUN/artifacts/model` names, with or without
    /// a server (`mlflow-artifacts://host:port/...`); nil for a place elsewhere. Escapes such as
    /// `%20` stand for what they say.
    ///
    /// - Throws: `invalidInput` for a path that leads out of the tree.
    package init?(location text: String) throws(BancadaError) {
        guard var rest = text.removingPrefix(Self.scheme) else { return nil }
        if let named = rest.removingPrefix("//") {
            // Whatever name the server has, it is this one that was asked.
            rest = named.utf8.firstIndex(of: UInt8(ascii: "/")).map { String(named[$0...]) } ?? ""
        }
        let path = Self.unescaped(rest).utf8.drop { $0 == UInt8(ascii: "/") }
        try self.init(String(path) ?? "")
    }

    /// The text with its escapes read; as it is where it would be no text then.
    private static func unescaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
                rest.prefix(2).allSatisfy({ $0 != UInt8(ascii: "+") })
            else {
                bytes.append(byte)
                continue
            }
            rest.removeFirst(2)
            bytes.append(value)
        }
        return String(validating: bytes, as: UTF8.self) ?? text
    }
}
