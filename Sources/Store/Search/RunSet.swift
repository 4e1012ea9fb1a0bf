/// A set of runs by the numbers of their rows: a bit each, as the numbers are dense.
struct RunSet {
    private var words: [UInt64] = []
    /// How many runs are in it.
    private(set) var count = 0

    init() {}

    init(_ runs: [Int64]) {
        for run in runs { insert(run) }
    }

    /// Whether a run is in it.
    func contains(_ run: Int64) -> Bool {
        let word = Int(run >> 6)
        guard words.indices.contains(word) else { return false }
        return words[word] & (1 << UInt64(run & 63)) != 0
    }

    /// Adds a run; rows have numbers from 1.
    mutating func insert(_ run: Int64) {
        precondition(run >= 0, "the number of a row is not negative")
        let word = Int(run >> 6)
        if word >= words.count {
            words.append(contentsOf: repeatElement(0, count: word + 1 - words.count))
        }
        let bit: UInt64 = 1 << UInt64(run & 63)
        if words[word] & bit == 0 {
            words[word] |= bit
            count += 1
        }
    }

    /// Keeps the runs that are in `other` too.
    mutating func formIntersection(_ other: RunSet) {
        combine(other) { $0 & $1 }
    }

    /// Adds the runs that are in `other`.
    mutating func formUnion(_ other: RunSet) {
        if other.words.count > words.count {
            words.append(
                contentsOf: repeatElement(0, count: other.words.count - words.count))
        }
        combine(other) { $0 | $1 }
    }

    /// Removes the runs that are in `other`.
    mutating func subtract(_ other: RunSet) {
        combine(other) { $0 & ~$1 }
    }

    private mutating func combine(_ other: RunSet, _ body: (UInt64, UInt64) -> UInt64) {
        count = 0
        for index in words.indices {
            words[index] = body(
                words[index], other.words.indices.contains(index) ? other.words[index] : 0)
            count += words[index].nonzeroBitCount
        }
    }

    /// The runs, by number.
    var members: [Int64] {
        var members: [Int64] = []
        members.reserveCapacity(count)
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                members.append(Int64(index << 6 + rest.trailingZeroBitCount))
                rest &= rest - 1
            }
        }
        return members
    }
}
