#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The deviations of an estimator's kernels on one line.
///
/// Bergstra et al. (2011), section 4.2: the greater of the distances to the left and the right
/// neighbour, clipped. The lower clip ("magic clip") is the width over a power of the number of
/// kernels, at most 100, which keeps kernels from shrinking to points where trials cluster.
enum Bandwidths {
    /// One deviation for each of `values`, which lie in low...high; `low` is below `high`.
    static func of(
        _ values: [Double], low: Double, high: Double, settings: ParzenEstimator.Settings
    ) -> [Double] {
        let width = high - low
        let kernels = Double(values.count + 1)
        let least =
            settings.magicClip
            ? width / min(100, pow(1 + kernels, settings.clipExponent)) : 1e-12 * width
        let order = ascending(values, low: low, width: width)
        var result = [Double](repeating: width, count: values.count)
        for (rank, index) in order.enumerated() {
            let value = values[index]
            let left = rank > 0 ? value - values[order[rank - 1]] : nil
            let right = rank + 1 < order.count ? values[order[rank + 1]] - value : nil
            let gap: Double
            if settings.endpoints || values.count == 1 {
                gap = max(left ?? value - low, right ?? high - value)
            } else {
                gap = max(left ?? 0, right ?? 0)
            }
            result[index] = min(max(gap, least), width)
        }
        return result
    }

    /// The positions of the values in ascending order, equal ones as they come.
    ///
    /// Buckets and an insertion sort: linear where values are spread, and ties cost nothing.
    static func ascending(_ values: [Double], low: Double, width: Double) -> [Int] {
        let count = values.count
        guard count > 1 else { return Array(values.indices) }
        let scale = Double(count) / width
        let buckets = values.map { min(max(Int(($0 - low) * scale), 0), count - 1) }
        var starts = [Int](repeating: 0, count: count + 1)
        for bucket in buckets { starts[bucket + 1] += 1 }
        for bucket in 0..<count { starts[bucket + 1] += starts[bucket] }
        var order = [Int](repeating: 0, count: count)
        for (index, bucket) in buckets.enumerated() {
            order[starts[bucket]] = index
            starts[bucket] += 1
        }
        for position in 1..<count {
            let index = order[position]
            let value = values[index]
            var hole = position
            while hole > 0, values[order[hole - 1]] > value {
                order[hole] = order[hole - 1]
                hole -= 1
            }
            order[hole] = index
        }
        return order
    }
}
