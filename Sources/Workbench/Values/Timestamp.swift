/// A moment, in milliseconds of UTC since 1970, as MLflow writes times.
package struct Timestamp: Sendable, Hashable, Comparable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package let milliseconds: Int64

    /// The moment `milliseconds` after 1970-01-01T00:00:00Z.
    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }
}

/// Where the present comes from: engines and stores are given one, so that tests can hold it still.
package struct WallClock: Sendable {
    /// Returns the present.
    package let now: @Sendable () -> Timestamp

    /// A clock that asks `now`.
    package init(now: @escaping @Sendable () -> Timestamp) {
        self.now = now
    }
}
