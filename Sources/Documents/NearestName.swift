/// Finds what somebody probably meant to write.
package enum NearestName {
    /// The candidate with the least edit distance to `name`, if it is close enough to be a typing
    /// error: at most a third of the length, at least one edit, but never all of a name (every letter is
    /// one edit from every other). Ties go to the first candidate.
    ///
    /// The distance is the optimal string alignment distance (insert, delete, replace, swap of
    /// neighbours), without regard to case.
    package static func of(_ name: String, among candidates: [String]) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars)
        let limit = min(max(1, wanted.count / 3), max(0, wanted.count - 1))
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let other = Array(candidate.lowercased().unicodeScalars)
            guard abs(other.count - wanted.count) <= limit else { continue }
            let distance = distance(wanted, other)
            if distance <= limit, distance < best?.distance ?? .max {
                best = (candidate, distance)
            }
        }
        return best?.name
    }

    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in 0..<a.count {
            var current = [i + 1] + [Int](repeating: 0, count: b.count)
            for j in 0..<b.count {
                let substitution = last[j] + (a[i] == b[j] ? 0 : 1)
                var value = min(substitution, last[j + 1] + 1, current[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    value = min(value, beforeLast[j - 1] + 1)
                }
                current[j + 1] = value
            }
            (beforeLast, last) = (last, current)
        }
        return last[b.count]
    }
}
