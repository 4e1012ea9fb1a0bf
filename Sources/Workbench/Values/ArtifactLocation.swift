extension Experiment {
    /// Where clients keep its artifacts, without a slash at the end: the place that was chosen, else
    /// this workspace as MLflow's clients ask for it.
    package var artifactRoot: String {
        guard var place = artifactLocation, !place.isEmpty else {
            return "\(ArtifactPath.scheme)/\(id.number)"
        }
        while place.hasSuffix("/") { place.removeLast() }
        return place
    }
}

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
        // What would be no text without its escapes stays as it is.
        let plain = PercentEncoding.decode(rest, keepsBroken: true) ?? rest
        let path = plain.utf8.drop { $0 == UInt8(ascii: "/") }
        try self.init(String(path) ?? "")
    }
}
