import Documents
import Hummingbird
import NIOCore
import Workbench

/// The fields of a request, or of an object in it: members of the JSON body, or parameters of the
/// query, whose repeated names are lists.
///
/// As protobuf's JSON has it: names may also be in camel case, `null` is an absent field, unknown
/// fields are ignored, and integers may be decimal strings.
struct MLflowFields: Sendable {
    /// A value as it was sent.
    private enum Value: Sendable {
        case json(Node)
        case texts([String])
    }

    private let members: [(name: String, value: Value)]

    /// The fields of `request`: of its query for GET, else of its body, whatever type it says it is.
    ///
    /// - Throws: `invalidInput` for a body that is no JSON object; `NIOTooManyBytesError`.
    init(of request: Request, upTo limit: Int) async throws {
        if request.method == .get || request.method == .head {
            try self.init(query: request.uri.query ?? "")
            return
        }
        let body = try await request.body.collect(upTo: limit)
        try self.init(body: Array(body.readableBytesView))
    }

    /// The fields of a JSON object; an empty text has none.
    ///
    /// - Throws: `invalidInput`.
    init(body: [UInt8]) throws(BancadaError) {
        let isEmpty = body.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        guard !isEmpty else {
            members = []
            return
        }
        let node = try JSONParser.parse(body, document: "body")
        guard let fields = MLflowFields(node) else {
            throw BancadaError(
                .invalidInput, "the body is \(node.kind), expected an object",
                hint: "send the fields as one JSON object")
        }
        self = fields
    }

