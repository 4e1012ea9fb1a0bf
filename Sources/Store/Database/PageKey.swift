import Workbench

/// What is inside a `PageToken`: which listing it continues, over which query, after which row.
///
/// The text is hexadecimal: a version, the listing's letter, a hash of the query, the key's fields
/// and a checksum. A token of another listing or query, or one that was changed, is refused.
struct PageKey: Equatable {
    /// The listings that have pages.
    enum Listing: UInt8 {
        case runs = 0x72
        case history = 0x68
        case experiments = 0x65
        case models = 0x6D
        case versions = 0x76
        case loggedModels = 0x6C
        case traces = 0x74
    }

    /// One column of the key.
    enum Field: Equatable {
        case integer(Int64)
        case text(String)
    }

    /// The listing that goes on.
    let listing: Listing
    /// A hash of everything that decides which rows the listing has.
    let query: UInt64
    /// The key columns of the last row that was shown.
    let fields: [Field]

    private static let version: UInt8 = 1
    /// A key may have the longest texts that an order can have.
    private static let longest = 1 << 19

    /// The token that spells the key.
    var token: PageToken {
        var bytes: [UInt8] = [Self.version, listing.rawValue]
        bytes.append(bigEndian: query)
        for field in fields {
            switch field {
            case .integer(let number):
                bytes.append(0)
                bytes.append(bigEndian: UInt64(bitPattern: number))
            case .text(let text):
                bytes.append(1)
                bytes.append(bigEndian: UInt64(text.utf8.count))
                bytes.append(contentsOf: text.utf8)
            }
        }
        bytes.append(bigEndian: StableHash(bytes).value)
        let digits = Array("0123456789abcdef".unicodeScalars)
        var text = String.UnicodeScalarView()
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return PageToken(text: String(text))
    }

    /// The key fields of a token; nil for no token.
    ///
    /// - Throws: `invalidInput` unless it is a token of this listing and query.
    static func fields(
        of token: PageToken?, listing: Listing, query: UInt64
    ) throws(BancadaError) -> [Field]? {
        guard let token else { return nil }
        guard let key = PageKey(token), key.listing == listing, key.query == query else {
            throw BancadaError(
                .invalidInput,
                "page token \"\(token.text.prefix(40))\" does not continue this list",
                hint: "pass the token of the previous page with the same query, or none")
        }
        return key.fields
    }

    init(listing: Listing, query: UInt64, fields: [Field]) {
        self.listing = listing
        self.query = query
        self.fields = fields
    }

    /// The key that a token spells; nil when it is not ours.
    init?(_ token: PageToken) {
        guard token.text.utf8.count <= Self.longest, let bytes = Self.bytes(ofHex: token.text),
            bytes.count >= 18, bytes[0] == Self.version, let listing = Listing(rawValue: bytes[1])
        else { return nil }
        var reader = ByteReader(bytes: bytes[...])
        let body = bytes.dropLast(8)
        reader.bytes = bytes.suffix(8)
        guard reader.integer() == StableHash(Array(body)).value else { return nil }
        reader.bytes = body.dropFirst(2)
        guard let query = reader.integer() else { return nil }
        var fields: [Field] = []
        while let kind = reader.bytes.popFirst() {
            guard let number = reader.integer() else { return nil }
            if kind == 0 {
                fields.append(.integer(Int64(bitPattern: number)))
            } else {
                guard kind == 1, let text = reader.text(count: number) else { return nil }
                fields.append(.text(text))
            }
        }
        self.init(listing: listing, query: query, fields: fields)
    }

    private static func bytes(ofHex text: String) -> [UInt8]? {
        let digits = text.utf8.map { byte -> UInt8? in
            switch byte {
            case 0x30...0x39: byte - 0x30
            case 0x61...0x66: byte - 0x61 + 10
            default: nil
            }
        }
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}

private struct ByteReader {
    var bytes: ArraySlice<UInt8>

    mutating func integer() -> UInt64? {
        guard bytes.count >= 8 else { return nil }
        defer { bytes.removeFirst(8) }
        return bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func text(count: UInt64) -> String? {
        guard count <= UInt64(bytes.count) else { return nil }
        let length = Int(count)
        defer { bytes.removeFirst(length) }
        return String(validating: bytes.prefix(length), as: UTF8.self)
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian number: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
        }
    }
}

/// FNV-1a with 64 bits: the same in every process, unlike `Hasher`.
struct StableHash {
    /// The hash so far.
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    init(_ bytes: [UInt8] = []) {
        for byte in bytes { mix(byte) }
    }

    /// Adds a text and its end.
    mutating func combine(_ text: String) {
        for byte in text.utf8 { mix(byte) }
        mix(0)
    }

    private mutating func mix(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
}
