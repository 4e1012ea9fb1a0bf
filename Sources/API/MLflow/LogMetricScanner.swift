package import Workbench

/// Reads the common form of a `runs/log-metric` request straight from its bytes, without a tree.
///
/// What it accepts means exactly what the ordinary route reads. What it is not sure of (escapes,
/// numbers in quotes, points of logged models, unknown or repeated members, anything wrong) it
/// leaves to that route, which also words the errors.
package struct LogMetricScanner {
    private var cursor = ByteCursor()
    private var run: String?
    private var uuid: String?
    private var key: String?
    private var value: Double?
    private var timestamp: Int64?
    private var step: Int64?

    private init() {}

    /// The point and its run in `bytes`; nil when the ordinary route must look.
    package static func scan(_ bytes: Span<UInt8>) -> (run: RunID, metric: Metric)? {
        var scanner = LogMetricScanner()
        guard scanner.cursor.take(UInt8(ascii: "{"), bytes) else { return nil }
        repeat {
            guard scanner.member(bytes) else { return nil }
        } while scanner.cursor.take(UInt8(ascii: ","), bytes)
        guard scanner.cursor.take(UInt8(ascii: "}"), bytes), scanner.cursor.isAtEnd(bytes)
        else { return nil }
        return scanner.point
    }

    private var point: (run: RunID, metric: Metric)? {
        guard let run = (run ?? uuid).flatMap(RunID.init), let key, let value, let timestamp
        else { return nil }
        return (
            run,
            Metric(
                key: key, value: value, timestamp: Timestamp(milliseconds: timestamp),
                step: step ?? 0)
        )
    }

    /// Reads one member; false for one that the ordinary route must read.
    private mutating func member(_ bytes: Span<UInt8>) -> Bool {
        guard let name = cursor.string(bytes), cursor.take(UInt8(ascii: ":"), bytes)
        else { return false }
        switch name {
        case "run_id" where run == nil:
            run = cursor.string(bytes)
            return run != nil
        case "run_uuid" where uuid == nil:
            uuid = cursor.string(bytes)
            return uuid != nil
        case "key" where key == nil:
            key = cursor.string(bytes)
            return key != nil
        case "value" where value == nil:
            value = cursor.number(bytes)
            return value != nil
        case "timestamp" where timestamp == nil:
            timestamp = cursor.integer(bytes)
            return timestamp != nil
        case "step" where step == nil:
            step = cursor.integer(bytes)
            return step != nil
        default: return false
        }
    }
}
