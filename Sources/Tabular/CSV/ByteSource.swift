import Workbench

/// Bytes that are read from front to back, and again from the front.
protocol ByteSource: AnyObject {
    /// How many bytes have been read, counted as the caller sees them.
    var position: Int { get }
    /// How many there are; nil when it is not known.
    var count: Int? { get }
    /// Reads into `buffer[start..<end]`.
    ///
    /// - Returns: how many bytes, 0 at the end only.
    func read(
        into buffer: inout [UInt8], from start: Int, upTo end: Int
    ) throws(BancadaError) -> Int
    /// Goes back to the first byte.
    func rewind() throws(BancadaError)
}

/// Bytes in memory.
final class MemorySource: ByteSource {
    private let bytes: [UInt8]
    private(set) var position = 0

    /// The bytes.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var count: Int? { bytes.count }

    func read(
        into buffer: inout [UInt8], from start: Int, upTo end: Int
    ) throws(BancadaError) -> Int {
        let count = min(end - start, bytes.count - position)
        buffer.replaceSubrange(start..<start + count, with: bytes[position..<position + count])
        position += count
        return count
    }

    func rewind() throws(BancadaError) {
        position = 0
    }
}
