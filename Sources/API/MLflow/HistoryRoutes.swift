import HTTPTypes
import Hummingbird
import NIOCore
import Workbench

/// The points of metrics: by time, page by page or all at once, or by step, thinned out for several
/// runs.
struct HistoryRoutes: Sendable {
    /// How many points are read at once where all are asked for.
    static let pageSize = 25_000
    /// The most runs whose histories are thinned out together.
    static let maximumRuns = 100

    let stores: TrackingStores

    /// Adds the routes.
    func add(to table: MLflowTable) {
        table.addWhole("metrics/get-history", [.get: { fields, _ in try await history(fields) }])
        table.add(
            "metrics/get-history-bulk-interval",
            [.get: { fields, _ in try await intervals(fields) }])
    }

    private func history(_ fields: MLflowFields) async throws -> Response {
        let run = try fields.run()
        let key = try fields.requiredText("metric_key")
        let token = try fields.pageToken()
        let limit = try fields.limit(otherwise: Self.pageSize, atMost: 50_000)
        let page = try await stores.runs.history(
            of: key, run: run, order: .time, limit: limit, after: token)
        let rest = fields.has("max_results") ? nil : page.next
        guard let rest else {
            var answer = AnswerWriter()
            answer.history(page.items)
            answer.nextPage(page.next)
            return answer.response
        }
        return whole(key, run, first: page.items, rest: rest)
    }

    /// All points, sent while they are read: however many there are, a page of them is in memory.
    private func whole(
        _ key: String, _ run: RunID, first: [Metric], rest: PageToken
    ) -> Response {
        let runs = stores.runs
        let body = ResponseBody { writer in
            var answer = AnswerWriter()
            answer.history(first)
            // The list goes on where it was closed.
            var buffer = answer.take()
            buffer.moveWriterIndex(to: buffer.writerIndex - 1)
            try await writer.write(buffer)
            let prefix = AnswerWriter.historyPrefix(key)
            var token: PageToken? = rest
            while let next = token {
                let page = try await runs.history(
                    of: key, run: run, order: .time, limit: Self.pageSize, after: next)
                for point in page.items {
                    answer.raw(CollectionOfOne(UInt8(ascii: ",")))
                    answer.historyPoint(point, prefix: prefix)
                }
                try await writer.write(answer.take())
                token = page.next
            }
            try await writer.write(ByteBuffer(string: "]}"))
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/json"], body: body)
    }

    private func intervals(_ fields: MLflowFields) async throws -> AnswerWriter {
        let texts = try fields.texts("run_ids")
        guard !texts.isEmpty else { throw MLflowFields.missing("run_ids") }
        guard texts.count <= Self.maximumRuns else {
            throw BancadaError(
                .invalidInput, "\(texts.count) run_ids, at most \(Self.maximumRuns)",
                hint: "ask for fewer runs at once")
        }
        var ids: [RunID] = []
        for text in texts { ids.append(try MLflowFields.run(text, in: "run_ids")) }
        let key = try fields.requiredText("metric_key")
        let limit = try fields.limit(otherwise: 320, atMost: 2_500)
        let start = try fields.integer("start_step") ?? .min
        let end = try fields.integer("end_step") ?? .max
        guard start <= end else {
            throw BancadaError(
                .invalidInput, "start_step \(start) is greater than end_step \(end)")
        }
        var points: [(run: RunID, point: Metric)] = []
        for id in ids {
            for point in try await all(key, id) where (start...end).contains(point.step) {
                points.append((id, point))
            }
        }
        let steps = HistoryThinning.steps(points.map(\.point.step), to: limit)
        var answer = AnswerWriter()
        answer.objects("metrics", points.filter { steps.contains($0.point.step) }) {
            $0.point($1.point)
            $0.member("run_id", $1.run.text)
        }
        return answer
    }

    private func all(_ key: String, _ run: RunID) async throws(BancadaError) -> [Metric] {
        var points: [Metric] = []
        var token: PageToken?
        repeat {
            let page = try await stores.runs.history(
                of: key, run: run, limit: Self.pageSize, after: token)
            points += page.items
            token = page.next
        } while token != nil
        return points
    }
}

/// Which points of long histories are shown.
package enum HistoryThinning {
    /// At most `limit` of the steps, evenly, and the last one.
    package static func steps(_ steps: [Int64], to limit: Int) -> Set<Int64> {
        let distinct = Set(steps).sorted()
        guard distinct.count > limit, let last = distinct.last else { return Set(distinct) }
        let stride = (distinct.count + limit - 1) / limit
        var kept = Set(Swift.stride(from: 0, to: distinct.count, by: stride).map { distinct[$0] })
        kept.insert(last)
        return kept
    }
}

extension AnswerWriter {
    /// Writes the points of one metric.
    mutating func history(_ points: [Metric]) {
        guard let first = points.first else { return }
        let prefix = Self.historyPrefix(first.key)
        reserve(points.count * (prefix.count + 64))
        list("metrics", points) { $0.historyPoint($1, prefix: prefix) }
    }

    /// The text of a point up to its value, which is the same for all points of a metric.
    static func historyPrefix(_ key: String) -> [UInt8] {
        var writer = AnswerWriter()
        writer.member("key", key)
        writer.raw(",\"value\":".utf8)
        return writer.bytes
    }

    /// Writes a point behind its prefix.
    mutating func historyPoint(_ point: Metric, prefix: [UInt8]) {
        raw(prefix)
        append(point.value)
        raw(",\"timestamp\":".utf8)
        append(point.timestamp.milliseconds)
        raw(",\"step\":".utf8)
        append(point.step)
        raw(CollectionOfOne(UInt8(ascii: "}")))
    }
}
