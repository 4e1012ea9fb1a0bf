/// A pointer that blocks on several threads write through.
///
/// Invariant: every block touches only elements of its own, and the memory outlives the parallel
/// call, which returns after its last block. The functions in this file keep it.
@safe private struct SharedPointer<Element>: @unchecked Sendable {
    let base: UnsafeMutablePointer<Element>

    /// The elements of the rows `range` of `width` elements each.
    func part(_ range: Range<Int>, _ width: Int) -> UnsafeMutableBufferPointer<Element> {
        unsafe UnsafeMutableBufferPointer(
            start: base + range.lowerBound * width, count: range.count * width)
    }
}

extension Parallel {
    /// The results of `body` for each of `0..<count`, in that order.
    ///
    /// - Throws: what the call with the lowest index threw, after all calls have returned.
    package func map<Result: Sendable, Failure: Error>(
        _ count: Int, _ body: @Sendable (Int) throws(Failure) -> Result
    ) throws(Failure) -> [Result] {
        guard count > 0 else { return [] }
        typealias Outcome = Swift.Result<Result, Failure>
        let outcomes = UnsafeMutablePointer<Outcome>.allocate(capacity: count)
        let shared = unsafe SharedPointer(base: outcomes)
        forEach(count) { index in
            let outcome: Outcome
            do throws(Failure) {
                outcome = .success(try body(index))
            } catch {
                outcome = .failure(error)
            }
            unsafe (shared.base + index).initialize(to: outcome)
        }
        defer {
            unsafe outcomes.deinitialize(count: count)
            unsafe outcomes.deallocate()
        }
        var results: [Result] = []
        results.reserveCapacity(count)
        for index in 0..<count {
            results.append(try unsafe outcomes[index].get())
        }
        return results
    }

    /// The results of `body` for every block, in block order.
    package func map<Result: Sendable, Failure: Error>(
        _ blocks: Blocks, _ body: @Sendable (Range<Int>) throws(Failure) -> Result
    ) throws(Failure) -> [Result] {
        try map(blocks.blockCount) { index throws(Failure) in
            try body(blocks.range(index))
        }
    }

    /// Changes every element in place; `body` gets its index too.
    package func update<Element: Sendable>(
        _ elements: inout [Element], _ body: @Sendable (Int, inout Element) -> Void
    ) {
        let count = elements.count
        unsafe elements.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let shared = unsafe SharedPointer(base: base)
            forEach(count) { index in
                unsafe body(index, &shared.base[index])
            }
        }
    }

    /// Writes rows of `width` elements in place, block by block: `body` gets the rows of a block
    /// and exactly their elements.
    ///
    /// - Precondition: `values` holds `blocks.count` rows.
    package func update<Element: Sendable>(
        rows blocks: Blocks, width: Int, of values: inout [Element],
        _ body: @Sendable (Range<Int>, inout MutableSpan<Element>) -> Void
    ) {
        precondition(values.count == blocks.count * width, "the rows do not fill the array")
        unsafe values.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            unsafe write(rows: blocks, width: width, to: SharedPointer(base: base), body)
        }
    }

    /// Writes the same rows of four arrays in place, block by block: `body` gets the rows of a block
    /// and exactly their elements of each array.
    ///
    /// - Precondition: each array holds `blocks.count` rows of `width` elements.
    package func update(
        rows blocks: Blocks, width: Int, of first: inout [Double], _ second: inout [Double],
        _ third: inout [Double], _ fourth: inout [Double],
        _ body:
            @Sendable (
                Range<Int>, inout MutableSpan<Double>, inout MutableSpan<Double>,
                inout MutableSpan<Double>, inout MutableSpan<Double>
            ) -> Void
    ) {
        let count = blocks.count * width
        precondition(
            first.count == count && second.count == count && third.count == count
                && fourth.count == count, "the rows do not fill the arrays")
        unsafe first.withUnsafeMutableBufferPointer { first in
            unsafe second.withUnsafeMutableBufferPointer { second in
                unsafe third.withUnsafeMutableBufferPointer { third in
                    unsafe fourth.withUnsafeMutableBufferPointer { fourth in
                        guard let a = first.baseAddress, let b = second.baseAddress,
                            let c = third.baseAddress, let d = fourth.baseAddress
                        else { return }
                        let bases = unsafe (
                            SharedPointer(base: a), SharedPointer(base: b),
                            SharedPointer(base: c), SharedPointer(base: d)
                        )
                        forEach(blocks.blockCount) { index in
                            let range = blocks.range(index)
                            let partA = unsafe bases.0.part(range, width)
                            let partB = unsafe bases.1.part(range, width)
                            let partC = unsafe bases.2.part(range, width)
                            let partD = unsafe bases.3.part(range, width)
                            var spanA = unsafe partA.mutableSpan
                            var spanB = unsafe partB.mutableSpan
                            var spanC = unsafe partC.mutableSpan
                            var spanD = unsafe partD.mutableSpan
                            body(range, &spanA, &spanB, &spanC, &spanD)
                        }
                    }
                }
            }
        }
    }

    /// A new array of `blocks.count` rows of `width` numbers, written block by block: `body` gets
    /// the rows of a block and exactly their elements, with unspecified contents, and sets them
    /// all.
    package func rows(
        _ blocks: Blocks, width: Int,
        _ body: @Sendable (Range<Int>, inout MutableSpan<Double>) -> Void
    ) -> [Double] {
        let count = blocks.count * width
        guard count > 0 else { return [] }
        return unsafe [Double](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            initializedCount = count
            guard let base = buffer.baseAddress else { return }
            // Any bit pattern is a Double, so handing out memory that is not yet written is sound.
            unsafe write(rows: blocks, width: width, to: SharedPointer(base: base), body)
        }
    }

    private func write<Element: Sendable>(
        rows blocks: Blocks, width: Int, to shared: SharedPointer<Element>,
        _ body: @Sendable (Range<Int>, inout MutableSpan<Element>) -> Void
    ) {
        forEach(blocks.blockCount) { index in
            let range = blocks.range(index)
            let part = unsafe shared.part(range, width)
            var span = unsafe part.mutableSpan
            body(range, &span)
        }
    }
}
