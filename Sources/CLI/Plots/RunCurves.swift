import Components
import Documents
import Workbench

/// What the horizontal axis of curves is.
enum CurveAxis: String, CaseIterable {
    case step
    case time
}

/// Turns what runs logged into charts: one for each metric, with a curve for each run.
struct RunCurves {
    /// The most metrics that are drawn when none is named.
    static let chartsByDefault = 6

    let runs: [Run]
    /// The metrics to draw, as they were asked for; empty draws those with a history.
    let metrics: [String]
    /// The weight of what came before, 0 for none.
    let smoothing: Double
    let isLogarithmic: Bool
    let axis: CurveAxis

    /// What is drawn, and what has to be said about it.
    struct Result {
        let figure: Figure
        let notes: [String]
    }

    /// Reads the histories.
    ///
    /// - Throws: `notFound` for a metric that none of the runs has; `invalidInput` where the runs
    ///   have no metrics.
    func load(_ store: any RunStore) async throws(BancadaError) -> Result {
        var notes: [String] = []
        var charts: [Chart] = []
        for key in try await keys(store, &notes) {
            let curves = try await curves(of: key, store)
            charts.append(chart(key, curves))
        }
        notes += Self.notes(on: charts)
        let names = runs.map(Self.name).joined(separator: ", ")
        let keys = charts.map(\.title).joined(separator: ", ")
        return Result(figure: Figure(title: "\(keys) of \(names)", charts: charts), notes: notes)
    }

    // MARK: - Which metrics

    private func keys(
        _ store: any RunStore, _ notes: inout [String]
    ) async throws(BancadaError) -> [String] {
        let known = Set(runs.flatMap { $0.metrics.map(\.key) }).sorted()
        if known.isEmpty {
            throw BancadaError(
                .invalidInput,
                runs.count == 1
                    ? "run \(runs[0].id.text) has no metrics" : "the runs have no metrics",
                hint: "list runs with 'bancada runs list'")
        }
        for key in metrics where !known.contains(key) {
            throw BancadaError(
                .notFound, "none of the runs has the metric \"\(key)\"",
                hint: NearestName.of(key, among: known).map { "write \($0)" }
                    ?? "use one of \(known.prefix(10).joined(separator: ", "))")
        }
        if !metrics.isEmpty { return Self.unique(metrics) }
        var shown: [String] = []
        for key in known {
            for run in runs where run.metrics.contains(where: { $0.key == key }) {
                let page = try await store.history(of: key, run: run.id, limit: 2, after: nil)
                if page.items.count > 1 {
                    shown.append(key)
                    break
                }
            }
        }
        if shown.isEmpty { shown = known }
        if shown.count > Self.chartsByDefault {
            let more = shown.count - Self.chartsByDefault
            notes.append("note: \(more) more metrics, name them with --metric")
            shown = Array(shown.prefix(Self.chartsByDefault))
        }
        return shown
    }

    private static func unique(_ keys: [String]) -> [String] {
        var seen: Set<String> = []
        return keys.filter { seen.insert($0).inserted }
    }

    // MARK: - Curves

    private func curves(
        of key: String, _ store: any RunStore
    ) async throws(BancadaError) -> [(run: Run, points: [Metric])] {
        var curves: [(run: Run, points: [Metric])] = []
        for run in runs where run.metrics.contains(where: { $0.key == key }) {
            var points: [Metric] = []
            var next: PageToken?
            repeat {
                let page = try await store.history(
                    of: key, run: run.id, limit: 50_000, after: next)
                points += page.items
                next = page.next
            } while next != nil
            curves.append((run, points))
        }
        return curves
    }

    private func chart(_ key: String, _ curves: [(run: Run, points: [Metric])]) -> Chart {
        var series = curves.map { run, points in
            Chart.Series(id: run.id.text, name: Self.name(run), points: places(points))
        }
        let unit = axis == .time ? TimeUnit(covering: series.flatMap(\.points)) : nil
        for index in series.indices {
            var points = series[index].points
            if let unit {
                for place in points.indices { points[place].x /= unit.seconds }
            }
            series[index].points = points
            guard smoothing > 0 else { continue }
            series[index].raw = points
            let clean = points.map { Chart.isDrawable($0.y) ? $0.y : .nan }
            for (place, y) in CurveShaping.smoothed(clean, weight: smoothing).enumerated() {
                series[index].points[place].y = y
            }
        }
        return Chart(
            title: key, xTitle: unit?.name ?? "step", isStepwise: axis == .step,
            isLogarithmic: isLogarithmic, series: series)
    }

    /// The points of a history; times count from the first one, in seconds.
    private func places(_ points: [Metric]) -> [Chart.Point] {
        switch axis {
        case .step: return points.map { Chart.Point(x: Double($0.step), y: $0.value) }
        case .time:
            let ordered = points.enumerated().sorted {
                ($0.element.timestamp, $0.offset) < ($1.element.timestamp, $1.offset)
            }.map(\.element)
            let start = Double(ordered.first?.timestamp.milliseconds ?? 0)
            return ordered.map {
                Chart.Point(x: (Double($0.timestamp.milliseconds) - start) / 1000, y: $0.value)
            }
        }
    }

    /// What the legend calls a run: its name and the first digits of its id.
    static func name(_ run: Run) -> String {
        "\(run.name) (\(run.id.text.prefix(8)))"
    }

    private static func notes(on charts: [Chart]) -> [String] {
        let notPositive = charts.reduce(0) { $0 + $1.gaps.notPositive }
        let notFinite = charts.reduce(0) { $0 + $1.gaps.notFinite }
        var notes: [String] = []
        if notPositive > 0 {
            notes.append("note: \(notPositive) values of 0 or less have no place on a log axis")
        }
        if notFinite > 0 {
            notes.append("note: \(notFinite) values are not finite, they are gaps")
        }
        return notes
    }

    /// The unit in which times are marked.
    private struct TimeUnit {
        let name: String
        let seconds: Double

        init(covering points: [Chart.Point]) {
            let longest = points.reduce(0) { max($0, $1.x) }
            switch longest {
            case ..<600: (name, seconds) = ("seconds", 1)
            case ..<36_000: (name, seconds) = ("minutes", 60)
            case ..<864_000: (name, seconds) = ("hours", 3600)
            default: (name, seconds) = ("days", 86_400)
            }
        }
    }
}
