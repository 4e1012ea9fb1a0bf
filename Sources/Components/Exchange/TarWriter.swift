package import Workbench

/// Writes a tar archive as a stream, with bounded memory.
///
/// Entries come in the order of the calls with fixed owners and permissions, so equal calls give
/// equal bytes. GNU tar, BSD tar and Python's tarfile read it.
package struct TarWriter: ~Copyable {
    private let sink: any ByteSink
    private var buffer: [UInt8] = []
    /// Bytes of the current file that are still to come.
    private var missing: Int64 = 0
    /// Bytes that fill its last block.
    private var padding: [UInt8] = []

    private static let bufferSize = 1 << 18

    /// A writer of an archive into `sink`, which the caller commits.
    package init(_ sink: any ByteSink) {
        self.sink = sink
        buffer.reserveCapacity(Self.bufferSize + 4096)
    }

    /// Adds a folder; files need none before them.
    package mutating func folder(_ path: String, at time: Timestamp) throws(BancadaError) {
        try append(
            TarHeader.bytes(path: path, kind: .folder, size: 0, seconds: Self.seconds(time)))
    }

    /// Adds a file with these bytes.
    package mutating func file(
        _ path: String, _ bytes: [UInt8], at time: Timestamp
    ) throws(BancadaError) {
        try begin(path, size: Int64(bytes.count), at: time)
        try write(bytes)
        try end()
    }

    /// Starts a file of `size` bytes, which `write` must bring before `end`.
    package mutating func begin(
        _ path: String, size: Int64, at time: Timestamp
    ) throws(BancadaError) {
        try append(
            TarHeader.bytes(path: path, kind: .file, size: size, seconds: Self.seconds(time)))
        missing = size
        padding = TarHeader.padding(after: size)
    }

    /// Appends bytes of the file that was begun.
    ///
    /// - Throws: `conflict` for more bytes than were announced: the file grew meanwhile.
    package mutating func write(_ bytes: [UInt8]) throws(BancadaError) {
        missing -= Int64(bytes.count)
        guard missing >= 0 else { throw Self.changed }
        try append(bytes)
    }

    /// Ends the file that was begun.
    ///
    /// - Throws: `conflict` for fewer bytes than were announced.
    package mutating func end() throws(BancadaError) {
        guard missing == 0 else { throw Self.changed }
        try append(padding)
        padding = []
    }

    /// Writes what marks the end of the archive, and everything that waits.
    package mutating func finish() throws(BancadaError) {
        try append([UInt8](repeating: 0, count: 2 * TarHeader.block))
        try flush()
    }

    private mutating func append(_ bytes: [UInt8]) throws(BancadaError) {
        buffer += bytes
        if buffer.count >= Self.bufferSize { try flush() }
    }

    private mutating func flush() throws(BancadaError) {
        try sink.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    private static func seconds(_ time: Timestamp) -> Int64 { time.milliseconds / 1000 }

    private static var changed: BancadaError {
        BancadaError(
            .conflict, "a file changed while it was exported", hint: "export again")
    }
}
