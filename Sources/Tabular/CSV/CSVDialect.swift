import Workbench

/// How a CSV file is written: its delimiter and its header.
struct CSVDialect: Sendable {
    /// The byte between fields.
    let delimiter: UInt8
    /// The names of the columns.
    let header: [String]
    /// Bytes before the first data record: byte order mark, blank lines, header.
    let headerBytes: Int
    /// Lines that those bytes make up.
    let headerLines: Int

    /// Reads the start of a file.
    ///
    /// - Parameters:
    ///   - bytes: the first bytes.
    ///   - isLast: whether no bytes follow them.
    ///   - name: the file's name in messages.
    /// - Returns: nil where the header may go on after `bytes`.
    /// - Throws: `invalidInput` for an empty file and names that are empty, doubled, too many or
    ///   not UTF-8.
    static func read(
        _ bytes: ArraySlice<UInt8>, isLast: Bool, delimiter: UInt8?, name: String
    ) throws(BancadaError) -> CSVDialect? {
        var start = bytes.startIndex
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { start += 3 }
        while start < bytes.endIndex, bytes[start] == 10 || bytes[start] == 13 { start += 1 }
        guard start < bytes.endIndex else {
            guard isLast else { return nil }
            throw BancadaError(.invalidInput, "\(name) is empty, expected a header and rows")
        }
        let delimiter = delimiter ?? detectDelimiter(bytes[start...])
        let record = CSVRecord(bytes[start...], delimiter: delimiter)
        // A carriage return at the very end may belong to a line feed that follows.
        guard record.end < bytes.endIndex || isLast else { return nil }
        let lines = lineCount(bytes[..<record.end])
        if let problem = record.problem {
            throw BancadaError(
                .invalidInput, "\(name):\(lineCount(bytes[..<start]) + 1): \(problem)",
                hint: "double every quote that is part of a quoted field")
        }
        return CSVDialect(
            delimiter: delimiter, header: try names(record.fields, line: lines, name: name),
            headerBytes: record.end - bytes.startIndex, headerLines: lines)
    }

    /// How many line ends there are: LF, CR LF and a lone CR alike.
    static func lineCount(_ bytes: ArraySlice<UInt8>) -> Int {
        var count = 0
        var previous: UInt8 = 0
        for byte in bytes {
            if byte == 13 || (byte == 10 && previous != 13) { count += 1 }
            previous = byte
        }
        return count
    }

    private static func names(
        _ fields: [[UInt8]], line: Int, name: String
    ) throws(BancadaError) -> [String] {
        guard fields.count <= CSVLimits.columns else {
            throw BancadaError(
                .invalidInput,
                "\(name) has \(fields.count) columns, expected at most \(CSVLimits.columns)")
        }
        var seen: [String: Int] = [:]
        var names: [String] = []
        for (index, field) in fields.enumerated() {
            guard let text = String(validating: field, as: UTF8.self), !field.contains(0) else {
                throw BancadaError(
                    .invalidInput, "\(name): the name of column \(index + 1) is not UTF-8 text",
                    hint: "save the file as UTF-8")
            }
            guard !text.isEmpty else {
                throw BancadaError(
                    .invalidInput, "\(name): column \(index + 1) has no name in the header",
                    hint: "name the column in the first line, or delete the column")
            }
            if let first = seen.updateValue(index, forKey: text) {
                throw BancadaError(
                    .invalidInput,
                    "\(name): columns \(first + 1) and \(index + 1) are both named \"\(text)\"",
                    hint: Double(text) == nil
                        ? "give every column a name of its own"
                        : "put a line with the names of the columns before the data")
            }
            names.append(text)
        }
        return names
    }

    /// The candidate that cuts the first lines into the same number of fields, more than one;
    /// of several the one with most fields. Where none does, the most frequent one of the header.
    static func detectDelimiter(_ bytes: ArraySlice<UInt8>) -> UInt8 {
        let candidates = [",", ";", "\t", "|"].flatMap(\.utf8)
        var best: (delimiter: UInt8, score: (Int, Int)) = (UInt8(ascii: ","), (0, 0))
        for candidate in candidates {
            let counts = fieldCounts(bytes, delimiter: candidate)
            guard let first = counts.first, first > 1 else { continue }
            let steady = counts.allSatisfy { $0 == first } ? 1 : 0
            if (steady, first) > best.score { best = (candidate, (steady, first)) }
        }
        return best.delimiter
    }

    /// Fields in each of the first records; a record that is cut off at the end is left out.
    private static func fieldCounts(_ bytes: ArraySlice<UInt8>, delimiter: UInt8) -> [Int] {
        var counts: [Int] = []
        var fields = 1
        var isQuoted = false
        var isEmpty = true
        for byte in bytes.prefix(64 << 10) {
            if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if !isQuoted, byte == 10 || byte == 13 {
                if !isEmpty { counts.append(fields) }
                if counts.count == 20 { return counts }
                fields = 1
                isEmpty = true
                continue
            } else if !isQuoted, byte == delimiter {
                fields += 1
            }
            isEmpty = false
        }
        if counts.isEmpty { counts.append(fields) }
        return counts
    }
}

/// The fields of one record, unquoted, unquoted ones without the space around them.
struct CSVRecord {
    /// The fields.
    private(set) var fields: [[UInt8]] = []
    /// Where the next record starts.
    private(set) var end: Int
    /// What is wrong with it, as a phrase.
    private(set) var problem: String?

    /// Reads the record that `bytes` starts with.
    init(_ bytes: ArraySlice<UInt8>, delimiter: UInt8) {
        end = bytes.startIndex
        while true {
            fields.append(readField(bytes, delimiter: delimiter))
            guard problem == nil, end < bytes.endIndex, bytes[end] == delimiter else { break }
            end += 1
        }
        if end < bytes.endIndex {
            let isPair = bytes[end] == 13 && end + 1 < bytes.endIndex && bytes[end + 1] == 10
            end += isPair ? 2 : 1
        }
    }

    /// Reads a field and leaves `end` at the byte behind it.
    private mutating func readField(_ bytes: ArraySlice<UInt8>, delimiter: UInt8) -> [UInt8] {
        let isEnd = { (byte: UInt8) in byte == delimiter || byte == 10 || byte == 13 }
        guard end < bytes.endIndex, bytes[end] == UInt8(ascii: "\"") else {
            let start = end
            while end < bytes.endIndex, !isEnd(bytes[end]) { end += 1 }
            var field = bytes[start..<end]
            while let last = field.last, last == 32 || last == 9 { field.removeLast() }
            while let first = field.first, first == 32 || first == 9 { field.removeFirst() }
            return Array(field)
        }
        var field: [UInt8] = []
        end += 1
        while end < bytes.endIndex {
            let byte = bytes[end]
            end += 1
            if byte != UInt8(ascii: "\"") {
                field.append(byte)
            } else if end < bytes.endIndex, bytes[end] == UInt8(ascii: "\"") {
                field.append(byte)
                end += 1
            } else {
                if end < bytes.endIndex, !isEnd(bytes[end]) {
                    problem = "text follows a closing quote in the header"
                }
                return field
            }
        }
        problem = "a quote that opens in the header is never closed"
        return field
    }
}
