import LinearAlgebra
package import Workbench

/// Row indices on two sides; each side in ascending order.
package struct Partition: Sendable, Equatable {
    /// The rows that a model is trained on.
    package let train: [Int]
    /// The rows that it is judged on.
    package let test: [Int]
}

/// Random splits of rows that repeat for a seed.
///
/// Stratified ones take the class of every row, `0..<classes.count`, and keep the proportions of
/// the classes: shares are rounded by largest remainder (ties to the earlier class), and every
/// class is on both sides.
package enum Split {
    /// Puts `fraction` of the rows, rounded up, on the test side.
    ///
    /// - Throws: `invalidInput` unless both sides get a row.
    package static func holdout(
        rowCount: Int, fraction: Double, seed: UInt64
    ) throws(BancadaError) -> Partition {
        let testCount = try testCount(rowCount, fraction)
        var generator = Xoshiro256(seed: seed)
        var order = Array(0..<rowCount)
        generator.shuffle(&order)
        return partition(rowCount, test: Array(order[..<testCount]))
    }

    /// Puts `fraction` of the rows, rounded up, on the test side, with the classes' proportions.
    ///
    /// - Parameters:
    ///   - labels: the class of every row.
    ///   - classes: the names of the classes, for messages.
    /// - Throws: `invalidInput` where a class has a single row, or a side has fewer rows than
    ///   there are classes.
    package static func stratifiedHoldout(
        labels: [Int32], classes: [String], fraction: Double, seed: UInt64
    ) throws(BancadaError) -> Partition {
        let testCount = try testCount(labels.count, fraction)
        let members = rowsByClass(labels, classes)
        for (index, rows) in members.enumerated() where rows.count == 1 {
            throw BancadaError(
                .invalidInput,
                "the class \"\(classes[index])\" has a single row, expected at least 2 to have it "
                    + "on both sides of the split",
                hint: "remove the class, or train without a holdout")
        }
        let present = members.filter { !$0.isEmpty }.count
        guard testCount >= present, labels.count - testCount >= present else {
            throw BancadaError(
                .invalidInput,
                "a holdout of \(testCount) of \(labels.count) rows cannot have all \(present) "
                    + "classes on both sides",
                hint: "use a holdout fraction nearer to 0.5, or more data")
        }
        let shares = shares(of: testCount, among: members.map(\.count))
        var generator = Xoshiro256(seed: seed)
        var test: [Int] = []
        for (rows, share) in zip(members, shares) {
            var order = rows
            generator.shuffle(&order)
            test += order[..<share]
        }
        return partition(labels.count, test: test)
    }

    /// `count` partitions whose test sides are disjoint and cover all rows; their sizes differ by
    /// at most one.
    ///
    /// - Throws: `invalidInput` for fewer than 2 folds or fewer rows than folds.
    package static func folds(
        rowCount: Int, count: Int, seed: UInt64
    ) throws(BancadaError) -> [Partition] {
        try checkFolds(rowCount, count)
        var generator = Xoshiro256(seed: seed)
        var order = Array(0..<rowCount)
        generator.shuffle(&order)
        return deal(order, among: count)
    }

    /// `count` partitions whose test sides are disjoint, cover all rows and have the classes'
    /// proportions: each class is shuffled and the classes, one after the other, are dealt out
    /// like cards.
    ///
    /// - Throws: `invalidInput` for fewer than 2 folds, fewer rows than folds, and a class with a
    ///   single row, which would miss from the training side of one fold.
    package static func stratifiedFolds(
        labels: [Int32], classes: [String], count: Int, seed: UInt64
    ) throws(BancadaError) -> [Partition] {
        try checkFolds(labels.count, count)
        let members = rowsByClass(labels, classes)
        var generator = Xoshiro256(seed: seed)
        var order: [Int] = []
        for (index, rows) in members.enumerated() {
            guard rows.count != 1 else {
                throw BancadaError(
                    .invalidInput,
                    "the class \"\(classes[index])\" has a single row, expected at least 2 for "
                        + "cross-validation",
                    hint: "remove the class, or train without folds")
            }
            var shuffled = rows
            generator.shuffle(&shuffled)
            order += shuffled
        }
        return deal(order, among: count)
    }

    private static func deal(_ order: [Int], among count: Int) -> [Partition] {
        (0..<count).map { fold in
            partition(
                order.count,
                test: stride(from: fold, to: order.count, by: count).map { order[$0] })
        }
    }

    private static func testCount(
        _ rowCount: Int, _ fraction: Double
    ) throws(BancadaError) -> Int {
        guard fraction > 0, fraction < 1 else {
            throw BancadaError(
                .invalidInput, "the holdout fraction is \(fraction), expected between 0 and 1",
                hint: "use a fraction such as 0.2")
        }
        // 0.2 of 345 is 69.00000000000001 in doubles; that is 69 rows, not 70.
        let count = Int((Double(rowCount) * fraction * (1 - 0x1p-48)).rounded(.up))
        guard count >= 1, count < rowCount else {
            throw BancadaError(
                .invalidInput,
                "a holdout of \(fraction) of \(rowCount) rows leaves no rows on one side",
                hint: "use another fraction, or more data")
        }
        return count
    }

    private static func checkFolds(_ rowCount: Int, _ count: Int) throws(BancadaError) {
        guard count >= 2, count <= rowCount else {
            throw BancadaError(
                .invalidInput,
                "cannot make \(count) folds of \(rowCount) rows, expected between 2 and the "
                    + "number of rows",
                hint: "use 5 or 10 folds")
        }
    }

    private static func rowsByClass(_ labels: [Int32], _ classes: [String]) -> [[Int]] {
        var members = [[Int]](repeating: [], count: classes.count)
        for (row, label) in labels.enumerated() { members[Int(label)].append(row) }
        return members
    }

    private static func partition(_ rowCount: Int, test: [Int]) -> Partition {
        var isTest = [Bool](repeating: false, count: rowCount)
        for row in test { isTest[row] = true }
        return Partition(
            train: (0..<rowCount).filter { !isTest[$0] }, test: (0..<rowCount).filter { isTest[$0] }
        )
    }

    /// Shares of `total` in proportion to `sizes`, whole numbers by largest remainder; each within
    /// 1 and one less than the size, unless that is 0.
    private static func shares(of total: Int, among sizes: [Int]) -> [Int] {
        let all = sizes.reduce(0, +)
        var shares = sizes.map { size in
            size == 0 ? 0 : min(max(size * total / all, 1), size - 1)
        }
        let remainders = sizes.map { $0 * total % all }
        // One step at a time towards the total: whoever is furthest from its exact share moves.
        while case let difference = total - shares.reduce(0, +), difference != 0 {
            let step = difference > 0 ? 1 : -1
            var best: (index: Int, gap: Int)?
            for (index, size) in sizes.enumerated() where size > 0 {
                guard (1..<size).contains(shares[index] + step) else { continue }
                let exact = size * total / all * all + remainders[index]
                let gap = (exact - shares[index] * all) * step
                if gap > best?.gap ?? .min { best = (index, gap) }
            }
            guard let best else { break }
            shares[best.index] += step
        }
        return shares
    }
}
