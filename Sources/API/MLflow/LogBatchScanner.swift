package import Workbench

/// Reads the common form of a batch, which is long, without a tree.
///
/// Reads the same values as `MLflowFields` or nothing at all: escapes, NaN, other names, repeated
/// members and whatever is wrong are left to the ordinary way, which also words the errors.
package struct LogBatchScanner {
    /// The greatest whole number that a double holds with all that are smaller.
    private static let exact = 9_007_199_254_740_992.0

    private var cursor = ByteCursor()

    /// The batch and the run that a body of `runs/log-batch` names.
    package static func scan(_ bytes: Span<UInt8>) -> (batch: LogBatch, run: RunID)? {
        var scanner = LogBatchScanner()
        guard let result = scanner.batch(bytes), scanner.cursor.isAtEnd(bytes) else { return nil }
        return result
    }

    /// The point and the run that a body of `runs/log-metric` names, one flat object.
    package static func scanPoint(_ bytes: Span<UInt8>) -> (metric: Metric, run: RunID)? {
        var scanner = LogBatchScanner()
        guard let members = scanner.members(bytes), scanner.cursor.isAtEnd(bytes),
            let metric = members.metric, let run = members.owner
        else { return nil }
        return (metric, run)
    }

    /// What one object may say; nil is what it does not say.
    private struct Members {
        var key: String?
        var text: String?
        var number: Double?
        var timestamp: Int64?
        var step: Int64?
        var run: String?
        var oldRun: String?
        var model: String?
        var datasetName: String?
        var datasetDigest: String?

        /// The run that a request is about.
        var owner: RunID? {
            let name = run.flatMap { $0.isEmpty ? nil : $0 } ?? oldRun
            return name.flatMap(RunID.init)
        }

        var metric: Metric? {
            guard let key, !key.isEmpty, let number, let timestamp, timestamp >= 0 else {
                return nil
            }
            var subject: MetricSubject?
            if let model, !model.isEmpty {
                guard let id = LoggedModelID(model) else { return nil }
                subject = MetricSubject(
                    model: id, datasetName: datasetName.flatMap { $0.isEmpty ? nil : $0 },
                    datasetDigest: datasetDigest.flatMap { $0.isEmpty ? nil : $0 })
            }
            return Metric(
                key: key, value: number, timestamp: Timestamp(milliseconds: timestamp),
                step: step ?? 0, subject: subject)
        }

        /// A key and a text of their own.
        var pair: (key: String, value: String)? {
            guard let key, !key.isEmpty, let text, number == nil else { return nil }
            return (key, text)
        }
    }

    private mutating func batch(_ bytes: Span<UInt8>) -> (batch: LogBatch, run: RunID)? {
        var batch = LogBatch()
        var owner = Members()
        var seen: Set<String> = []
        guard cursor.take(UInt8(ascii: "{"), bytes) else { return nil }
        repeat {
            guard let name = name(bytes), seen.insert(name).inserted else { return nil }
            switch name {
            case "run_id": owner.run = cursor.string(bytes)
            case "run_uuid": owner.oldRun = cursor.string(bytes)
            case "metrics":
                guard let items = items(bytes, \.metric) else { return nil }
                batch.metrics = items
            case "params":
                guard let items = items(bytes, \.pair) else { return nil }
                batch.params = items.map { Param(key: $0.key, value: $0.value) }
            case "tags":
                guard let items = items(bytes, \.pair) else { return nil }
                batch.tags = items.map { Tag(key: $0.key, value: $0.value) }
            default: return nil
            }
        } while cursor.take(UInt8(ascii: ","), bytes)
        guard cursor.take(UInt8(ascii: "}"), bytes), let run = owner.owner else { return nil }
        return (batch, run)
    }

    private mutating func items<Item>(
        _ bytes: Span<UInt8>, _ value: (Members) -> Item?
    ) -> [Item]? {
        guard cursor.take(UInt8(ascii: "["), bytes) else { return nil }
        var items: [Item] = []
        if cursor.take(UInt8(ascii: "]"), bytes) { return items }
        repeat {
            guard let members = members(bytes), let item = value(members) else { return nil }
            items.append(item)
        } while cursor.take(UInt8(ascii: ","), bytes)
        return cursor.take(UInt8(ascii: "]"), bytes) ? items : nil
    }

    private mutating func name(_ bytes: Span<UInt8>) -> String? {
        guard let name = cursor.string(bytes), cursor.take(UInt8(ascii: ":"), bytes) else {
            return nil
        }
        return name
    }

    /// One flat object, each of whose names comes once.
    private mutating func members(_ bytes: Span<UInt8>) -> Members? {
        guard cursor.take(UInt8(ascii: "{"), bytes) else { return nil }
        var members = Members()
        repeat {
            guard let name = name(bytes), read(name, into: &members, bytes) else { return nil }
        } while cursor.take(UInt8(ascii: ","), bytes)
        return cursor.take(UInt8(ascii: "}"), bytes) ? members : nil
    }

    private mutating func read(
        _ name: String, into members: inout Members, _ bytes: Span<UInt8>
    ) -> Bool {
        switch name {
        case "key": return text(into: &members.key, bytes)
        case "value":
            guard members.number == nil, members.text == nil else { return false }
            members.number = cursor.number(bytes)
            return members.number != nil || text(into: &members.text, bytes)
        case "timestamp": return integer(into: &members.timestamp, bytes)
        case "step": return integer(into: &members.step, bytes)
        case "run_id": return text(into: &members.run, bytes)
        case "run_uuid": return text(into: &members.oldRun, bytes)
        case "model_id": return text(into: &members.model, bytes)
        case "dataset_name": return text(into: &members.datasetName, bytes)
        case "dataset_digest": return text(into: &members.datasetDigest, bytes)
        default: return false
        }
    }

    private mutating func text(into field: inout String?, _ bytes: Span<UInt8>) -> Bool {
        guard field == nil, let text = cursor.string(bytes) else { return false }
        field = text
        return true
    }

    private mutating func integer(into field: inout Int64?, _ bytes: Span<UInt8>) -> Bool {
        guard field == nil, let number = cursor.number(bytes), abs(number) < Self.exact,
            let integer = Int64(exactly: number)
        else { return false }
        field = integer
        return true
    }
}
