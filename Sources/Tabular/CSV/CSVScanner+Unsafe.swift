/// Parses records of CSV into columns.
enum CSVParser {
    /// The values of the records in `bytes[range]`.
    ///
    /// - Precondition: the range ends behind a line end.
    static func parse(_ bytes: [UInt8], _ range: Range<Int>, plan: CSVPlan) -> CSVChunk {
        guard !range.isEmpty else { return CSVChunk() }
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            let part = unsafe UnsafeBufferPointer(rebasing: buffer[range])
            let last = unsafe part[part.count - 1]
            precondition(last == 10 || last == 13, "a chunk ends with a line end")
            return unsafe parse(part, plan: plan)
        }
    }

    /// What the columns of the sample's whole records look like.
    static func guess(_ sample: [UInt8], _ plan: CSVPlan) -> [CellFlags] {
        let splitter = CSVSplitter(delimiter: plan.delimiter, chunkBytes: sample.count + 1)
        let cut = splitter.cut(sample, count: sample.count, isLast: false)
        let open = CSVPlan(
            delimiter: plan.delimiter, kinds: plan.kinds,
            allowed: plan.kinds.map { _ in [.integer, .number, .boolean, .text] })
        return cut.chunks.first.map { parse(sample, $0, plan: open).flags } ?? []
    }

    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>, plan: CSVPlan) -> CSVChunk {
        var chunk = CSVChunk()
        let profile = unsafe ByteProfile(bytes)
        // A record has a line end, and a byte at least for every column; the last may be broken.
        let lineEnds = profile.lineFeeds + profile.carriageReturns
        chunk.stride = min(lineEnds, bytes.count / max(1, plan.kinds.count) + 1)
        chunk.lineCount =
            profile.carriageReturns == 0
            ? profile.lineFeeds : CSVDialect.lineCount(unsafe Array(bytes)[...])
        if profile.hasZeroBytes || profile.hasHighBytes,
            let failure = unsafe textFailure(bytes, profile)
        {
            chunk.failure = failure
            return chunk
        }
        let numberCount = plan.numberCount * chunk.stride
        let textCount = plan.textCount * chunk.stride
        // Both have room for an element at least, and so an address.
        chunk.codes = [Int32](repeating: -1, count: max(1, textCount))
        chunk.numbers = unsafe [Double](unsafeUninitializedCapacity: max(1, numberCount)) {
            numbers, count in
            count = numberCount
            unsafe chunk.codes.withUnsafeMutableBufferPointer { codes in
                guard let start = bytes.baseAddress, let numbers = numbers.baseAddress,
                    let codes = codes.baseAddress
                else { return }
                let columns = plan.kinds.count
                let flags = UnsafeMutablePointer<CellFlags>.allocate(capacity: columns)
                defer { unsafe flags.deallocate() }
                unsafe flags.initialize(repeating: [], count: columns)
                var scanner = unsafe CSVScanner(
                    position: start, start: start, end: start + bytes.count,
                    delimiter: plan.delimiter, plan: plan, stride: chunk.stride,
                    numbers: numbers, codes: codes,
                    levels: Array(repeating: LevelDictionary(), count: plan.textCount),
                    flags: flags)
                unsafe scanner.run()
                unsafe scanner.unquoted.deallocate()
                chunk.rowCount = unsafe scanner.row
                chunk.levels = unsafe scanner.levels
                chunk.flags = unsafe Array(UnsafeBufferPointer(start: flags, count: columns))
                chunk.failure = unsafe scanner.failure
            }
        }
        return chunk
    }

    private static func textFailure(
        _ bytes: UnsafeBufferPointer<UInt8>, _ profile: ByteProfile
    ) -> CSVFailure? {
        var failure: CSVFailure?
        if profile.hasHighBytes {
            do {
                _ = try unsafe UTF8Span(validating: bytes.span)
            } catch {
                failure = CSVFailure(kind: .notUTF8, offset: error.byteOffsets.lowerBound)
            }
        }
        if profile.hasZeroBytes, let offset = unsafe bytes.firstIndex(of: 0),
            offset < failure?.offset ?? .max
        {
            failure = CSVFailure(kind: .zeroByte, offset: offset)
        }
        return failure
    }
}

