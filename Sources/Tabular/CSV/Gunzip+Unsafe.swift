import CZlib
import Workbench

/// The bytes that a gzip file (RFC 1952) holds, decompressed as they are read: memory does not
/// depend on the file. Members one after the other are joined, as gzip does; zeros may follow.
///
/// The stream is its own, made and freed with it, and its pointers into buffers are set for the
/// length of one call only.
@safe final class Gunzip: ByteSource {
    private let source: any ByteSource
    private let name: String
    private var input: [UInt8] = Array(repeating: 0, count: 256 << 10)
    private var consumed = 0
    private var available = 0
    private var isAtEnd = false
    private let stream: UnsafeMutablePointer<z_stream>
    private var isOpen = false
    private(set) var position = 0

    /// Whether the source starts with gzip's magic bytes; its position is not moved.
    static func isGzip(_ source: any ByteSource) throws(BancadaError) -> Bool {
        var start: [UInt8] = [0, 0]
        let count = try source.read(into: &start, from: 0, upTo: 2)
        try source.rewind()
        return count == 2 && start == [0x1F, 0x8B]
    }

    /// The contents of a gzip file; `name` is for messages.
    init(_ source: any ByteSource, name: String) throws(BancadaError) {
        self.source = source
        self.name = name
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        try open()
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    var count: Int? { nil }

    func rewind() throws(BancadaError) {
        try source.rewind()
        consumed = 0
        available = 0
        isAtEnd = false
        position = 0
        try open()
    }

    func read(
        into buffer: inout [UInt8], from start: Int, upTo end: Int
    ) throws(BancadaError) -> Int {
        precondition(start >= 0 && start <= end && end <= buffer.count, "the range is outside")
        while !isAtEnd {
            if consumed == available, try !refill() {
                throw damaged("it ends in the middle")
            }
            let (status, produced) = inflate(into: &buffer, from: start, upTo: end)
            if status == Z_STREAM_END {
                try startNextMember()
            } else if status != Z_OK, status != Z_BUF_ERROR {
                throw damaged(
                    status == Z_MEM_ERROR ? "there is no memory" : "its contents are damaged")
            }
            position += produced
            if produced > 0 { return produced }
        }
        return 0
    }

    private func open() throws(BancadaError) {
        if isOpen { unsafe inflateEnd(stream) }
        // 15 bits of window, and 16 says that a gzip header comes first.
        let status = unsafe inflateInit2_(
            stream, 15 + 16, zlibVersion(), Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            throw BancadaError(.unavailable, "cannot decompress \(name): there is no memory")
        }
        isOpen = true
    }

    private func inflate(
        into buffer: inout [UInt8], from start: Int, upTo end: Int
    ) -> (status: Int32, produced: Int) {
        let room = min(end - start, 1 << 30)
        return unsafe input.withUnsafeMutableBufferPointer { input in
            unsafe buffer.withUnsafeMutableBufferPointer { output in
                guard let source = input.baseAddress, let target = output.baseAddress else {
                    return (Z_BUF_ERROR, 0)
                }
                unsafe stream.pointee.next_in = source + consumed
                unsafe stream.pointee.avail_in = UInt32(available - consumed)
                unsafe stream.pointee.next_out = target + start
                unsafe stream.pointee.avail_out = UInt32(room)
                let status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
                consumed = available - Int(unsafe stream.pointee.avail_in)
                let produced = room - Int(unsafe stream.pointee.avail_out)
                // The pointers must not outlive this closure.
                unsafe stream.pointee.next_in = nil
                unsafe stream.pointee.next_out = nil
                return (status, produced)
            }
        }
    }

    /// After a member: zeros up to the end are padding; another member goes on.
    private func startNextMember() throws(BancadaError) {
        while true {
            while consumed < available, input[consumed] == 0 { consumed += 1 }
            if consumed < available { break }
            if try !refill() {
                isAtEnd = true
                return
            }
        }
        guard input[consumed] == 0x1F else { throw damaged("other bytes follow its contents") }
        try open()
    }

    private func refill() throws(BancadaError) -> Bool {
        consumed = 0
        available = 0
        available = try source.read(into: &input, from: 0, upTo: input.count)
        return available > 0
    }

    private func damaged(_ reason: String) -> BancadaError {
        BancadaError(
            .invalidInput, "\(name) is no sound gzip file: \(reason)",
            hint: "check it with 'gzip -t'")
    }
}
