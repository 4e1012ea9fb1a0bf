import Store
import Testing
import Workbench

@Suite(.serialized) struct HistoryTests {
    /// A workspace whose run 1 has these points of the metric "m", logged in batches.
    private func logged(_ points: [Metric], by size: Int, _ scratch: Scratch) async throws
        -> any RunStore
    {
        let workspace = try scratch.create()
        try await workspace.start(1)
        for start in stride(from: 0, to: points.count, by: size) {
            let batch = Array(points.dropFirst(start).prefix(size))
            try await workspace.runs.log(LogBatch(metrics: batch), to: runID(1))
        }
        return workspace.runs
    }

    private func point(_ value: Double, step: Int64, time: Int64) -> Metric {
        Metric(key: "m", value: value, timestamp: at(time), step: step)
    }

    private func noise(_ count: Int, seed: UInt64) -> [Metric] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            point(
                Bool.random(using: &generator)
                    ? .nan : Double.random(in: -1...1, using: &generator),
                step: .random(in: -2...2, using: &generator),
                time: .random(in: 0...3, using: &generator))
        }
    }

    /// The history in pages of a size.
    private func paged(
        _ runs: any RunStore, _ order: HistoryOrder, by limit: Int
    ) async throws -> [Metric] {
        var points: [Metric] = []
        var token: PageToken?
        repeat {
            let page = try await runs.history(
                of: "m", run: runID(1), order: order, limit: limit, after: token)
            #expect(page.items.count <= limit)
            points += page.items
            token = page.next
        } while token != nil
        return points
    }

    /// What the points are in an order; NaN stands just after 0.
    private func sorted(_ points: [Metric], _ order: HistoryOrder) -> [String] {
        let key: (Metric) -> (Int64, Int64, Double, Int) = { point in
            let time = point.timestamp.milliseconds
            return (
                order == .step ? point.step : time, order == .step ? time : point.step,
                point.value.isNaN ? 0 : point.value, point.value.isNaN ? 1 : 0
            )
        }
        // Equal points are stored once.
        var seen: Set<String> = []
        return points.sorted { key($0) < key($1) }.map { "\($0)" }
            .filter { seen.insert($0).inserted }
    }

    @Test(
        "Comes in either order, page by page, however the points came",
        arguments: HistoryOrder.allCases, [1, 7, 1000])
    func orders(order: HistoryOrder, size: Int) async throws {
        let scratch = try Scratch()
        let points = noise(200, seed: 3)
        let runs = try await logged(points, by: size, scratch)
        let expected = sorted(points, order)
        for limit in [1, 9, 50_000] {
            #expect(try await paged(runs, order, by: limit).map { "\($0)" } == expected)
        }
        #expect(
            try await runs.history(
                of: "unknown", run: runID(1), order: order, limit: 1, after: nil
            ).items.isEmpty)
    }

    @Test("Without an order it comes by step")
    func byStep() async throws {
        let scratch = try Scratch()
        let points = [point(1, step: 1, time: 5), point(2, step: 2, time: 4)]
        let runs = try await logged(points.reversed(), by: 1, scratch)
        let found = try await runs.history(of: "m", run: runID(1), limit: 9, after: nil)
        #expect(found.items == points)
    }

    @Test(
        "Comes by time after any two batches, which may overlap in steps, times or both",
        arguments: 0..<40)
    func batches(seed: UInt64) async throws {
        let scratch = try Scratch()
        var generator = SplitMix64(seed: seed)
        var points: [Metric] = []
        for _ in 0..<Int.random(in: 2...4, using: &generator) {
            points.append(
                point(
                    Double(Int.random(in: 0...1, using: &generator)),
                    step: .random(in: 0...2, using: &generator),
                    time: .random(in: 0...2, using: &generator)))
        }
        let runs = try await logged(points, by: Int(seed % 3) + 1, scratch)
        for order in HistoryOrder.allCases {
            #expect(
                try await paged(runs, order, by: 2).map { "\($0)" } == sorted(points, order),
                "\(points)")
        }
    }

    @Test("A listing by time goes on after its place when points come that disturb the order")
    func disturbed() async throws {
        let scratch = try Scratch()
        let points = (0..<10).map { point(Double($0), step: $0, time: $0) }
        let runs = try await logged(points, by: 10, scratch)
        let first = try await runs.history(
            of: "m", run: runID(1), order: .time, limit: 5, after: nil)
        #expect(first.items == Array(points.prefix(5)))
        let late = point(50, step: 0, time: 50)
        try await runs.log(LogBatch(metrics: [late]), to: runID(1))
        let rest = try await runs.history(
            of: "m", run: runID(1), order: .time, limit: 50, after: first.next)
        #expect(rest.items == points.suffix(5) + [late])
    }

    @Test("A token of one order does not continue the other")
    func tokens() async throws {
        let scratch = try Scratch()
        let runs = try await logged(noise(20, seed: 5), by: 20, scratch)
        let token = try await runs.history(
            of: "m", run: runID(1), order: .time, limit: 3, after: nil
        ).next
        #expect(token != nil)
        #expect(
            await code {
                try await runs.history(of: "m", run: runID(1), limit: 3, after: token)
            } == .invalidInput)
    }
}