/// Goes through whole records byte by byte.
///
/// The bytes it is given end with a line feed or carriage return, which stops every scan of an
/// unquoted field, so that the inner loops need no other bound; scans of quoted fields are bounded
/// by the end itself. Pointers live inside `CSVParser.parse` only.
@unsafe struct CSVScanner {
    var position: UnsafePointer<UInt8>
    let start: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    let delimiter: UInt8
    let plan: CSVPlan
    let stride: Int
    let numbers: UnsafeMutablePointer<Double>
    let codes: UnsafeMutablePointer<Int32>
    var levels: [LevelDictionary]
    let flags: UnsafeMutablePointer<CellFlags>
    var row = 0
    var unquoted = unsafe UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)
    var failure: CSVFailure?

    mutating func run() {
        let columns = unsafe plan.kinds.count
        unsafe plan.kinds.withUnsafeBufferPointer { kinds in
            while unsafe failure == nil {
                while unsafe position < end, unsafe position.pointee == 10 || position.pointee == 13
                {
                    unsafe position += 1
                }
                guard unsafe position < end else { return }
                let record = unsafe position
                for column in 0..<columns {
                    unsafe readCell(column, kinds[column])
                    let isDelimiter = unsafe position.pointee == delimiter
                    guard unsafe failure == nil, isDelimiter == (column + 1 < columns) else {
                        return unsafe failRecord(record, fields: column + 1)
                    }
                    unsafe position += 1
                }
                unsafe row += 1
            }
        }
    }

    /// Reads one cell and leaves the position at the byte that ends it.
    @inline(__always)
    private mutating func readCell(_ column: Int, _ kind: CSVPlan.Kind) {
        switch kind {
        case .number: unsafe readNumber(column)
        case .text: unsafe readText(column)
        case .skip: _ = unsafe readField()
        }
    }

    /// Plain decimal numbers without exponent, the overwhelming kind of cell, are read here;
    /// everything else goes through `readOther`.
    @inline(__always)
    private mutating func readNumber(_ column: Int) {
        var next = unsafe position
        let isNegative = unsafe next.pointee == UInt8(ascii: "-")
        if isNegative { unsafe next += 1 }
        let first = unsafe next
        var mantissa: UInt64 = 0
        while case let digit = unsafe next.pointee &- 48, digit < 10 {
            mantissa = mantissa &* 10 &+ UInt64(digit)
            unsafe next += 1
        }
        var digits = unsafe next - first
        var fraction = 0
        let hasPoint = unsafe next.pointee == UInt8(ascii: ".")
        if hasPoint {
            unsafe next += 1
            let point = unsafe next
            while case let digit = unsafe next.pointee &- 48, digit < 10 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                unsafe next += 1
            }
            fraction = unsafe next - point
            digits += fraction
        }
        // 19 digits cannot overflow 64 bits.
        guard unsafe isFieldEnd(next.pointee), digits > 0, digits <= 19,
            hasPoint || mantissa <= 1 << 53,
            let value = DecimalRounding.double(mantissa: mantissa, power: -fraction)
        else { return unsafe readOther(column) }
        unsafe position = next
        unsafe numbers[plan.slots[column] * stride + row] = isNegative ? -value : value
        unsafe flags[column].formUnion(hasPoint ? .number : .integer)
    }

    @inline(never)
    private mutating func readOther(_ column: Int) {
        let start = unsafe position
        let field = unsafe readField()
        let (seen, value) = unsafe CellValue.classify(field)
        unsafe numbers[plan.slots[column] * stride + row] = value
        unsafe flags[column].formUnion(seen)
        guard seen != .missing, unsafe plan.allowed[column].isDisjoint(with: seen) else { return }
        let text = unsafe String(decoding: field, as: UTF8.self)
        unsafe fail(.wrongValue(column: column, text: text), at: start)
    }

    private mutating func readText(_ column: Int) {
        let isQuoted = unsafe position.pointee == UInt8(ascii: "\"")
        let field = unsafe readField()
        let bare = unsafe CellValue.trimmed(field)
        guard unsafe !CellValue.isMissing(bare) else {
            unsafe flags[column].formUnion(.missing)
            return
        }
        unsafe flags[column].formUnion(.text)
        let slot = unsafe plan.slots[column]
        unsafe codes[slot * stride + row] = unsafe levels[slot].code(of: isQuoted ? field : bare)
    }

    /// The bytes of a field without its quotes; the position is left at the byte that ends it.
    /// They are good until the next field is read.
    private mutating func readField() -> UnsafeBufferPointer<UInt8> {
        let first = unsafe position
        guard unsafe first.pointee == UInt8(ascii: "\"") else {
            while unsafe !isFieldEnd(position.pointee) { unsafe position += 1 }
            return unsafe UnsafeBufferPointer(start: first, count: position - first)
        }
        var next = unsafe first + 1
        var hasDoubled = false
        while unsafe next < end {
            guard unsafe next.pointee == UInt8(ascii: "\"") else {
                unsafe next += 1
                continue
            }
            if unsafe next + 1 < end, unsafe next[1] == UInt8(ascii: "\"") {
                hasDoubled = true
                unsafe next += 2
                continue
            }
            unsafe position = next + 1
            guard unsafe position < end, unsafe isFieldEnd(position.pointee) else {
                unsafe position = first
                unsafe fail(.textAfterQuote, at: next)
                break
            }
            let content = unsafe UnsafeBufferPointer(start: first + 1, count: next - first - 1)
            return hasDoubled ? unsafe withoutDoubledQuotes(content) : unsafe content
        }
        if unsafe failure == nil { unsafe fail(.openQuote, at: first) }
        return unsafe UnsafeBufferPointer(start: nil, count: 0)
    }

    private mutating func withoutDoubledQuotes(
        _ content: UnsafeBufferPointer<UInt8>
    ) -> UnsafeBufferPointer<UInt8> {
        if unsafe unquoted.count < content.count {
            unsafe unquoted.deallocate()
            unsafe unquoted = .allocate(capacity: content.count)
        }
        var index = 0
        var count = 0
        while index < content.count {
            unsafe unquoted[count] = content[index]
            index += unsafe content[index] == UInt8(ascii: "\"") ? 2 : 1
            count += 1
        }
        return unsafe UnsafeBufferPointer(rebasing: unquoted[..<count])
    }

    @inline(__always)
    private func isFieldEnd(_ byte: UInt8) -> Bool {
        unsafe byte == delimiter || byte == 10 || byte == 13
    }

    private mutating func fail(_ kind: CSVFailure.Kind, at place: UnsafePointer<UInt8>) {
        unsafe failure = CSVFailure(kind: kind, offset: place - start)
    }

    /// A record with too few or too many fields; counts them all for the message.
    private mutating func failRecord(_ record: UnsafePointer<UInt8>, fields: Int) {
        var count = fields
        while unsafe failure == nil, unsafe position.pointee == delimiter {
            unsafe position += 1
            _ = unsafe readField()
            count += 1
        }
        if unsafe failure == nil { unsafe fail(.fieldCount(count), at: record) }
    }
}