    /// The parameters of a query.
    ///
    /// - Throws: `invalidInput` for a wrong percent-encoding.
    init(query: String) throws(BancadaError) {
        var members: [(name: String, value: Value)] = []
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.snakeCase(try Self.decoded(parts[0]))
            let text = parts.count > 1 ? try Self.decoded(parts[1]) : ""
            if let index = members.firstIndex(where: { $0.name == name }),
                case .texts(let texts) = members[index].value
            {
                members[index].value = .texts(texts + [text])
            } else {
                members.append((name, .texts([text])))
            }
        }
        self.members = members
    }

    private init?(_ node: Node) {
        guard case .object(let members) = node.value else { return nil }
        self.members = members.map { (Self.snakeCase($0.name), .json($0.value)) }
    }

    private static func decoded(_ text: Substring) throws(BancadaError) -> String {
        let spaced =
            text.utf8.contains(UInt8(ascii: "+"))
            ? String(text.map { $0 == "+" ? " " : $0 }) : String(text)
        guard let decoded = PercentEncoding.decode(spaced) else {
            throw BancadaError(
                .invalidInput, "the query has a wrong percent-encoding",
                hint: "write each byte as % and two hexadecimal digits")
        }
        return decoded
    }

    /// `experimentId` as `experiment_id`.
    private static func snakeCase(_ name: String) -> String {
        guard name.utf8.contains(where: { (0x41...0x5A).contains($0) }) else { return name }
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            if (0x41...0x5A).contains(byte) {
                bytes.append(UInt8(ascii: "_"))
                bytes.append(byte | 0x20)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func value(_ name: String) -> Value? {
        guard let value = members.first(where: { $0.name == name })?.value else { return nil }
        if case .json(let node) = value, case .null = node.value { return nil }
        return value
    }

    private func invalid(_ name: String, _ shown: String, _ expected: String) -> BancadaError {
        BancadaError(
            .invalidInput,
            "invalid value \(shown.prefix(100)) for parameter '\(name)': expected \(expected)")
    }

    private func invalid(_ name: String, _ node: Node, _ expected: String) -> BancadaError {
        invalid(name, node.json.compactText, expected)
    }
}

// MARK: - Values

extension MLflowFields {
    /// Whether the field was sent.
    func has(_ name: String) -> Bool { value(name) != nil }

    /// A text; nil where it is absent.
    func text(_ name: String) throws(BancadaError) -> String? {
        switch value(name) {
        case nil: return nil
        case .texts(let texts): return texts.last
        case .json(let node):
            guard let text = node.string else { throw invalid(name, node, "a string") }
            return text
        }
    }

    /// A text that must be there and not be empty.
    func requiredText(_ name: String) throws(BancadaError) -> String {
        guard let text = try text(name), !text.isEmpty else { throw Self.missing(name) }
        return text
    }

    /// The name of something numbered: a text, or the number itself.
    func identifier(_ name: String) throws(BancadaError) -> String? {
        if case .json(let node) = value(name), case .integer(let number) = node.value {
            return String(number)
        }
        return try text(name)
    }

    /// An integer of 64 bits, as a number or a decimal string.
    func integer(_ name: String) throws(BancadaError) -> Int64? {
        let expected = "an integer of 64 bits"
        switch value(name) {
        case nil: return nil
        case .texts(let texts):
            guard let last = texts.last else { return nil }
            guard let number = Int64(last) else { throw invalid(name, "'\(last)'", expected) }
            return number
        case .json(let node):
            switch node.value {
            case .integer(let number): return number
            case .number(let number):
                if let exact = Int64(exactly: number) { return exact }
            case .string(let text):
                if let number = Int64(text) { return number }
            default: break
            }
            throw invalid(name, node, expected)
        }
    }

    /// A number; NaN and the infinities are written as strings.
    func number(_ name: String) throws(BancadaError) -> Double? {
        let text: String
        switch value(name) {
        case nil: return nil
        case .texts(let texts): text = texts.last ?? ""
        case .json(let node):
            if let number = node.double { return number }
            guard let string = node.string else { throw invalid(name, node, "a number") }
            text = string
        }
        switch text {
        case "NaN": return .nan
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        default:
            let isPlain = text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0)
            }
            guard isPlain, let number = Double(text) else {
                throw invalid(name, "'\(text)'", "a number, \"NaN\", \"Infinity\" or \"-Infinity\"")
            }
            return number
        }
    }

    /// Yes or no; `otherwise` where it is absent.
    func flag(_ name: String, otherwise: Bool) throws(BancadaError) -> Bool {
        let text: String
        switch value(name) {
        case nil: return otherwise
        case .texts(let texts): text = texts.last ?? ""
        case .json(let node):
            if case .bool(let flag) = node.value { return flag }
            guard let string = node.string else { throw invalid(name, node, "true or false") }
            text = string
        }
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        default: throw invalid(name, "'\(text)'", "true or false")
        }
    }

    /// A list of texts; empty where it is absent. Numbers stand for their digits.
    func texts(_ name: String) throws(BancadaError) -> [String] {
        switch value(name) {
        case nil: return []
        case .texts(let texts): return texts
        case .json(let node):
            guard case .array(let items) = node.value else {
                throw invalid(name, node, "a list of strings")
            }
            var texts: [String] = []
            for item in items {
                switch item.value {
                case .string(let text): texts.append(text)
                case .integer(let number): texts.append(String(number))
                default: throw invalid(name, item, "a list of strings")
                }
            }
            return texts
        }
    }

    /// A list of objects; empty where it is absent.
    func objects(_ name: String) throws(BancadaError) -> [MLflowFields] {
        switch value(name) {
        case nil: return []
        case .texts(let texts):
            throw invalid(name, "'\(texts.last ?? "")'", "a list of objects in a body")
        case .json(let node):
            guard case .array(let items) = node.value else {
                throw invalid(name, node, "a list of objects")
            }
            var objects: [MLflowFields] = []
            objects.reserveCapacity(items.count)
            for item in items {
                guard let fields = MLflowFields(item) else {
                    throw invalid(name, item, "a list of objects")
                }
                objects.append(fields)
            }
            return objects
        }
    }

    /// An object; nil where it is absent.
    func object(_ name: String) throws(BancadaError) -> MLflowFields? {
        switch value(name) {
        case nil: return nil
        case .texts(let texts): throw invalid(name, "'\(texts.last ?? "")'", "an object in a body")
        case .json(let node):
            guard let fields = MLflowFields(node) else { throw invalid(name, node, "an object") }
            return fields
        }
    }

    /// What is thrown where a field that is needed is absent.
    static func missing(_ name: String) -> BancadaError {
        BancadaError(.invalidInput, "missing value for required parameter '\(name)'")
    }

    /// What is thrown for a value that is none of those that are known.
    static func unknown(_ name: String, _ text: String, _ known: [String]) -> BancadaError {
        BancadaError(
            .invalidInput, "invalid value '\(text.prefix(100))' for parameter '\(name)'",
            hint: "use \(known.joined(separator: ", "))")
    }
}
