#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Cuts bytes that start at a record into chunks of whole records.
struct CSVSplitter {
    /// The byte between fields.
    let delimiter: UInt8
    /// Bytes that a chunk has at least, the last one excepted.
    let chunkBytes: Int

    /// Chunks of whole records, in order, and what follows them.
    struct Cut {
        /// Consecutive chunks from the first byte on.
        var chunks: [Range<Int>] = []
        /// Where the bytes that end inside of a quoted field have its opening quote.
        var openQuote: Int?

        /// Where the first record starts that is not whole.
        var end: Int { chunks.last?.upperBound ?? 0 }
    }

    /// Cuts the first `count` of `bytes`.
    ///
    /// - Parameter isLast: whether no bytes follow; those given then end with a line end. A
    ///   carriage return at the very end is otherwise left uncut, because a line feed may follow.
    func cut(_ bytes: [UInt8], count: Int, isLast: Bool) -> Cut {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard count > 0, let base = buffer.baseAddress else { return Cut() }
            let part = unsafe UnsafeBufferPointer(start: base, count: count)
            if unsafe memchr(base, Int32(UInt8(ascii: "\"")), count) == nil {
                return unsafe cutLines(part, isLast: isLast)
            }
            return unsafe cutRecords(part, isLast: isLast)
        }
    }

    /// Without quotes every line is a record.
    private func cutLines(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Cut {
        var cut = Cut()
        guard let base = bytes.baseAddress else { return cut }
        // Old files end their lines with carriage returns alone.
        let lineEnd: UInt8 = unsafe memchr(base, 10, bytes.count) == nil ? 13 : 10
        let end: Int
        if isLast {
            end = bytes.count
        } else {
            let limit = lineEnd == 13 ? bytes.count - 1 : bytes.count
            guard let last = unsafe bytes[..<limit].lastIndex(of: lineEnd) else { return cut }
            end = last + 1
        }
        var start = 0
        while start < end {
            var stop = end
            let target = start + chunkBytes
            if target < end,
                let found = unsafe memchr(base + target, Int32(lineEnd), end - target)
            {
                stop = unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1
            }
            cut.chunks.append(start..<stop)
            start = stop
        }
        return cut
    }

    /// Follows the quotes exactly as `CSVScanner` does: they open at the start of a field only.
    private func cutRecords(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Cut {
        var cut = Cut()
        var start = 0
        var lastEnd = 0
        var index = 0
        var isFieldStart = true
        while index < bytes.count {
            let byte = unsafe bytes[index]
            if isFieldStart, byte == UInt8(ascii: "\"") {
                guard let close = unsafe closingQuote(bytes, from: index + 1) else {
                    cut.openQuote = index
                    break
                }
                index = close + 1
                isFieldStart = false
                continue
            }
            index += 1
            isFieldStart = byte == delimiter
            guard byte == 10 || byte == 13 else { continue }
            isFieldStart = true
            if byte == 13 {
                if index == bytes.count, !isLast { break }
                if index < bytes.count, unsafe bytes[index] == 10 { index += 1 }
            }
            lastEnd = index
            if lastEnd - start >= chunkBytes {
                cut.chunks.append(start..<lastEnd)
                start = lastEnd
            }
        }
        if lastEnd > start { cut.chunks.append(start..<lastEnd) }
        return cut
    }

    private func closingQuote(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            if unsafe bytes[index] != UInt8(ascii: "\"") {
                index += 1
            } else if index + 1 < bytes.count, unsafe bytes[index + 1] == UInt8(ascii: "\"") {
                index += 2
            } else {
                return index
            }
        }
        return nil
    }
}
