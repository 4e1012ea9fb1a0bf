import Workbench

/// The 512 bytes before each file of a tar archive, in the ustar form of POSIX.1-1988 with the
/// extended (pax) records of POSIX.1-2001 for what does not fit.
enum TarHeader {
    /// Headers and contents fill whole blocks.
    static let block = 512

    /// What an entry is.
    enum Kind: UInt8 {
        case file = 0x30
        case folder = 0x35
        case extended = 0x78
    }

    /// The header of an entry, before it the extended one that its path or size needs.
    static func bytes(
        path: String, kind: Kind, size: Int64, seconds: Int64
    ) -> [UInt8] {
        let name = kind == .folder ? path + "/" : path
        let largest: Int64 = 0o77777777777
        var records: [UInt8] = []
        var place = split(name)
        if place == nil {
            records += record("path", name)
            place = (prefix: [], name: Array(name.utf8.prefix(99).map { $0 < 0x80 ? $0 : 0x5F }))
        }
        if size > largest { records += record("size", String(size)) }
        var bytes: [UInt8] = []
        if !records.isEmpty {
            bytes += header(
                (prefix: [], name: Array("PaxHeaders/record".utf8)), .extended,
                size: Int64(records.count), seconds: seconds)
            bytes += records + padding(after: Int64(records.count))
        }
        if let place {
            bytes += header(place, kind, size: size > largest ? 0 : size, seconds: seconds)
        }
        return bytes
    }

    /// The zeros that fill the last block of a content.
    static func padding(after size: Int64) -> [UInt8] {
        let rest = Int(size % Int64(block))
        return rest == 0 ? [] : [UInt8](repeating: 0, count: block - rest)
    }

    /// The sum of a header's bytes with its own field as spaces.
    static func checksum(_ header: ArraySlice<UInt8>) -> Int {
        var sum = 0
        for (index, byte) in header.enumerated() {
            sum += (148..<156).contains(index) ? 0x20 : Int(byte)
        }
        return sum
    }

    /// `length key=value\n`, in which the length counts itself.
    private static func record(_ key: String, _ value: String) -> [UInt8] {
        let rest = " \(key)=\(value)\n"
        var length = rest.utf8.count
        while String(length).utf8.count + rest.utf8.count != length {
            length = String(length).utf8.count + rest.utf8.count
        }
        return Array((String(length) + rest).utf8)
    }

    /// A path in the two fields that hold it; nil where it does not fit or is not ASCII.
    private static func split(_ path: String) -> (prefix: [UInt8], name: [UInt8])? {
        let bytes = Array(path.utf8)
        guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
        if bytes.count <= 100 { return ([], bytes) }
        // The slash between the fields is not written.
        for index in bytes.indices.reversed() where bytes[index] == 0x2F && index > 0 {
            let name = bytes.count - index - 1
            if index <= 155, (1...100).contains(name) {
                return (Array(bytes[..<index]), Array(bytes[(index + 1)...]))
            }
        }
        return nil
    }

    private static func header(
        _ place: (prefix: [UInt8], name: [UInt8]), _ kind: Kind, size: Int64, seconds: Int64
    ) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: block)
        func put(_ bytes: [UInt8], at start: Int) {
            header.replaceSubrange(start..<(start + bytes.count), with: bytes)
        }
        func octal(_ number: Int64, digits: Int) -> [UInt8] {
            let text = String(number, radix: 8)
            return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
        }
        put(place.name, at: 0)
        put(octal(kind == .folder ? 0o755 : 0o644, digits: 7), at: 100)
        put(octal(0, digits: 7), at: 108)
        put(octal(0, digits: 7), at: 116)
        put(octal(size, digits: 11), at: 124)
        put(octal(min(max(0, seconds), 0o77777777777), digits: 11), at: 136)
        header[156] = kind.rawValue
        put(Array("ustar".utf8) + [0] + Array("00".utf8), at: 257)
        put(place.prefix, at: 345)
        put(octal(Int64(checksum(header[...])), digits: 6) + [0, 0x20], at: 148)
        return header
    }
}
