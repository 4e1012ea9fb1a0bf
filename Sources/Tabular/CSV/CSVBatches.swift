import LinearAlgebra
import Workbench

/// The records of a source, batch by batch.
struct CSVBatches {
    private let source: any ByteSource
    private let name: String
    private let options: CSVOptions
    private var buffer: [UInt8] = []
    private var filled = 0
    private var isAtEnd = false
    private var linesBefore = 0
    private var bytesBefore = 0
    private var dialect: CSVDialect?

    /// The records of `source`, which is called `name` in messages.
    init(source: any ByteSource, name: String, options: CSVOptions) {
        self.source = source
        self.name = name
        self.options = options
    }

    /// Reads the start of the source up to the first data record.
    ///
    /// - Returns: the dialect, and the first bytes after the header.
    mutating func start() throws(BancadaError) -> (dialect: CSVDialect, sample: [UInt8]) {
        var wanted = min(options.batchBytes, 1 << 20)
        while true {
            try fill(wanted)
            try refuseOtherEncodings()
            let dialect = try CSVDialect.read(
                buffer[..<filled], isLast: isAtEnd, delimiter: options.delimiter, name: name)
            if let dialect {
                self.dialect = dialect
                linesBefore = dialect.headerLines
                discard(dialect.headerBytes)
                return (dialect, Array(buffer[..<min(filled, CSVLimits.sampleBytes)]))
            }
            guard filled <= CSVLimits.recordBytes else { throw recordTooLong() }
            wanted = filled + options.batchBytes
        }
    }

    /// Goes back to the first data record.
    mutating func restart() throws(BancadaError) {
        guard let dialect else { return }
        try source.rewind()
        isAtEnd = false
        filled = 0
        bytesBefore = 0
        try fill(max(options.batchBytes, dialect.headerBytes))
        linesBefore = dialect.headerLines
        discard(min(filled, dialect.headerBytes))
    }

    /// Parses everything that is left: `body` gets the chunks of each batch in order, and how many
    /// records there will probably be in all, where the size of the source is known.
    mutating func forEachBatch(
        _ plan: CSVPlan, _ parallel: Parallel, _ progress: any ProgressReporter,
        _ body: ([CSVChunk], Int?) -> Void
    ) throws(BancadaError) {
        let splitter = CSVSplitter(delimiter: plan.delimiter, chunkBytes: options.chunkBytes)
        // Small at first: many files are.
        var batch = min(options.batchBytes, 1 << 20)
        var wanted = batch
        var records = 0
        while true {
            try fill(wanted)
            let cut = splitter.cut(buffer, count: filled, isLast: isAtEnd)
            if cut.chunks.isEmpty, !isAtEnd {
                guard filled <= CSVLimits.recordBytes else { throw recordTooLong(cut.openQuote) }
                wanted = filled + options.batchBytes
                continue
            }
            batch = min(batch * 4, options.batchBytes)
            wanted = batch
            let chunks = parse(cut.chunks, plan, parallel)
            for (range, chunk) in zip(cut.chunks, chunks) {
                if let failure = chunk.failure { throw error(failure, range.lowerBound, plan) }
                linesBefore += chunk.lineCount
            }
            records += chunks.reduce(0) { $0 + $1.rowCount }
            body(chunks, expectedRecords(records, until: cut.end))
            if isAtEnd {
                guard let open = cut.openQuote else { return }
                throw error(
                    CSVFailure(kind: .openQuote, offset: open - cut.end), cut.end, plan)
            }
            discard(cut.end)
            progress.progress("read", done: source.position, total: source.count)
        }
    }

    /// How many records there will be when `records` end at `end` of the buffer, and some more.
    private func expectedRecords(_ records: Int, until end: Int) -> Int? {
        guard let total = source.count, bytesBefore + end > 0 else { return nil }
        let share = Double(total) / Double(bytesBefore + end)
        return Int(Double(records) * min(share, 1e4) * 1.02) + 16
    }

