import Documents
import Workbench

/// A `meta.yaml` of MLflow's file store.
///
/// PyYAML, which writes them, follows YAML 1.1, in which `1e5` is text; so a scalar that is wanted
/// as text is taken as it is written.
struct MetaFile {
    /// The file, for messages.
    let document: String
    private let fields: ObjectFields
    private let lines: [Substring]

    /// Reads the file at `path`.
    ///
    /// - Throws: `invalidInput` naming the file, line and column.
    init(_ path: String, in files: any ExchangeFiles) throws(BancadaError) {
        document = files.title + "/" + path
        guard try files.entry(at: path)?.size != nil else {
            throw BancadaError(.invalidInput, "\(document) is missing")
        }
        let bytes = try files.contents(of: path)
        fields = try ObjectFields(
            YAMLParser.parse(bytes, document: document), document: document)
        lines = String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The text of a member; nil where it is absent, null or no scalar.
    func text(_ name: String) -> String? {
        guard let node = fields.optional(name) else { return nil }
        switch node.value {
        case .string(let text): return text
        case .null, .array, .object: return nil
        case .bool, .integer, .number: return written(node)
        }
    }

    /// The text of a member that must be there.
    func requiredText(_ name: String) throws(BancadaError) -> String {
        guard let text = text(name) else {
            return try fields.string(name)
        }
        return text
    }

    /// The integer of a member, also where it is quoted; nil where it is absent or null.
    func integer(_ name: String) throws(BancadaError) -> Int64? {
        guard let node = fields.optional(name) else { return nil }
        switch node.value {
        case .integer(let number): return number
        case .number(let number):
            if let exact = Int64(exactly: number) { return exact }
        case .string(let text):
            if let number = Int64(text) { return number }
        default: break
        }
        throw fields.invalid(name, "is not an integer")
    }

    /// The moment of a member; the epoch where it is absent or null.
    func time(_ name: String) throws(BancadaError) -> Timestamp {
        Timestamp(milliseconds: try integer(name) ?? 0)
    }

    /// The lifecycle stage; active where nothing is said.
    func lifecycle() throws(BancadaError) -> LifecycleStage {
        guard let text = text("lifecycle_stage") else { return .active }
        guard let stage = LifecycleStage(rawValue: text) else {
            throw fields.invalid("lifecycle_stage", "is \"\(text)\", expected active or deleted")
        }
        return stage
    }

    /// The members of a mapping, as texts; none where it is absent or something else.
    func texts(_ name: String) -> [Tag] {
        guard case .object(let members)? = fields.optional(name)?.value else { return [] }
        return members.map { member in
            switch member.value.value {
            case .string(let text): Tag(key: member.name, value: text)
            case .null, .array, .object: Tag(key: member.name, value: "")
            case .bool, .integer, .number: Tag(key: member.name, value: written(member.value))
            }
        }
    }

    /// An error about a member.
    func invalid(_ name: String, _ message: String) -> BancadaError {
        fields.invalid(name, message)
    }

    /// A plain scalar as it is written, up to the end of its line or a comment.
    private func written(_ node: Node) -> String {
        let line =
            lines.indices.contains(node.location.line - 1)
            ? lines[node.location.line - 1].utf8 : Substring().utf8
        let rest = line.dropFirst(node.location.column - 1)
        var text = String(Substring(rest))
        if let comment = text.firstRange(of: " #") { text = String(text[..<comment.lowerBound]) }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}
