/// Percent-encoding of one segment of a URL's path (RFC 3986, section 2.1).
package enum PercentEncoding {
    /// The text that `segment` stands for; nil when an escape is not two hexadecimal digits or the
    /// bytes are not UTF-8. A plus sign stands for itself.
    ///
    /// - Parameter keepsBroken: leaves what is no escape as it is, instead of refusing it.
    package static func decode(_ segment: String, keepsBroken: Bool = false) -> String? {
        guard segment.utf8.contains(UInt8(ascii: "%")) else { return segment }
        let bytes = Array(segment.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%") {
                if index + 2 < bytes.count, let high = digit(bytes[index + 1]),
                    let low = digit(bytes[index + 2])
                {
                    result.append(high << 4 | low)
                    index += 3
                    continue
                }
                guard keepsBroken else { return nil }
            }
            result.append(bytes[index])
            index += 1
        }
        return String(validating: result, as: UTF8.self)
    }

    /// `text` as one segment: everything but letters, digits and `-._~` is escaped.
    package static func encode(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                result.append(byte)
            default:
                result.append(contentsOf: [
                    UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)],
                ])
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
    }
}
