package import Workbench

/// Reads the members of one object with types, and answers for what is missing, wrong or unknown.
///
/// Every error names the document, the line and column, the path of the member and what was
/// expected; an unknown member names the nearest known one.
package struct ObjectFields: Sendable {
    /// The document's name in messages, such as `model.json`.
    package let document: String
    /// The path of the object within the document, such as `features[2]`; empty for the root.
    package let path: String
    /// Where the object stands.
    package let location: SourceLocation
    /// Its members in the order of the text.
    package let members: [Node.Member]

    /// The members of `node`.
    ///
    /// - Throws: `invalidInput` when it is no object.
    package init(_ node: Node, document: String, path: String = "") throws(BancadaError) {
        guard case .object(let members) = node.value else {
            throw Self.error(
                "expected an object, found \(node.kind)", document: document, path: path,
                at: node.location)
        }
        self.document = document
        self.path = path
        self.location = node.location
        self.members = members
    }

    /// Refuses members that are not among `known`.
    package func refuseUnknown(known: [String]) throws(BancadaError) {
        for member in members where !known.contains(member.name) {
            let near = NearestName.of(member.name, among: known)
            throw BancadaError(
                .invalidInput,
                "\(place(member.location)): unknown key \"\(fullPath(member.name))\"",
                hint: near.map { "write \"\($0)\"" }
                    ?? "use one of \(known.joined(separator: ", "))")
        }
    }

    /// The member `name`; nil when it is absent or null.
    package func optional(_ name: String) -> Node? {
        guard let node = members.first(where: { $0.name == name })?.value else { return nil }
        if case .null = node.value { return nil }
        return node
    }

    /// The member `name`.
    package func required(_ name: String) throws(BancadaError) -> Node {
        guard let node = optional(name) else {
            throw Self.error(
                "missing \"\(fullPath(name))\"", document: document, path: "", at: location)
        }
        return node
    }

    /// The text of the member `name`.
    package func string(_ name: String) throws(BancadaError) -> String {
        let node = try required(name)
        guard let text = node.string else { throw mismatch(name, node, "a string") }
        return text
    }

    /// The number of the member `name`.
    package func double(_ name: String) throws(BancadaError) -> Double {
        let node = try required(name)
        guard let number = node.double else { throw mismatch(name, node, "a number") }
        return number
    }

    /// The integer of the member `name`.
    package func integer(_ name: String) throws(BancadaError) -> Int {
        let node = try required(name)
        guard case .integer(let value) = node.value, let result = Int(exactly: value) else {
            throw mismatch(name, node, "an integer")
        }
        return result
    }

    /// The elements of the member `name`.
    package func array(_ name: String) throws(BancadaError) -> [Node] {
        let node = try required(name)
        guard case .array(let items) = node.value else { throw mismatch(name, node, "an array") }
        return items
    }

    /// The texts of the member `name`.
    package func strings(_ name: String) throws(BancadaError) -> [String] {
        var result: [String] = []
        for (index, item) in try array(name).enumerated() {
            guard let text = item.string else {
                throw mismatch("\(name)[\(index)]", item, "a string")
            }
            result.append(text)
        }
        return result
    }

    /// The members of the object under `name`.
    package func object(_ name: String) throws(BancadaError) -> ObjectFields {
        try ObjectFields(try required(name), document: document, path: fullPath(name))
    }

    /// The objects of the array under `name`.
    package func objects(_ name: String) throws(BancadaError) -> [ObjectFields] {
        var result: [ObjectFields] = []
        for (index, item) in try array(name).enumerated() {
            let path = fullPath("\(name)[\(index)]")
            result.append(try ObjectFields(item, document: document, path: path))
        }
        return result
    }

    /// An error at the member `name`, for checks of the reader's own.
    package func invalid(_ name: String, _ message: String) -> BancadaError {
        let place = members.first { $0.name == name }?.location ?? location
        return Self.error(
            "\"\(fullPath(name))\" \(message)", document: document, path: "", at: place)
    }

    private func mismatch(_ name: String, _ node: Node, _ expected: String) -> BancadaError {
        Self.error(
            "expected \(expected), found \(node.kind)", document: document, path: fullPath(name),
            at: node.location)
    }

    private func fullPath(_ name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }

    private func place(_ location: SourceLocation) -> String {
        "\(document):\(location.line):\(location.column)"
    }

    private static func error(
        _ message: String, document: String, path: String, at location: SourceLocation
    ) -> BancadaError {
        let subject = path.isEmpty ? "" : "\"\(path)\": "
        let place = "\(document):\(location.line):\(location.column)"
        return BancadaError(.invalidInput, "\(place): \(subject)\(message)")
    }
}
