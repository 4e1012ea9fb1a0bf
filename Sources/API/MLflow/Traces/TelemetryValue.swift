import Documents
import Workbench

/// The value of an attribute in OpenTelemetry's protocol (`AnyValue`).
indirect enum TelemetryValue: Equatable {
    case none
    case text(String)
    case flag(Bool)
    case integer(Int64)
    case number(Double)
    case list([TelemetryValue])
    case object([TelemetryAttribute])
    case bytes([UInt8])

    /// The deepest nesting of lists and objects that is accepted.
    static let maximumDepth = 32

    /// The value in a message; of a field that comes again the last stands.
    init(_ message: ArraySlice<UInt8>, depth: Int = 0) throws(BancadaError) {
        guard depth <= Self.maximumDepth else {
            throw ProtobufReader.malformed(
                "a value is nested more than \(Self.maximumDepth) deep")
        }
        var reader = ProtobufReader(message)
        var value = TelemetryValue.none
        while let field = try reader.next() {
            switch field.number {
            case 1: value = .text(try field.value.text(of: "string_value"))
            case 2: value = .flag(try field.value.varint(of: "bool_value") != 0)
            case 3:
                value = .integer(Int64(bitPattern: try field.value.varint(of: "int_value")))
            case 4:
                value = .number(Double(bitPattern: try field.value.fixed64(of: "double_value")))
            case 5:
                value = .list(try Self.list(field.value.bytes(of: "array_value"), depth: depth))
            case 6:
                value = .object(
                    try TelemetryAttribute.list(
                        in: field.value.bytes(of: "kvlist_value"), depth: depth + 1))
            case 7: value = .bytes(Array(try field.value.bytes(of: "bytes_value")))
            default: break
            }
        }
        self = value
    }

    private static func list(
        _ message: ArraySlice<UInt8>, depth: Int
    ) throws(BancadaError) -> [TelemetryValue] {
        var reader = ProtobufReader(message)
        var values: [TelemetryValue] = []
        while let field = try reader.next() {
            guard field.number == 1 else { continue }
            values.append(
                try TelemetryValue(field.value.bytes(of: "values"), depth: depth + 1))
        }
        return values
    }

    /// The value as protobuf's JSON writes it: an object with one member, or none.
    var protocolJSON: JSON {
        switch self {
        case .none: [:]
        case .text(let text): ["string_value": .string(text)]
        case .flag(let flag): ["bool_value": .bool(flag)]
        case .integer(let number): ["int_value": .integer(number)]
        case .number(let number): ["double_value": .number(number)]
        case .list(let values):
            [
                "array_value": values.isEmpty ? [:] : ["values": .array(values.map(\.protocolJSON))]
            ]
        case .object(let attributes):
            [
                "kvlist_value": attributes.isEmpty
                    ? [:] : ["values": TelemetryAttribute.protocolJSON(attributes)]
            ]
        case .bytes(let bytes): ["bytes_value": .string(Base64.text(of: bytes))]
        }
    }

    /// The value as Python's `json` module writes it: what MLflow shows of inputs and outputs.
    var pythonText: String {
        var text = ""
        appendPython(to: &text)
        return text
    }

    private func appendPython(to text: inout String) {
        switch self {
        case .none: text += "null"
        case .text(let value): text += JSON.string(value).compactText
        case .flag(let flag): text += flag ? "true" : "false"
        case .integer(let number): text += String(number)
        case .number(let number):
            if number.isNaN {
                text += "NaN"
            } else if number.isInfinite {
                text += number < 0 ? "-Infinity" : "Infinity"
            } else {
                text += "\(number)"
            }
        case .list(let values):
            text += "["
            for (position, value) in values.enumerated() {
                if position > 0 { text += ", " }
                value.appendPython(to: &text)
            }
            text += "]"
        case .object(let attributes):
            text += "{"
            for (position, attribute) in attributes.enumerated() {
                if position > 0 { text += ", " }
                text += JSON.string(attribute.key).compactText + ": "
                attribute.value.appendPython(to: &text)
            }
            text += "}"
        case .bytes(let bytes): text += "\"\(Base64.text(of: bytes))\""
        }
    }

    /// The text, where it is one; else what Python writes.
    var plainText: String {
        if case .text(let text) = self { return text }
        return pythonText
    }
}

/// A name and its value (`KeyValue`).
struct TelemetryAttribute: Equatable {
    /// The name.
    let key: String
    /// The value.
    let value: TelemetryValue

    /// An attribute with this name.
    init(key: String, value: TelemetryValue) {
        self.key = key
        self.value = value
    }

    /// The attribute in a message.
    init(_ message: ArraySlice<UInt8>, depth: Int) throws(BancadaError) {
        var reader = ProtobufReader(message)
        var key = ""
        var value = TelemetryValue.none
        while let field = try reader.next() {
            switch field.number {
            case 1: key = try field.value.text(of: "key")
            case 2: value = try TelemetryValue(field.value.bytes(of: "value"), depth: depth)
            default: break
            }
        }
        self.key = key
        self.value = value
    }

    /// The attributes in field 1 of a message.
    static func list(
        in message: ArraySlice<UInt8>, depth: Int = 0
    ) throws(BancadaError) -> [TelemetryAttribute] {
        var reader = ProtobufReader(message)
        var attributes: [TelemetryAttribute] = []
        while let field = try reader.next() {
            guard field.number == 1 else { continue }
            attributes.append(
                try TelemetryAttribute(field.value.bytes(of: "attributes"), depth: depth))
        }
        return attributes
    }

    /// Attributes as protobuf's JSON writes them.
    static func protocolJSON(_ attributes: [TelemetryAttribute]) -> JSON {
        .array(
            attributes.map { ["key": .string($0.key), "value": $0.value.protocolJSON] })
    }
}

/// The base-64 alphabet of RFC 4648, with padding.
enum Base64 {
    private static let digits = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The text of `bytes`.
    static func text(of bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var rest = bytes[...]
        while !rest.isEmpty {
            let group = Array(rest.prefix(3))
            rest = rest.dropFirst(3)
            let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for position in 0..<4 {
                let digit = Int(bits >> UInt32(18 - 6 * position)) & 63
                text.append(position <= group.count ? digits[digit] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
