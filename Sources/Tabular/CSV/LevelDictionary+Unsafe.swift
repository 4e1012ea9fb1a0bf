/// The distinct texts of a column, numbered in order of first appearance.
///
/// Open addressing over bytes kept in one piece: no String is made until the file is read.
struct LevelDictionary: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    private var hashes: [UInt64] = []
    private var slots = [Int32](repeating: -1, count: 64)

    /// How many texts there are.
    var count: Int { ends.count }

    /// The number of a text, a new one where it was not there.
    mutating func code(of text: UnsafeBufferPointer<UInt8>) -> Int32 {
        unsafe code(of: text, hash: Self.hash(text))
    }

    /// The numbers here of the texts of `other`, in its order; new ones are added.
    mutating func merge(_ other: LevelDictionary) -> [Int32] {
        unsafe other.bytes.withUnsafeBufferPointer { source in
            var start = 0
            return other.ends.indices.map { index in
                let end = other.ends[index]
                defer { start = end }
                let text = unsafe UnsafeBufferPointer(rebasing: source[start..<end])
                return unsafe code(of: text, hash: other.hashes[index])
            }
        }
    }

    /// The texts, in order; the bytes are known to be UTF-8.
    func levels() -> [String] {
        var start = 0
        return ends.map { end in
            defer { start = end }
            return String(decoding: bytes[start..<end], as: UTF8.self)
        }
    }

    private mutating func code(of text: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Int32 {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while case let code = slots[slot], code >= 0 {
            if hashes[Int(code)] == hash, unsafe isEqual(Int(code), text) { return code }
            slot = (slot + 1) & mask
        }
        let code = Int32(ends.count)
        unsafe bytes.append(contentsOf: text)
        ends.append(bytes.count)
        hashes.append(hash)
        slots[slot] = code
        if ends.count * 2 > slots.count { grow() }
        return code
    }

    private func isEqual(_ code: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = code == 0 ? 0 : ends[code - 1]
        guard ends[code] - start == text.count else { return false }
        return unsafe bytes.withUnsafeBufferPointer { known in
            for index in 0..<text.count where unsafe known[start + index] != text[index] {
                return false
            }
            return true
        }
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 2)
        let mask = slots.count - 1
        for (code, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & mask
            while slots[slot] >= 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(code)
        }
    }

    /// Folds eight bytes at a time by full multiplication.
    private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash = UInt64(text.count) &* 0x9E37_79B9_7F4A_7C15
        let raw = UnsafeRawBufferPointer(text)
        var index = 0
        while index + 8 <= text.count {
            hash = mix(hash ^ (unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
            index += 8
        }
        var tail: UInt64 = 0
        while index < text.count {
            tail = tail << 8 | UInt64(unsafe text[index])
            index += 1
        }
        return mix(hash ^ tail)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        let product = (value ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }
}
