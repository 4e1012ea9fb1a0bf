import Workbench

/// Appends a child's output to a file, up to a bound.
struct LogWriter {
    private let file: Int32
    private let path: String
    private let limit: Int
    private var written = 0
    private var saidSo = false
    /// Why nothing more is written.
    private(set) var failure: BancadaError?

    /// A writer to an open file, which `close` closes.
    init(file: Int32, path: String, limit: Int) {
        self.file = file
        self.path = path
        self.limit = max(0, limit)
    }

    /// Appends the first `count` of `bytes`; what is beyond the bound, or cannot be written, is
    /// dropped: the child must not hang on its log.
    mutating func append(_ bytes: [UInt8], count: Int) {
        let kept = min(count, limit - written)
        put(bytes, kept)
        written += kept
        guard kept < count, !saidSo else { return }
        saidSo = true
        let line = Array("\n[bancada: output beyond \(limit) bytes is dropped]\n".utf8)
        put(line, line.count)
    }

    func close() { Kernel.close(file) }

    private mutating func put(_ bytes: [UInt8], _ count: Int) {
        var start = 0
        while start < count, failure == nil {
            switch Kernel.write(file, bytes, start, count) {
            case .bytes(let size): start += size
            case .nothing:
                failure = BancadaError(.unavailable, "cannot write \(path): nobody reads it")
            case .failed(let code):
                failure = BancadaError(
                    .unavailable, "cannot write \(path): \(Kernel.message(code))")
            }
        }
    }
}
