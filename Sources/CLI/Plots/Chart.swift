/// Curves over one pair of axes, ready to be drawn.
package struct Chart: Sendable, Equatable {
    /// A point of a curve; a `y` that is no number ends the line before it.
    package struct Point: Sendable, Equatable {
        /// Where it is across.
        package var x: Double
        /// How high it is.
        package var y: Double

        /// A point at a place.
        package init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// One curve.
    package struct Series: Sendable, Equatable {
        /// What it is a curve of, such as a run's id.
        package var id: String
        /// What the legend calls it.
        package var name: String
        /// Its points, `x` not decreasing.
        package var points: [Point]
        /// The points before they were smoothed, drawn faintly; empty where they were not.
        package var raw: [Point]

        /// A curve through points.
        package init(id: String = "", name: String, points: [Point], raw: [Point] = []) {
            self.id = id
            self.name = name
            self.points = points
            self.raw = raw
        }

        /// The height of the last point that has one.
        package var last: Double? { points.last { $0.y.isFinite }?.y }
    }

    /// How many points cannot be drawn, and are gaps.
    package struct Gaps: Sendable, Equatable {
        /// Not a number, or infinite.
        package var notFinite = 0
        /// Zero or negative, on a logarithmic axis.
        package var notPositive = 0

        /// Counts.
        package init(notFinite: Int = 0, notPositive: Int = 0) {
            self.notFinite = notFinite
            self.notPositive = notPositive
        }
    }

    /// What is drawn.
    package let title: String
    /// What `x` counts.
    package let xTitle: String
    /// Whether `x` is whole numbers only.
    package let isStepwise: Bool
    /// Whether heights are drawn by their logarithm.
    package let isLogarithmic: Bool
    /// The curves.
    package let series: [Series]
    /// The points that are gaps.
    package let gaps: Gaps

    /// A chart; what cannot be drawn becomes a gap.
    ///
    /// Infinities are gaps, and so is the greatest finite magnitude, as which the store keeps them.
    package init(
        title: String, xTitle: String, isStepwise: Bool, isLogarithmic: Bool, series: [Series]
    ) {
        self.title = title
        self.xTitle = xTitle
        self.isStepwise = isStepwise
        self.isLogarithmic = isLogarithmic
        var gaps = Gaps()
        var drawn: [Series] = []
        for curve in series {
            // What was measured is counted once, not again in what smoothing made of it.
            var ignored = Gaps()
            let raw = Self.cleaned(curve.raw, isLogarithmic, &gaps)
            let points =
                raw.isEmpty
                ? Self.cleaned(curve.points, isLogarithmic, &gaps)
                : Self.cleaned(curve.points, isLogarithmic, &ignored)
            drawn.append(
                Series(id: curve.id, name: curve.name, points: points, raw: raw))
        }
        self.series = drawn
        self.gaps = gaps
    }

    /// Whether a stored value can be drawn at all.
    package static func isDrawable(_ value: Double) -> Bool {
        value.magnitude < .greatestFiniteMagnitude
    }

    private static func cleaned(
        _ points: [Point], _ isLogarithmic: Bool, _ gaps: inout Gaps
    ) -> [Point] {
        var cleaned = points
        for index in cleaned.indices {
            let y = cleaned[index].y
            if !isDrawable(y) {
                gaps.notFinite += 1
            } else if isLogarithmic, y <= 0 {
                gaps.notPositive += 1
            } else {
                continue
            }
            cleaned[index].y = .nan
        }
        return cleaned
    }

    /// The smallest and the greatest height, of all curves and what lies behind them.
    var heights: (low: Double, high: Double)? {
        Self.bounds(series.flatMap { [$0.points, $0.raw] }) { $0.y }
    }

    /// The leftmost and the rightmost place where there is a height.
    var places: (low: Double, high: Double)? {
        Self.bounds(series.map(\.points)) { $0.y.isFinite ? $0.x : .nan }
    }

    private static func bounds(
        _ lists: [[Point]], _ value: (Point) -> Double
    ) -> (low: Double, high: Double)? {
        var bounds: (low: Double, high: Double)?
        for list in lists {
            for point in list {
                let value = value(point)
                guard value.isFinite else { continue }
                bounds = (min(bounds?.low ?? value, value), max(bounds?.high ?? value, value))
            }
        }
        return bounds
    }
}

/// Charts below each other, in one picture.
package struct Figure: Sendable, Equatable {
    /// What they show, for people who cannot see them too.
    package let title: String
    /// The charts, from the top.
    package let charts: [Chart]

    /// A picture of some charts.
    package init(title: String, charts: [Chart]) {
        self.title = title
        self.charts = charts
    }
}
