import Workbench

/// Reads the fields of one message of Protocol Buffers' wire format, in their order.
///
/// Nothing is copied, and no length or nesting that the bytes claim is believed before it is
/// checked, so no input can trap or make it allocate.
struct ProtobufReader {
    /// The value of a field as the wire has it.
    enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        /// A text, bytes, a message or packed numbers.
        case bytes(ArraySlice<UInt8>)
    }

    private var bytes: ArraySlice<UInt8>

    /// A reader of the message in `bytes`.
    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    /// The next field; nil at the end.
    ///
    /// - Throws: `invalidInput` for bytes that are no message.
    mutating func next() throws(BancadaError) -> (number: Int, value: Value)? {
        if bytes.isEmpty { return nil }
        let key = try varint()
        guard let number = Int(exactly: key >> 3), (1...536_870_911).contains(number) else {
            throw Self.malformed("the number of a field is not between 1 and 536870911")
        }
        switch key & 7 {
        case 0: return (number, .varint(try varint()))
        case 1: return (number, .fixed64(try little(8)))
        case 2:
            let length = try varint()
            guard length <= UInt64(bytes.count) else {
                throw Self.malformed("field \(number) is longer than its message")
            }
            let value = bytes.prefix(Int(length))
            bytes = bytes.dropFirst(Int(length))
            return (number, .bytes(value))
        case 5: return (number, .fixed32(UInt32(truncatingIfNeeded: try little(4))))
        default: throw Self.malformed("field \(number) is of wire type \(key & 7)")
        }
    }

    /// A number in groups of seven bits, the least first.
    private mutating func varint() throws(BancadaError) -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = bytes.popFirst() {
            // The tenth byte has one bit left to give.
            guard shift < 63 || byte <= 1 else { break }
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
        throw Self.malformed("a number does not end")
    }

    private mutating func little(_ count: Int) throws(BancadaError) -> UInt64 {
        guard bytes.count >= count else { throw Self.malformed("a number does not end") }
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// What is thrown for bytes that are no message, or not the one that is expected.
    static func malformed(_ reason: String) -> BancadaError {
        BancadaError(
            .invalidInput, "the body is no OpenTelemetry trace export: \(reason)",
            hint: "send an ExportTraceServiceRequest as application/x-protobuf")
    }
}

extension ProtobufReader.Value {
    /// The message, text or bytes in a field.
    func bytes(of name: String) throws(BancadaError) -> ArraySlice<UInt8> {
        guard case .bytes(let bytes) = self else { throw wrong(name) }
        return bytes
    }

    /// The text in a field.
    func text(of name: String) throws(BancadaError) -> String {
        guard let text = String(validating: try bytes(of: name), as: UTF8.self) else {
            throw ProtobufReader.malformed("\(name) is not UTF-8")
        }
        return text
    }

    /// The number in a field of variable length.
    func varint(of name: String) throws(BancadaError) -> UInt64 {
        guard case .varint(let number) = self else { throw wrong(name) }
        return number
    }

    /// The number in a field of eight bytes.
    func fixed64(of name: String) throws(BancadaError) -> UInt64 {
        guard case .fixed64(let number) = self else { throw wrong(name) }
        return number
    }

    /// The number in a field of four bytes.
    func fixed32(of name: String) throws(BancadaError) -> UInt32 {
        guard case .fixed32(let number) = self else { throw wrong(name) }
        return number
    }

    private func wrong(_ name: String) -> BancadaError {
        ProtobufReader.malformed("\(name) is of another wire type")
    }
}
