import LinearAlgebra
import Tabular
import Testing
import Workbench

@Suite struct SplitTests {
    private func labels(_ counts: [Int], seed: UInt64 = 9) -> [Int32] {
        var labels = counts.enumerated().flatMap { [Int32](repeating: Int32($0), count: $1) }
        var generator = Xoshiro256(seed: seed)
        generator.shuffle(&labels)
        return labels
    }

    private func counts(_ rows: [Int], _ labels: [Int32], _ classCount: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: classCount)
        for row in rows { counts[Int(labels[row])] += 1 }
        return counts
    }

    @Test("Both sides are disjoint, ordered and cover all rows", arguments: UInt64(1)...5)
    func holdout(seed: UInt64) throws {
        let partition = try Split.holdout(rowCount: 101, fraction: 0.2, seed: seed)
        #expect(partition.test.count == 21)
        #expect((partition.train + partition.test).sorted() == Array(0..<101))
        #expect(partition.train == partition.train.sorted())
        #expect(partition == (try Split.holdout(rowCount: 101, fraction: 0.2, seed: seed)))
        #expect(partition != (try Split.holdout(rowCount: 101, fraction: 0.2, seed: seed + 99)))
    }

    private static let sizes: [(rows: Int, fraction: Double, test: Int)] = [
        (345, 0.2, 69), (10, 0.3, 3), (344, 0.2, 69), (2, 0.5, 1), (3, 0.999, 0), (100, 0.01, 1),
    ]

    @Test("The test side is rounded up, unless nothing is left", arguments: sizes)
    func size(rows: Int, fraction: Double, test: Int) throws {
        if test == 0 {
            #expect(throws: BancadaError.self) {
                try Split.holdout(rowCount: rows, fraction: fraction, seed: 1)
            }
        } else {
            let partition = try Split.holdout(rowCount: rows, fraction: fraction, seed: 1)
            #expect(partition.test.count == test)
        }
    }

    private static let proportions: [(counts: [Int], fraction: Double, test: [Int])] = [
        ([50, 50], 0.2, [10, 10]), ([152, 68, 124], 0.2, [30, 14, 25]), ([90, 10], 0.1, [9, 1]),
        ([97, 3], 0.2, [19, 1]), ([2, 2, 96], 0.2, [1, 1, 18]), ([2, 2, 2], 0.5, [1, 1, 1]),
        ([5, 5, 5], 0.4, [2, 2, 2]), ([100, 2], 0.9, [91, 1]),
    ]

    @Test("Classes keep their proportions by largest remainder", arguments: proportions)
    func stratified(sizes: [Int], fraction: Double, expected: [Int]) throws {
        let labels = labels(sizes)
        let names = sizes.indices.map { "c\($0)" }
        let partition = try Split.stratifiedHoldout(
            labels: labels, classes: names, fraction: fraction, seed: 4)
        #expect((partition.train + partition.test).sorted() == Array(labels.indices))
        let test = counts(partition.test, labels, sizes.count)
        #expect(test == expected)
        #expect(test.reduce(0, +) == Int((Double(labels.count) * fraction).rounded(.up)))
    }

    @Test("Every class is on both sides of any split", arguments: UInt64(1)...30)
    func bothSides(seed: UInt64) throws {
        var generator = Xoshiro256(seed: seed)
        let sizes = (0..<2 + generator.index(below: 5)).map { _ in 2 + generator.index(below: 20) }
        let labels = labels(sizes, seed: seed)
        let names = sizes.map { "\($0)" }
        let partition = try Split.stratifiedHoldout(
            labels: labels, classes: names, fraction: 0.5, seed: seed)
        #expect(counts(partition.test, labels, sizes.count).allSatisfy { $0 > 0 }, "seed \(seed)")
        #expect(counts(partition.train, labels, sizes.count).allSatisfy { $0 > 0 }, "seed \(seed)")
    }

    @Test("Refuses what cannot be split, naming the class")
    func refuses() {
        let single = #expect(throws: BancadaError.self) {
            try Split.stratifiedHoldout(
                labels: [0, 0, 1, 0], classes: ["a", "b"], fraction: 0.5, seed: 1)
        }
        #expect(
            single?.message == "the class \"b\" has a single row, expected at least 2 to have it "
                + "on both sides of the split")
        #expect(throws: BancadaError.self) {
            try Split.stratifiedHoldout(
                labels: labels([9, 9, 9]), classes: ["a", "b", "c"], fraction: 0.05, seed: 1)
        }
        for fraction in [0, 1, -0.1, 1.5, Double.nan] {
            #expect(throws: BancadaError.self) {
                try Split.holdout(rowCount: 10, fraction: fraction, seed: 1)
            }
        }
        for folds in [0, 1, 11, -3] {
            #expect(throws: BancadaError.self) {
                try Split.folds(rowCount: 10, count: folds, seed: 1)
            }
        }
        #expect(throws: BancadaError.self) {
            try Split.stratifiedFolds(
                labels: [0, 0, 0, 1], classes: ["a", "b"], count: 2, seed: 1)
        }
    }

    @Test("A class that does not occur does not matter")
    func absent() throws {
        let partition = try Split.stratifiedHoldout(
            labels: labels([10, 0, 10]), classes: ["a", "b", "c"], fraction: 0.2, seed: 1)
        #expect(partition.test.count == 4)
    }

    @Test("Folds cover every row once, with the classes' proportions", arguments: [2, 3, 5, 10])
    func folds(count: Int) throws {
        let sizes = [31, 12, 2]
        let labels = labels(sizes)
        let folds = try Split.stratifiedFolds(
            labels: labels, classes: ["a", "b", "c"], count: count, seed: 3)
        #expect(folds.flatMap(\.test).sorted() == Array(labels.indices))
        for fold in folds {
            #expect((fold.train + fold.test).sorted() == Array(labels.indices))
            let test = counts(fold.test, labels, 3)
            for (size, share) in zip(sizes, test) {
                #expect(share == size / count || share == (size + count - 1) / count)
            }
            #expect(counts(fold.train, labels, 3).allSatisfy { $0 > 0 })
        }
        let plain = try Split.folds(rowCount: 17, count: count, seed: 3)
        #expect(plain.flatMap(\.test).sorted() == Array(0..<17))
        #expect(Set(plain.map(\.test.count)).count <= 2)
    }
}
