#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension OpenFile {
    /// Fills `buffer` with the bytes from `offset` on, as far as the file goes; returns how many
    /// came. The place where `read(into:)` goes on stays.
    func read(into buffer: inout [UInt8], at offset: Int64) throws(SystemError) -> Int {
        let descriptor = descriptor
        var filled = 0
        while filled < buffer.count {
            let start = filled
            let room = buffer.count - filled
            let count = try retried("read", path) {
                unsafe buffer.withUnsafeMutableBytes { bytes in
                    guard let base = bytes.baseAddress else { return 0 }
                    return unsafe pread(
                        descriptor, base + start, room, off_t(offset) + off_t(start))
                }
            }
            if count == 0 { break }
            filled += count
        }
        return filled
    }
}
