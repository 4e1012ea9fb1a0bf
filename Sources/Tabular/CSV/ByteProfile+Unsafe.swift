/// What bytes a piece of text has: found in one fast pass before it is parsed.
struct ByteProfile {
    /// Line feeds.
    private(set) var lineFeeds = 0
    /// Carriage returns.
    private(set) var carriageReturns = 0
    /// Whether any byte is not ASCII.
    let hasHighBytes: Bool
    /// Whether any byte is zero.
    let hasZeroBytes: Bool

    /// The profile of `bytes`.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var union: UInt8 = 0
        var least: UInt8 = 255
        var start = 0
        while start < bytes.count {
            // Counters of one byte cannot overflow within 192 bytes, and the compiler keeps many
            // of them in one register.
            let end = min(start + 192, bytes.count)
            var feeds: UInt8 = 0
            var returns: UInt8 = 0
            for index in start..<end {
                let byte = unsafe bytes[index]
                feeds &+= byte == 10 ? 1 : 0
                returns &+= byte == 13 ? 1 : 0
                union |= byte
                least = min(least, byte)
            }
            lineFeeds += Int(feeds)
            carriageReturns += Int(returns)
            start = end
        }
        hasHighBytes = union >= 0x80
        hasZeroBytes = !bytes.isEmpty && least == 0
    }
}
