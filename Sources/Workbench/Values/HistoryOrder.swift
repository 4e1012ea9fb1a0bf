/// How the points of a metric are ordered.
package enum HistoryOrder: String, Sendable, CaseIterable {
    /// By step, timestamp and value: a curve.
    case step
    /// By timestamp, step and value: as they were measured.
    case time
}
