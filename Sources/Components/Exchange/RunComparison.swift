import Workbench

/// Whether a run that is here is the one that a source has.
struct RunComparison: Sendable {
    let here: Run
    let run: Run
    let services: Services

    /// What differs, in a word; nil where everything is equal.
    func difference(
        _ source: any ExchangeSource, _ key: String
    ) async throws(BancadaError) -> String? {
        if let difference = fields { return difference }
        let datasets = try await services.runs.datasetInputs(of: run.id)
        if datasets.count != run.datasets.count { return "number of datasets" }
        for (left, right) in zip(datasets, run.datasets)
        where left.name != right.name || left.digest != right.digest {
            return "dataset"
        }
        return try await history(source, key)
    }

    private var fields: String? {
        if here.experiment != run.experiment { return "experiment" }
        if here.kind != run.kind { return "kind" }
        if here.name != run.name { return "name" }
        if here.user != run.user { return "user" }
        if here.status != run.status { return "status" }
        if here.lifecycle != run.lifecycle { return "lifecycle stage" }
        if here.startTime != run.startTime { return "start" }
        if here.endTime != run.endTime { return "end" }
        func sorted(_ pairs: [(String, String)]) -> [[UInt8]] {
            pairs.map { Array($0.0.utf8) + [0] + Array($0.1.utf8) }
                .sorted { $0.lexicographicallyPrecedes($1) }
        }
        let params = sorted(run.params.map { ($0.key, $0.value) })
        if sorted(here.params.map { ($0.key, $0.value) }) != params { return "param" }
        let tags = sorted(run.tags.map { ($0.key, $0.value) })
        if sorted(here.tags.map { ($0.key, $0.value) }) != tags { return "tag" }
        return nil
    }

    /// Compares the points as sets, by a sum of their hashes: equal histories have equal sums,
    /// whatever their order, and two that differ have so by one chance in 2^64.
    private func history(
        _ source: any ExchangeSource, _ key: String
    ) async throws(BancadaError) -> String? {
        var theirs = PointSum()
        var after: String?
        repeat {
            let page = try await source.points(of: key, after: after)
            for point in page.items { theirs.add(point) }
            after = page.next
        } while after != nil
        var ours = PointSum()
        for metric in here.metrics {
            var token: PageToken?
            repeat {
                let page = try await services.runs.history(
                    of: metric.key, run: run.id, limit: 10_000, after: token)
                for point in page.items { ours.add(point) }
                token = page.next
            } while token != nil
        }
        return ours == theirs ? nil : "history of metrics"
    }
}

/// A sum over different points that does not depend on their order; equal points that stand
/// together, as MLflow's files may have them, count once.
private struct PointSum: Equatable {
    private var sum: UInt64 = 0
    private var last: UInt64?

    static func == (left: PointSum, right: PointSum) -> Bool { left.sum == right.sum }

    mutating func add(_ point: Metric) {
        let greatest = Double.greatestFiniteMagnitude
        let value =
            point.value.isNaN
            ? Double.nan : min(max(point.value, -greatest), greatest)
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ word: UInt64) {
            hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 29
        }
        for byte in point.key.utf8 { mix(UInt64(byte)) }
        mix(value.isNaN ? 1 : value == 0 ? 0 : value.bitPattern)
        mix(UInt64(bitPattern: point.timestamp.milliseconds))
        mix(UInt64(bitPattern: point.step))
        if hash != last { sum &+= hash }
        last = hash
    }
}
