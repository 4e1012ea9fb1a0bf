package import LinearAlgebra

/// Measures of how well scores order rows.
package enum RankMetrics {
    /// The area under the ROC curve: the chance that a positive row has a higher score than a
    /// negative one, ties counted half (by midranks). Nil unless both kinds occur.
    ///
    /// - Precondition: as many scores as rows, none of them not a number.
    /// - Complexity: O(n log n).
    package static func area(isPositive: [Bool], scores: [Double]) -> Double? {
        precondition(isPositive.count == scores.count, "every row has a score")
        let positives = isPositive.count { $0 }
        let negatives = isPositive.count - positives
        guard positives > 0, negatives > 0 else { return nil }
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        // Twice the midrank is an integer, so the sum of ranks is exact.
        var doubledRanks = 0
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, scores[order[end]] <= scores[order[start]] { end += 1 }
            let tied = order[start..<end].count { isPositive[$0] }
            doubledRanks += tied * (start + end + 1)
            start = end
        }
        let wins = Double(doubledRanks - positives * (positives + 1)) / 2
        return wins / (Double(positives) * Double(negatives))
    }

    /// Of two classes the area for the second, of more the mean area of each class against the
    /// rest; nil unless all classes occur. probabilities: rows x classes.
    package static func area(labels: [Int32], probabilities: Matrix) -> Double? {
        let classCount = probabilities.columns
        let judged = classCount == 2 ? 1..<2 : 0..<classCount
        var sum = 0.0
        for index in judged {
            let isPositive = labels.map { Int($0) == index }
            guard let area = area(isPositive: isPositive, scores: probabilities.column(index))
            else { return nil }
            sum += area
        }
        return sum / Double(judged.count)
    }
}
