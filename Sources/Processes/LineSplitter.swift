/// Cuts a stream of bytes into lines of bounded length.
struct LineSplitter {
    private let stream: ProcessStream
    private let limit: Int
    private var rest: [UInt8] = []
    private var isSkipping = false

    init(_ stream: ProcessStream, limit: Int = ProcessOutput.lineLimit) {
        self.stream = stream
        self.limit = limit
    }

    /// Takes bytes in and gives the lines that they complete to `emit`.
    mutating func append(_ bytes: ArraySlice<UInt8>, _ emit: (ProcessLine) -> Void) {
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if rest.isEmpty, !isSkipping, end - start <= limit {
                emit(line(bytes[start..<end]))
            } else {
                take(bytes[start..<end], emit)
                finishLine(emit)
            }
            start = end + 1
        }
        take(bytes[start...], emit)
    }

    /// The stream is over: what has no newline is a line too.
    mutating func finish(_ emit: (ProcessLine) -> Void) {
        if !rest.isEmpty { finishLine(emit) }
        isSkipping = false
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>, _ emit: (ProcessLine) -> Void) {
        guard !isSkipping else { return }
        if rest.count + bytes.count > limit {
            isSkipping = true
            rest = []
            emit(.overlong(stream))
        } else {
            rest.append(contentsOf: bytes)
        }
    }

    private mutating func finishLine(_ emit: (ProcessLine) -> Void) {
        defer { isSkipping = false }
        guard !isSkipping else { return }
        emit(line(rest[...]))
        rest.removeAll(keepingCapacity: rest.capacity <= 65536)
    }

    private func line(_ bytes: ArraySlice<UInt8>) -> ProcessLine {
        let text = String(decoding: bytes, as: UTF8.self)
        return stream == .stdout ? .stdout(text) : .stderr(text)
    }
}