    /// The values in `ranges` of the buffer.
    private func parse(
        _ ranges: [Range<Int>], _ plan: CSVPlan, _ parallel: Parallel
    ) -> [CSVChunk] {
        let bytes = buffer
        return parallel.map(ranges.count) { CSVParser.parse(bytes, ranges[$0], plan: plan) }
    }

    /// Reads on until the buffer holds `wanted` bytes or the source ends; a last line without a
    /// line end gets one.
    private mutating func fill(_ wanted: Int) throws(BancadaError) {
        guard !isAtEnd else { return }
        // Some bytes more than there are let the end be seen.
        let rest = source.count.map { max(0, $0 - source.position) + 4096 } ?? wanted
        let wanted = min(wanted, filled + rest)
        if buffer.count < wanted + 1 {
            buffer.append(contentsOf: repeatElement(0, count: wanted + 1 - buffer.count))
        }
        while filled < wanted {
            let count = try source.read(into: &buffer, from: filled, upTo: wanted)
            guard count > 0 else {
                isAtEnd = true
                if filled > 0, buffer[filled - 1] != 10, buffer[filled - 1] != 13 {
                    buffer[filled] = 10
                    filled += 1
                }
                return
            }
            filled += count
        }
    }

    /// Forgets the first `count` bytes.
    private mutating func discard(_ count: Int) {
        guard count > 0 else { return }
        buffer.replaceSubrange(0..<filled - count, with: buffer[count..<filled])
        filled -= count
        bytesBefore += count
    }

    private func refuseOtherEncodings() throws(BancadaError) {
        let start = buffer[..<min(filled, 2)]
        guard start == [0xFF, 0xFE] || start == [0xFE, 0xFF] else { return }
        throw BancadaError(
            .invalidInput, "\(name) is UTF-16, expected UTF-8", hint: "save the file as UTF-8")
    }

    private func recordTooLong(_ openQuote: Int? = nil) -> BancadaError {
        BancadaError(
            .invalidInput,
            "\(name):\(linesBefore + 1): a record is longer than "
                + "\(CSVLimits.recordBytes >> 20) MiB",
            hint: openQuote == nil
                ? "check that the file is CSV with line ends"
                : "close the quote that opens in this record")
    }

    /// The error for a failure in the chunk that starts at `start` of the buffer.
    private func error(_ failure: CSVFailure, _ start: Int, _ plan: CSVPlan) -> BancadaError {
        let place = start + failure.offset
        let line = linesBefore + CSVDialect.lineCount(buffer[start..<place]) + 1
        let header = dialect?.header ?? []
        let message: String
        let hint: String?
        switch failure.kind {
        case .fieldCount(let count):
            message = "found \(count) fields, expected \(header.count) as in the header"
            hint = "quote fields that contain the delimiter \(Self.shown(plan.delimiter))"
        case .textAfterQuote:
            message = "text follows a closing quote"
            hint = "double every quote that is part of a quoted field"
        case .openQuote:
            message = "a quote that opens here is never closed"
            hint = "close the quote, or double it where it is part of the text"
        case .notUTF8:
            message =
                "byte \(Self.hex(buffer[place])) at offset \(bytesBefore + place) is not UTF-8"
            hint = "save the file as UTF-8"
        case .zeroByte:
            message = "a zero byte, expected text"
            hint = "check that the file is CSV and not damaged"
        case .wrongValue(let column, let text):
            let wanted = plan.allowed[column].contains(.boolean) ? "true or false" : "a number"
            message = "column \"\(header[column])\" has \"\(text.prefix(80))\", expected \(wanted)"
            hint = nil
        }
        return BancadaError(.invalidInput, "\(name):\(line): \(message)", hint: hint)
    }

    private static func shown(_ delimiter: UInt8) -> String {
        delimiter == 9 ? "tab" : "'\(Character(Unicode.Scalar(delimiter)))'"
    }

    private static func hex(_ byte: UInt8) -> String {
        "0x" + String(byte, radix: 16, uppercase: true)
    }
}
