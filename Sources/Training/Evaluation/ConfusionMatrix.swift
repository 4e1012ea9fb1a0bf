import Documents
package import Workbench

/// How often each class was taken for each.
package struct ConfusionMatrix: Sendable, Equatable {
    /// The classes, in the order of the labels.
    package let classes: [String]
    /// `counts[truth][prediction]`.
    package let counts: [[Int]]

    /// Counts pairs.
    ///
    /// - Precondition: equal numbers of rows; labels are indices of `classes`.
    package init(labels: [Int32], predicted: [Int32], classes: [String]) {
        var counts = [[Int]](
            repeating: [Int](repeating: 0, count: classes.count), count: classes.count)
        for (label, prediction) in zip(labels, predicted) {
            counts[Int(label)][Int(prediction)] += 1
        }
        self.classes = classes
        self.counts = counts
    }

    /// `{"classes": [..], "counts": [[..]]}`, a row for every true class.
    package var json: JSON {
        [
            "classes": .array(classes.map(JSON.string)),
            "counts": .array(counts.map { .array($0.map { JSON($0) }) }),
        ]
    }

    /// Share of rows that are right.
    var accuracy: Double {
        let right = counts.indices.reduce(0) { $0 + counts[$1][$1] }
        return Double(right) / Double(counts.reduce(0) { $0 + $1.reduce(0, +) })
    }

    /// Mean over the classes that occur of the share that is right.
    var balancedAccuracy: Double {
        var sum = 0.0
        var present = 0
        for (index, row) in counts.enumerated() {
            let total = row.reduce(0, +)
            guard total > 0 else { continue }
            sum += Double(row[index]) / Double(total)
            present += 1
        }
        return sum / Double(present)
    }

    /// Mean F1 over the classes that occur or are predicted.
    var macroF1: Double {
        var sum = 0.0
        var present = 0
        for index in counts.indices {
            let occurrences = counts[index].reduce(0, +)
            let predictions = counts.reduce(0) { $0 + $1[index] }
            guard occurrences + predictions > 0 else { continue }
            sum += 2 * Double(counts[index][index]) / Double(occurrences + predictions)
            present += 1
        }
        return sum / Double(present)
    }
}
