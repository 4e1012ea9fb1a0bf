import Foundation

/// What is done to a curve before it is drawn.
package enum CurveShaping {
    /// Exponentially weighted means, corrected for the start: each is the mean of all values so far
    /// in which a value `k` points back weighs `weight` to the `k`. What is no number stays as it
    /// is and weighs nothing.
    ///
    /// - Precondition: 0 <= `weight` < 1.
    package static func smoothed(_ values: [Double], weight: Double) -> [Double] {
        precondition((0..<1).contains(weight), "a weight below 1 leaves something of every value")
        var sum = 0.0
        var total = 0.0
        return values.map { value in
            guard value.isFinite else { return value }
            sum = sum * weight + value * (1 - weight)
            total = total * weight + (1 - weight)
            return sum / total
        }
    }

    /// The points that decide how a curve looks when it is `columns` pixels wide: of each column the
    /// first, the lowest, the highest and the last (U. Jugel et al., "M4: A Visualization-Oriented
    /// Time Series Data Aggregation", VLDB 2014). Curves with few points stay as they are.
    package static func sampled(
        _ points: [Chart.Point], columns: Int, axis: ChartAxis
    ) -> [Chart.Point] {
        guard points.count > 4 * columns else { return points }
        var kept: [Chart.Point] = []
        var start = 0
        while start < points.count {
            let column = column(of: points[start], columns, axis)
            var end = start + 1
            while end < points.count, self.column(of: points[end], columns, axis) == column {
                end += 1
            }
            kept += extremes(points[start..<end])
            start = end
        }
        return kept
    }

    private static func column(
        of point: Chart.Point, _ columns: Int, _ axis: ChartAxis
    ) -> Int {
        let place = (axis.position(point.x) * Double(columns)).rounded(.down)
        return Int(min(max(place, 0), Double(columns - 1)))
    }

    /// First, lowest, highest and last, in their order; one gap where there is nothing else.
    private static func extremes(_ points: ArraySlice<Chart.Point>) -> [Chart.Point] {
        let drawn = points.indices.filter { points[$0].y.isFinite }
        guard let first = drawn.first, let last = drawn.last else {
            return [points[points.startIndex]]
        }
        var (lowest, highest) = (first, first)
        for index in drawn {
            if points[index].y < points[lowest].y { lowest = index }
            if points[index].y > points[highest].y { highest = index }
        }
        return Set([first, lowest, highest, last]).sorted().map { points[$0] }
    }

    /// A curve in pieces without gaps.
    static func pieces(_ points: [Chart.Point]) -> [ArraySlice<Chart.Point>] {
        points.split { !$0.y.isFinite }
    }
}
