import Documents
package import Workbench

/// Reads metrics from what programs print: `name=value`, several in a line, among any other text;
/// of a name the last counts. This is the StdOut format of Katib's metrics collector; `nan` and
/// `inf` are read too.
package enum MetricText {
    /// The metrics in a text, ordered by name.
    package static func metrics(in text: String) -> [JSON.Member] {
        var found: [String: Double] = [:]
        let bytes = Array(text.utf8)
        var index = 0
        while let equals = bytes[index...].firstIndex(of: UInt8(ascii: "=")) {
            index = equals + 1
            guard let name = name(in: bytes, before: equals),
                let value = number(in: bytes, after: equals)
            else { continue }
            found[name] = value
        }
        return found.sorted { $0.key < $1.key }.map { .init($0.key, .number($0.value)) }
    }

    /// The metrics of a file: one JSON object of numbers, or text.
    ///
    /// - Throws: `failed` for an object that has something else than numbers in it.
    package static func metrics(
        ofFile bytes: [UInt8], name: String
    ) throws(BancadaError) -> [JSON.Member] {
        let first = bytes.first { !isSpace($0) && $0 != 0x0A && $0 != 0x0D }
        guard first == UInt8(ascii: "{") else {
            return metrics(in: String(decoding: bytes, as: UTF8.self))
        }
        let node = try JSONParser.parse(bytes, document: name)
        return try numbers(of: node.json, in: name)
    }

    /// The numbers of an object; texts such as "NaN" are numbers that JSON cannot say.
    ///
    /// - Throws: `failed` for anything else.
    static func numbers(of value: JSON, in name: String) throws(BancadaError) -> [JSON.Member] {
        guard case .object(let members) = value else {
            throw BancadaError(
                .failed,
                "\(name) has \(value.compactText.prefix(60)), expected an object of metrics")
        }
        var metrics: [JSON.Member] = []
        for member in members {
            switch member.value {
            case .integer(let number): metrics.append(.init(member.name, .number(Double(number))))
            case .number: metrics.append(member)
            case .string(let text):
                if let number = Double(text) {
                    metrics.append(.init(member.name, .number(number)))
                    continue
                }
                fallthrough
            default:
                throw BancadaError(
                    .failed,
                    "\(name) has \"\(member.name)\": \(member.value.compactText.prefix(60)), "
                        + "expected a number")
            }
        }
        return metrics
    }

    private static func name(in bytes: [UInt8], before equals: Int) -> String? {
        var end = equals
        while end > 0, isSpace(bytes[end - 1]) { end -= 1 }
        var start = end
        while start > 0, isWord(bytes[start - 1]) { start -= 1 }
        return start < end ? String(decoding: bytes[start..<end], as: UTF8.self) : nil
    }

    private static func number(in bytes: [UInt8], after equals: Int) -> Double? {
        var start = equals + 1
        while start < bytes.count, isSpace(bytes[start]) { start += 1 }
        var end = start
        while end < bytes.count, end - start < 64, isNumeric(bytes[end]) { end += 1 }
        // The longest part that is a number: "3/10" is 3, "1.2.3" is 1.2.
        while end > start {
            if let value = Double(String(decoding: bytes[start..<end], as: UTF8.self)) {
                return value
            }
            end -= 1
        }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"),
            UInt8(ascii: "|"):
            true
        default: false
        }
    }

    /// What decimal numbers, `nan`, `inf` and `infinity` are made of.
    private static func isNumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"): true
        default: "eEnNaAiIfFtTyY".utf8.contains(byte)
        }
    }
}
