import Synchronization

/// What the server counts, for Prometheus.
///
/// Bounded: routes are templates, models are those that are served, and beyond `maximumSeries`
/// everything new is counted under the model `other`.
package final class ServerMetrics: Sendable {
    /// Upper bounds of the latency histogram, in seconds.
    package static let latencyBounds: [Double] = [
        0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
        0.5, 1, 2.5, 5, 10,
    ]
    private static let maximumSeries = 2_000

    /// What requests are told apart by.
    package struct Label: Sendable, Hashable {
        /// The route's template, such as `/v2/models/{model}/infer`.
        package let route: String
        /// The model, where the route has one that is served.
        package let model: String

        /// The label of a route and, where there is one, of a model.
        package init(route: String, model: String = "") {
            self.route = route
            self.model = model
        }
    }

    /// The requests of one label, as they stand.
    package struct Series: Sendable {
        /// Answers by hundreds of their status; index 2 counts 2xx.
        package fileprivate(set) var statusClasses = [UInt64](repeating: 0, count: 6)
        /// Answers by latency bound, not accumulated; the last one is beyond every bound.
        package fileprivate(set) var latencies = [UInt64](
            repeating: 0, count: ServerMetrics.latencyBounds.count + 1)
        /// The sum of all latencies.
        package fileprivate(set) var seconds: Double = 0
    }

    /// All counts at one moment.
    package struct Snapshot: Sendable {
        /// Requests by label, sorted by route and model.
        package let requests: [(label: Label, series: Series)]
        /// Rows predicted by model, sorted.
        package let rows: [(model: String, count: UInt64)]
        /// Requests that are being answered.
        package let inFlight: Int
    }

    private struct State {
        var series: [Label: Series] = [:]
        var rows: [String: UInt64] = [:]
        var inFlight = 0
    }

    private let state = Mutex(State())

    /// Counts that start at zero.
    package init() {}

    /// A request has begun.
    package func begin() {
        state.withLock { $0.inFlight += 1 }
    }

    /// A request that had begun has been answered.
    package func end(_ label: Label, status: Int, seconds: Double) {
        state.withLock { state in
            state.inFlight -= 1
            Self.count(label, status: status, seconds: seconds, in: &state)
        }
    }

    /// A request was answered where it arrived, `rows` rows of it predicted.
    package func count(_ label: Label, status: Int, seconds: Double, rows: Int = 0) {
        state.withLock { state in
            Self.count(label, status: status, seconds: seconds, in: &state)
            if rows > 0 { Self.count(rows: rows, model: label.model, in: &state) }
        }
    }

    /// Rows were predicted by a model.
    package func count(rows: Int, model: String) {
        state.withLock { Self.count(rows: rows, model: model, in: &$0) }
    }

    /// The counts as they stand.
    package var snapshot: Snapshot {
        let copy = state.withLock { $0 }
        let requests = copy.series
            .sorted { ($0.key.route, $0.key.model) < ($1.key.route, $1.key.model) }
        return Snapshot(
            requests: requests.map { ($0.key, $0.value) },
            rows: copy.rows.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
            inFlight: copy.inFlight)
    }

    private static func count(rows: Int, model: String, in state: inout State) {
        let isKnown = state.rows[model] != nil || state.rows.count < maximumSeries
        state.rows[isKnown ? model : "other", default: 0] += UInt64(rows)
    }

    private static func count(
        _ label: Label, status: Int, seconds: Double, in state: inout State
    ) {
        let isKnown = state.series[label] != nil || state.series.count < maximumSeries
        let label = isKnown ? label : Label(route: label.route, model: "other")
        let bucket = latencyBounds.firstIndex { seconds <= $0 } ?? latencyBounds.count
        state.series[label, default: Series()].add(
            statusClass: min(max(status / 100, 0), 5), bucket: bucket, seconds: seconds)
    }
}

extension ServerMetrics.Series {
    fileprivate mutating func add(statusClass: Int, bucket: Int, seconds: Double) {
        statusClasses[statusClass] += 1
        latencies[bucket] += 1
        self.seconds += seconds
    }
}
