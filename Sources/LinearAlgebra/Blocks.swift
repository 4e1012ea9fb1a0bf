/// A fixed partition of `0..<count` into consecutive ranges.
///
/// It depends on the size of the problem alone, never on the number of threads: a reduction that
/// combines one partial result per block in block order has the same bytes for any number of
/// threads.
package struct Blocks: Sendable, Equatable {
    /// How many elements are partitioned.
    package let count: Int
    /// Elements in every block but the last, which may have fewer; at least 1.
    package let size: Int

    /// Blocks of `size` elements.
    ///
    /// - Precondition: `count` is not negative and `size` is positive.
    package init(of count: Int, size: Int) {
        precondition(count >= 0, "a partition needs a count that is not negative")
        precondition(size > 0, "a block holds at least one element")
        self.count = count
        self.size = size
    }

    /// At most `limit` blocks, each a multiple of `granule` elements: for reductions whose partial
    /// results are large.
    package init(of count: Int, atMost limit: Int, granule: Int) {
        precondition(limit > 0 && granule > 0, "a partition needs a positive limit and granule")
        let granules = (count + granule - 1) / granule
        self.init(of: count, size: max(1, (granules + limit - 1) / limit) * granule)
    }

    /// How many blocks there are; none of nothing.
    package var blockCount: Int { (count + size - 1) / size }

    /// The elements of block `index`.
    package func range(_ index: Int) -> Range<Int> {
        let start = index * size
        return start..<min(start + size, count)
    }
}
