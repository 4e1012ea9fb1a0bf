/// Messages of OpenTelemetry's protocol, written by hand.
enum Wire {
    /// A field of bytes.
    static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        var rest = bytes.count
        repeat {
            length.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
            rest >>= 7
        } while rest > 0
        // Numbers from 16 on take two bytes, and none is written here.
        return [number << 3 | 2] + length + bytes
    }

    /// An attribute whose value is a text.
    static func attribute(_ field: UInt8, _ key: String, _ value: String) -> [UInt8] {
        let text = Self.field(2, Self.field(1, Array(value.utf8)))
        return Self.field(field, Self.field(1, Array(key.utf8)) + text)
    }

    /// A root that took a second, in the trace whose bytes are all `trace`.
    static func span(
        id: UInt8, trace: UInt8 = 7, name: String = "step",
        attributes: [(String, String)] = []
    ) -> [UInt8] {
        var bytes = field(1, Array(repeating: trace, count: 16))
        bytes += field(2, Array(repeating: id, count: 8)) + field(5, Array(name.utf8))
        bytes += time(7, 1_700_000_000_000_000_000) + time(8, 1_700_000_001_000_000_000)
        for (key, value) in attributes { bytes += attribute(9, key, value) }
        return bytes
    }

    private static func time(_ number: UInt8, _ nanoseconds: UInt64) -> [UInt8] {
        [number << 3 | 1]
            + (0..<8).map { UInt8(truncatingIfNeeded: nanoseconds >> UInt64(8 * $0)) }
    }

    /// An attribute of a span whose value is a list in a list and so on.
    static func nested(_ depth: Int) -> [UInt8] {
        var value: [UInt8] = [0x10, 1]
        for _ in 0..<depth { value = field(5, field(1, value)) }
        return field(9, field(1, Array("deep".utf8)) + field(2, value))
    }

    /// A request with one resource and these spans.
    static func export(
        resource: [(String, String)] = [], spans: [[UInt8]]
    ) -> [UInt8] {
        let attributes = resource.flatMap { attribute(1, $0.0, $0.1) }
        let scope = spans.flatMap { field(2, $0) }
        return field(1, field(1, attributes) + field(2, scope))
    }
}
