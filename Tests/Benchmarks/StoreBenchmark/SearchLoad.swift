import Foundation
import Store
import Workbench

/// Searches over many runs: a page of 100 of each kind. Every answer is checked for its length.
struct SearchLoad {
    let workspace: Workspace
    let count: Int

    func run() async throws {
        let start = ContinuousClock.now
        try await fill()
        print("{\"runs\": \(count), \"filled_seconds\": \(seconds(ContinuousClock.now - start))}")
        for (name, filter, order) in Self.searches(count) {
            let query = RunQuery(
                experiments: name.hasPrefix("one experiment") ? [.standard] : [],
                filter: try Filter(parsing: filter, for: .runs),
                order: try OrderKey.parse(order, for: .runs))
            try await time(name, query)
        }
        try await deepPage()
    }

    private static func searches(_ count: Int) -> [(String, String, [String])] {
        [
            ("default order", "", []),
            ("one experiment, default order", "", []),
            ("metric filter and order", "metrics.metric_3 > 0.5", ["metrics.metric_4 DESC"]),
            (
                "narrow metric filter and order", "metrics.metric_3 < 0.01",
                ["metrics.metric_4 DESC"]
            ),
            ("filter without a match", "metrics.metric_3 > 2", ["metrics.metric_4"]),
            (
                "two filters that exclude each other",
                "metrics.metric_3 > 0.5 and metrics.other = 1 and metrics.metric_5 < 0.5",
                ["metrics.metric_4"]
            ),
            (
                "three wide filters, few matches",
                "metrics.metric_3 > 0.95 and metrics.metric_4 > 0.9 and metrics.metric_5 < 0.1",
                ["metrics.metric_6"]
            ),
            ("metric that is equal everywhere", "", ["metrics.metric_0 DESC"]),
            ("metric that few runs have", "", ["metrics.rare"]),
            ("param equality, order by metric", "params.p0 = '3'", ["metrics.metric_4"]),
            ("rare param equality", "params.p3 = '77'", ["metrics.metric_4"]),
            ("tag equality", "tags.team = 't5'", []),
            ("tag inequality", "tags.team != 't5'", []),
            ("LIKE, many matches", "params.p4 LIKE '%9%'", []),
            ("LIKE, few matches", "params.p4 LIKE '%7777%'", ["metrics.metric_4"]),
            ("ILIKE, no match", "tags.team ILIKE '%X%'", []),
            (
                "start_time range", "start_time > \(count / 2) and start_time < \(count / 2 + 400)",
                []
            ),
            ("start_time, old", "start_time < \(count / 10)", []),
            ("status", "status = 'FINISHED'", []),
            ("status, few", "status = 'KILLED'", []),
            ("run_name LIKE", "run_name LIKE '%999%'", []),
            ("order by param", "", ["params.p4"]),
            ("order by start time", "", ["start_time ASC"]),
            ("order by end time", "", ["end_time DESC"]),
            ("one experiment, metric order", "metrics.metric_3 > 0.5", ["metrics.metric_4"]),
        ]
    }

    private func time(_ name: String, _ query: RunQuery, after token: PageToken? = nil) async throws
    {
        var times: [Double] = []
        var found = 0
        for _ in 0..<7 {
            let start = ContinuousClock.now
            found = try await workspace.runs.runs(query, limit: 100, after: token).items.count
            times.append(seconds(ContinuousClock.now - start) * 1000)
        }
        times.sort()
        let text = times.map { String(format: "%.2f", $0) }
        print(
            "{\"search\": \"\(name)\", \"found\": \(found), \"median_ms\": \(text[3]), "
                + "\"least_ms\": \(text[0]), \"greatest_ms\": \(text[6])}")
    }

    /// The page after 500 others of a search with a filter and an order.
    private func deepPage() async throws {
        for order in [[], ["metrics.metric_4 DESC"]] {
            let query = RunQuery(
                filter: try Filter(parsing: "metrics.metric_3 > 0.1", for: .runs),
                order: try OrderKey.parse(order, for: .runs))
            var token: PageToken?
            for _ in 0..<(count / 500) {
                token = try await workspace.runs.runs(query, limit: 100, after: token).next
            }
            try await time("page \(count / 500) \(order)", query, after: token)
        }
    }

    private func fill() async throws {
        var state: UInt64 = 1
        func random() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        var experiments = [ExperimentID.standard]
        for number in 1...9 {
            experiments.append(
                try await workspace.experiments.createExperiment(
                    named: "e\(number)", artifactLocation: nil, tags: [], at: clock.now()))
        }
        var generator = SystemRandomNumberGenerator()
        let runs = workspace.runs
        for first in stride(from: 0, to: count, by: 200) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in first..<min(first + 200, count) {
                    let run = NewRun(
                        id: RunID(using: &generator), kind: .external,
                        experiment: experiments[index % 10], name: "run-\(index)",
                        user: "u\(index % 7)", startTime: Timestamp(milliseconds: Int64(index)),
                        tags: [
                            Tag(key: "mlflow.user", value: "u\(index % 7)"),
                            Tag(key: "mlflow.source.name", value: "train.py"),
                            Tag(key: "mlflow.source.type", value: "LOCAL"),
                            Tag(key: "team", value: "t\(random() % 1000)"),
                        ])
                    var batch = LogBatch()
                    var bound: UInt64 = 10
                    for number in 0..<5 {
                        batch.params.append(Param(key: "p\(number)", value: "\(random() % bound)"))
                        bound *= 10
                    }
                    for number in 0..<50 {
                        let value = number == 0 ? 1 : Double(random()) / Double(1 << 31)
                        batch.metrics.append(
                            Metric(
                                key: "metric_\(number)", value: value,
                                timestamp: Timestamp(milliseconds: 1), step: 10))
                    }
                    if index.isMultiple(of: 1000) {
                        batch.metrics.append(
                            Metric(
                                key: "rare", value: Double(index),
                                timestamp: Timestamp(milliseconds: 1)))
                    }
                    let isKilled = index.isMultiple(of: 5000)
                    let update = RunUpdate(
                        status: isKilled ? .killed : index % 10 == 0 ? .failed : .finished,
                        endTime: Timestamp(milliseconds: Int64(index) + Int64(random() % 100_000)))
                    group.addTask { [batch] in
                        _ = try await runs.createRun(run)
                        try await runs.log(batch, to: run.id)
                        _ = try await runs.updateRun(run.id, update)
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
