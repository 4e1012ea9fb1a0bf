import LinearAlgebra
import Synchronization
import Testing

@Suite struct ParallelTests {
    private struct Failure: Error, Equatable {
        let index: Int
    }

    @Test("Calls the body once for every index", arguments: [1, 2, 3, 8], [0, 1, 2, 100])
    func once(threads: Int, count: Int) {
        let calls = Mutex([Int](repeating: 0, count: count))
        Parallel(threads: threads).forEach(count) { index in
            calls.withLock { $0[index] += 1 }
        }
        #expect(calls.withLock { $0 } == [Int](repeating: 1, count: count))
    }

    @Test("Results come in order", arguments: [1, 2, 3, 8])
    func order(threads: Int) {
        let squares = Parallel(threads: threads).map(1000) { "\($0 * $0)" }
        #expect(squares == (0..<1000).map { "\($0 * $0)" })
        #expect(Parallel(threads: threads).map(0) { $0 }.isEmpty)
    }

    @Test("The error of the lowest index is thrown", arguments: [1, 2, 3])
    func errors(threads: Int) {
        let error = #expect(throws: Failure.self) {
            try Parallel(threads: threads).map(50) { index throws(Failure) -> Int in
                if index % 7 == 5 { throw Failure(index: index) }
                return index
            }
        }
        #expect(error == Failure(index: 5))
    }

    @Test("Elements are changed in place", arguments: [1, 2, 5])
    func update(threads: Int) {
        var texts = (0..<100).map { "\($0)" }
        Parallel(threads: threads).update(&texts) { index, text in text += "-\(index)" }
        #expect(texts == (0..<100).map { "\($0)-\($0)" })
    }

    @Test("Rows are written by block", arguments: [1, 2, 3], [(0, 3), (10, 4), (7, 1), (5, 0)])
    func rows(threads: Int, shape: (rows: Int, width: Int)) {
        let parallel = Parallel(threads: threads)
        let blocks = Blocks(of: shape.rows, size: 3)
        let made = parallel.rows(blocks, width: shape.width) { range, output in
            for place in 0..<output.count {
                output[place] = Double(range.lowerBound * shape.width + place)
            }
        }
        #expect(made == (0..<shape.rows * shape.width).map(Double.init))
        var changed = made
        parallel.update(rows: blocks, width: shape.width, of: &changed) { _, output in
            for place in 0..<output.count { output[place] *= 2 }
        }
        #expect(changed == made.map { $0 * 2 })
    }

    @Test("A parallel call within another one completes")
    func nested() {
        let parallel = Parallel(threads: 3)
        let sums = parallel.map(20) { outer in
            parallel.map(20) { outer * $0 }.reduce(0, +)
        }
        #expect(sums == (0..<20).map { $0 * 190 })
    }

    @Test("Blocks cover everything once", arguments: [0, 1, 5, 64, 65, 1000], [1, 7, 64])
    func blocks(count: Int, size: Int) {
        let blocks = Blocks(of: count, size: size)
        #expect((0..<blocks.blockCount).flatMap { Array(blocks.range($0)) } == Array(0..<count))
        let limited = Blocks(of: count, atMost: 4, granule: size)
        #expect(limited.blockCount <= 4)
        #expect(limited.size % size == 0)
        #expect((0..<limited.blockCount).flatMap { Array(limited.range($0)) } == Array(0..<count))
    }

    @Test("Fewer than one thread is one")
    func least() {
        #expect(Parallel(threads: -3) == .serial)
    }
}
