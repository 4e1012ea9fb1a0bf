package import Workbench

/// Writes JSON values as UTF-8.
///
/// Numbers are the shortest text that reads back as the same value. NaN and the infinities, which
/// JSON cannot say, become the strings "NaN", "Infinity" and "-Infinity", as protobuf's JSON and
/// MLflow write them.
package struct JSONWriter {
    /// The bytes written so far.
    package private(set) var bytes: [UInt8] = []
    private let indent: Int?

    /// A writer of compact text, or of lines indented by `indent` spaces.
    package init(indent: Int? = nil) {
        self.indent = indent
    }

    /// Appends a value.
    package mutating func write(_ value: JSON) {
        write(value, depth: 0)
    }

    private mutating func write(_ value: JSON, depth: Int) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .integer(let value): append(String(value))
        case .number(let value): Self.append(value, to: &bytes)
        case .string(let value): Self.append(value, to: &bytes)
        case .array(let items): write(items, depth: depth)
        case .object(let members): write(members, depth: depth)
        }
    }

    private mutating func write(_ items: [JSON], depth: Int) {
        bytes.append(UInt8(ascii: "["))
        // Arrays of plain values stay on one line: vectors in model.json would fill pages.
        let plain = items.allSatisfy(\.isPlain)
        for (position, item) in items.enumerated() {
            if position > 0 { append(plain && indent != nil ? ", " : ",") }
            if !plain { newLine(depth + 1) }
            write(item, depth: depth + 1)
        }
        if !plain { newLine(depth) }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ members: [JSON.Member], depth: Int) {
        bytes.append(UInt8(ascii: "{"))
        for (position, member) in members.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            newLine(depth + 1)
            Self.append(member.name, to: &bytes)
            append(indent == nil ? ":" : ": ")
            write(member.value, depth: depth + 1)
        }
        if !members.isEmpty { newLine(depth) }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func newLine(_ depth: Int) {
        guard let indent else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * indent))
    }

    /// Appends the JSON text of a number: shortest form that reads back as the same value.
    package static func append(_ value: Double, to bytes: inout [UInt8]) {
        if value.isNaN {
            bytes.append(contentsOf: "\"NaN\"".utf8)
        } else if value.isInfinite {
            bytes.append(contentsOf: (value < 0 ? "\"-Infinity\"" : "\"Infinity\"").utf8)
        } else {
            bytes.append(contentsOf: value.description.utf8)
        }
    }

    /// Appends a JSON string with its quotes.
    package static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
            case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20:
                let hex = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(hex[Int(byte >> 4)])
                bytes.append(hex[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

extension JSON {
    /// The compact text as bytes.
    package var compactBytes: [UInt8] {
        var writer = JSONWriter()
        writer.write(self)
        return writer.bytes
    }

    /// The compact text.
    package var compactText: String { String(decoding: compactBytes, as: UTF8.self) }

    /// Text for people: two spaces a level, a line a member, a line feed at the end.
    package var prettyText: String {
        var writer = JSONWriter(indent: 2)
        writer.write(self)
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }

    fileprivate var isPlain: Bool {
        switch self {
        case .array, .object: false
        default: true
        }
    }
}
