import Workbench

/// Walks over the headers of a tar archive.
struct TarReader {
    /// A file or folder of the archive.
    struct Entry {
        /// The parts of its path, none of them `.` or `..`; empty for the root.
        let path: [String]
        let isFolder: Bool
        /// Where its bytes start.
        let offset: Int64
        let size: Int64
    }

    private let title: String
    private let size: Int64
    private let read: (Int64, Int) throws(BancadaError) -> [UInt8]
    private var offset: Int64 = 0
    /// What was read ahead, and where it starts.
    private var window: (start: Int64, bytes: [UInt8]) = (0, [])

    /// The longest path and the longest extended header that are accepted.
    private static let limit: Int64 = 1 << 20

    /// A reader of an archive of `size` bytes.
    init(
        title: String, size: Int64,
        read: @escaping (Int64, Int) throws(BancadaError) -> [UInt8]
    ) {
        self.title = title
        self.size = size
        self.read = read
    }

    /// The next entry; nil at the end.
    ///
    /// - Throws: `invalidInput`.
    mutating func next() throws(BancadaError) -> Entry? {
        var longPath: String?
        var longSize: Int64?
        while true {
            let start = offset
            let header = try take(TarHeader.block)
            if header.allSatisfy({ $0 == 0 }) {
                if start == 0 { throw invalid("is no tar archive", at: start) }
                return nil
            }
            try check(header, at: start)
            var length = try number(header[124..<136], at: start)
            let type = header[156]
            if let size = longSize, type == 0x30 || type == 0 || type == 0x37 { length = size }
            guard length >= 0, length <= size - offset else {
                throw invalid("ends early: an entry goes beyond its end", at: start)
            }
            switch type {
            case 0x78:
                let records = try extended(try content(length, at: start), at: start)
                longPath = records.path ?? longPath
                longSize = records.size ?? longSize
            case 0x67: skip(length)
            case 0x4C:
                longPath = text(try content(length, at: start).prefix { $0 != 0 })
            case 0x30, 0x00, 0x37, 0x35:
                let path = longPath ?? self.path(of: header)
                let entry = Entry(
                    path: try parts(path, at: start), isFolder: type == 0x35 || path.hasSuffix("/"),
                    offset: offset, size: length)
                skip(length)
                return entry
            default:
                throw invalid(
                    "has \(Self.kinds[type] ?? "an entry of unknown kind") at "
                        + "\"\(longPath ?? self.path(of: header))\"; only files and folders are "
                        + "accepted", at: start)
            }
        }
    }

    private static let kinds: [UInt8: String] = [
        0x31: "a hard link", 0x32: "a symbolic link", 0x33: "a device", 0x34: "a device",
        0x36: "a pipe", 0x53: "a sparse file", 0x4B: "a link",
    ]

    private func check(_ header: [UInt8], at start: Int64) throws(BancadaError) {
        if start == 0, header.starts(with: [0x1F, 0x8B]) {
            throw BancadaError(
                .invalidInput, "\(title) is compressed, expected a plain tar archive",
                hint: "run 'gunzip \(title)' first")
        }
        let sum = try number(header[148..<156], at: start)
        guard sum == Int64(TarHeader.checksum(header[...])) else {
            throw invalid(
                start == 0 ? "is no tar archive" : "is damaged: a header has a wrong checksum",
                at: start)
        }
    }

    /// An octal number, or GNU's binary one.
    private func number(_ field: ArraySlice<UInt8>, at start: Int64) throws(BancadaError) -> Int64 {
        if let first = field.first, first & 0x80 != 0 {
            var value: Int64 = Int64(first & 0x3F)
            for byte in field.dropFirst() {
                guard value < 1 << 54 else { throw invalid("has a bad number", at: start) }
                value = value << 8 | Int64(byte)
            }
            return value
        }
        let digits = field.filter { $0 != 0 && $0 != 0x20 }
        if digits.isEmpty { return 0 }
        guard let value = Int64(String(decoding: digits, as: UTF8.self), radix: 8) else {
            throw invalid(start == 0 ? "is no tar archive" : "has a bad number", at: start)
        }
        return value
    }

    private func path(of header: [UInt8]) -> String {
        let name = text(header[0..<100].prefix { $0 != 0 })
        let isPosix = header[257..<263].elementsEqual(Array("ustar".utf8) + [0])
        let prefix = text(header[345..<500].prefix { $0 != 0 })
        return isPosix && !prefix.isEmpty ? prefix + "/" + name : name
    }

    private func text(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: Array(bytes), as: UTF8.self)
    }

    /// The parts of a path that stays inside.
    private func parts(_ path: String, at start: Int64) throws(BancadaError) -> [String] {
        let parts = path.utf8.split(separator: 0x2F).map { String(Substring($0)) }
            .filter { $0 != "." }
        guard path.utf8.first != 0x2F, !parts.contains(".."), !path.utf8.contains(0) else {
            throw invalid("has the unsafe path \"\(path)\"", at: start)
        }
        return parts
    }

    private func extended(
        _ bytes: [UInt8], at start: Int64
    ) throws(BancadaError) -> (path: String?, size: Int64?) {
        var rest = bytes[...]
        var path: String?
        var size: Int64?
        while !rest.isEmpty {
            guard let space = rest.firstIndex(of: 0x20),
                let length = Int(text(rest[..<space])), length > space - rest.startIndex + 1,
                length <= rest.count
            else { throw invalid("has a damaged extended header", at: start) }
            let end = rest.startIndex + length
            let record = rest[(space + 1)..<(end - 1)]
            rest = rest[end...]
            guard let equals = record.firstIndex(of: 0x3D) else { continue }
            let value = text(record[(equals + 1)...])
            switch text(record[..<equals]) {
            case "path": path = value
            case "size": size = Int64(value) ?? -1
            case "GNU.sparse.major", "GNU.sparse.map":
                throw invalid("has a sparse file; only plain ones are accepted", at: start)
            default: break
            }
        }
        return (path, size)
    }

    private mutating func content(_ length: Int64, at start: Int64) throws(BancadaError) -> [UInt8]
    {
        guard length <= Self.limit else { throw invalid("has a name that is too long", at: start) }
        let bytes = try take(Int(length))
        skip(0, after: length)
        return bytes
    }

    private mutating func skip(_ length: Int64, after read: Int64 = 0) {
        let block = Int64(TarHeader.block)
        let total = length + read
        offset += length + (block - total % block) % block
    }

    private mutating func take(_ count: Int) throws(BancadaError) -> [UInt8] {
        let start = Int(clamping: offset - window.start)
        if offset < window.start || start + count > window.bytes.count {
            // Small files stand close together, so one read brings many headers.
            window = (offset, try read(offset, max(count, 1 << 15)))
        }
        let from = Int(offset - window.start)
        guard window.bytes.count - from >= count else {
            throw invalid("ends early: the archive is not complete", at: offset)
        }
        offset += Int64(count)
        return Array(window.bytes[from..<(from + count)])
    }

    private func invalid(_ message: String, at start: Int64) -> BancadaError {
        BancadaError(
            .invalidInput, "\(title) \(message) (byte \(start))",
            hint: "make the archive again, or name another file")
    }
}
