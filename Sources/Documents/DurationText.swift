package import Workbench

/// Reads lengths of time: `500ms`, `2s`, `10m`, `1h30m`, `1d`; a plain number is seconds.
package enum DurationText {
    /// The longest time that is accepted: a hundred years.
    private static let maximumSeconds = 100.0 * 365 * 86400

    /// The length of time that a text says; nil when it says none. The parts go from greater units
    /// to smaller ones, and only the last may have a fraction.
    package static func duration(_ text: String) -> Duration? {
        let units: [(name: String, seconds: Double)] = [
            ("d", 86400), ("h", 3600), ("m", 60), ("s", 1), ("ms", 0.001),
        ]
        var rest = text.utf8[...]
        var total = 0.0
        var next = 0
        var parts = 0
        while !rest.isEmpty {
            let digits = rest.prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { (0x61...0x7A).contains($0) }
            rest = rest.dropFirst(letters.count)
            guard digits.first != UInt8(ascii: "."), digits.last != UInt8(ascii: "."),
                let number = Double(String(digits) ?? ""), number.isFinite
            else { return nil }
            if letters.isEmpty {
                guard parts == 0, rest.isEmpty else { return nil }
                return limited(number)
            }
            let name = String(letters) ?? ""
            guard let unit = units.firstIndex(where: { $0.name == name }), unit >= next,
                rest.isEmpty || !digits.contains(UInt8(ascii: "."))
            else { return nil }
            total += number * units[unit].seconds
            next = unit + 1
            parts += 1
        }
        return parts > 0 ? limited(total) : nil
    }

    /// The length of time that a value says.
    ///
    /// - Parameters:
    ///   - name: what it is called in messages.
    ///   - document: the document's name in messages.
    /// - Throws: `invalidInput` naming line and column.
    package static func duration(
        _ node: Node, name: String, document: String
    ) throws(BancadaError) -> Duration {
        let found: String
        switch node.value {
        case .integer, .number:
            if let value = node.double, let duration = limited(value) { return duration }
            found = node.json.compactText
        case .string(let text):
            if let duration = duration(text) { return duration }
            found = "\"\(text.prefix(60))\""
        default: found = node.kind
        }
        throw BancadaError(
            .invalidInput,
            "\(document):\(node.location.line):\(node.location.column): \"\(name)\" is \(found), "
                + "expected a length of time",
            hint: "write it like 30s, 500ms, 10m or 1h30m")
    }

    /// In whole microseconds, so that decimal fractions are exact; nil outside what is accepted.
    private static func limited(_ seconds: Double) -> Duration? {
        guard seconds >= 0, seconds <= maximumSeconds else { return nil }
        return .microseconds(Int64((seconds * 1e6).rounded()))
    }
}
