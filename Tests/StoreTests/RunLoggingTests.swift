import Store
import Testing
import Workbench

@Suite struct RunLoggingTests {
    private func started(_ scratch: Scratch) async throws -> SQLiteRunStore {
        let workspace = try scratch.create()
        try await workspace.start(1, name: "r")
        return workspace.runs
    }

    private func metric(_ value: Double, step: Int64 = 0, time: Int64 = 0) -> Metric {
        Metric(key: "m", value: value, timestamp: at(time), step: step)
    }

    @Test("The latest point has the greatest step, then timestamp, then value")
    func latest() async throws {
        let scratch = try Scratch()
        let runs = try await started(scratch)
        let points = [
            metric(5, step: 1, time: 10), metric(9, step: 0, time: 99),
            metric(7, step: 1, time: 11), metric(6, step: 1, time: 11),
            metric(1, step: -3, time: 500),
        ]
        for point in points { try await runs.log(LogBatch(metrics: [point]), to: runID(1)) }
        #expect(try await runs.run(runID(1)).metrics == [metric(7, step: 1, time: 11)])
    }

    @Test("The latest point does not depend on the order of writing", arguments: 0..<20)
    func latestInAnyOrder(seed: UInt64) async throws {
        let scratch = try Scratch()
        let runs = try await started(scratch)
        var generator = SplitMix64(seed: seed)
        let points = (0..<30).map { _ in
            metric(
                Double(Int.random(in: -2...2, using: &generator)),
                step: .random(in: -1...1, using: &generator),
                time: .random(in: 0...1, using: &generator))
        }
        for point in points { try await runs.log(LogBatch(metrics: [point]), to: runID(1)) }
        let latest = try await runs.run(runID(1)).metrics
        let expected = points.max {
            ($0.step, $0.timestamp.milliseconds, $0.value)
                < ($1.step, $1.timestamp.milliseconds, $1.value)
        }
        #expect(latest == [expected], "seed \(seed)")
        let history = try await runs.history(of: "m", run: runID(1), limit: 100, after: nil)
        let distinct = Set(points.map { "\($0)" })
        #expect(history.items.count == distinct.count, "seed \(seed)")
    }

    @Test("Equal points are stored once, also NaN")
    func equalPoints() async throws {
        let scratch = try Scratch()
        let runs = try await started(scratch)
        let batch = LogBatch(metrics: [metric(1), metric(1), metric(.nan), metric(-.nan)])
        try await runs.log(batch, to: runID(1))
        try await runs.log(batch, to: runID(1))
        let history = try await runs.history(of: "m", run: runID(1), limit: 10, after: nil).items
        #expect(history.count == 2)
        #expect(history[0].value.isNaN)
        #expect(history[1].value == 1)
    }

    @Test("NaN comes back as NaN, infinities as the greatest finite numbers")
    func extremes() async throws {
        let scratch = try Scratch()
        let runs = try await started(scratch)
        let values: [Double] = [
            .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -0.0, .greatestFiniteMagnitude,
            1.0 / 3,
        ]
        for (step, value) in values.enumerated() {
            try await runs.log(
                LogBatch(metrics: [metric(value, step: Int64(step))]), to: runID(1))
        }
        let stored = try await runs.history(of: "m", run: runID(1), limit: 10, after: nil)
            .items.map(\.value)
        let greatest = Double.greatestFiniteMagnitude
        #expect(stored[0] == greatest)
        #expect(stored[1] == -greatest)
        #expect(stored[2].isNaN)
        #expect(Array(stored[3...]) == Array(values[3...]))
        try await runs.log(
            LogBatch(metrics: [metric(.nan, step: 100)]), to: runID(1))
        #expect(try await runs.run(runID(1)).metrics.first?.value.isNaN == true)
    }

    @Test("Keeps any step and any time from 1970 on")
    func stepsAndTimes() async throws {
        let scratch = try Scratch()
        let runs = try await started(scratch)
        let points = [
            metric(1, step: .min, time: 0), metric(2, step: -1, time: 1),
            metric(3, step: .max, time: .max),
        ]
        try await runs.log(LogBatch(metrics: points), to: runID(1))
        #expect(
            try await runs.history(of: "m", run: runID(1), limit: 10, after: nil).items == points)
        #expect(
            await code {
                try await runs.log(LogBatch(metrics: [metric(1, time: -1)]), to: runID(1))
            } == .invalidInput)
    }

    @Test("Params are written once")
    func params() async throws {
        let scratch = try Scratch()
        let runs = try await started(scratch)
        let param = Param(key: "lr", value: "0.1")
        try await runs.log(LogBatch(params: [param]), to: runID(1))
        try await runs.log(LogBatch(params: [param]), to: runID(1))
        #expect(
            await code {
                try await runs.log(
                    LogBatch(
                        params: [Param(key: "new", value: "1"), Param(key: "lr", value: "0.2")],
                        metrics: [metric(1)], tags: [Workbench.Tag(key: "t", value: "v")]),
                    to: runID(1))
            } == .invalidInput)
        let run = try await runs.run(runID(1))
        #expect(run.params == [param])
        #expect(run.metrics.isEmpty)
        #expect(run.tags == [Workbench.Tag(key: "mlflow.runName", value: "r")])
        #expect(
            await code {
                try await runs.log(LogBatch(params: [param, param]), to: runID(1))
            } == .invalidInput)
    }

    @Test("Long values are cut, as MLflow cuts them")
    func longValues() async throws {
        let scratch = try Scratch()
        let runs = try await started(scratch)
        let long = String(repeating: "ü", count: 9000)
        try await runs.log(
            LogBatch(
                params: [Param(key: "p", value: long)], tags: [Workbench.Tag(key: "t", value: long)]
            ),
            to: runID(1))
        let run = try await runs.run(runID(1))
        #expect(run.params.first?.value == String(repeating: "ü", count: 6000))
        #expect(run.tags.last?.value == String(repeating: "ü", count: 8000))
        try await runs.log(LogBatch(params: [Param(key: "p", value: long)]), to: runID(1))
    }

    @Test(
        "Refuses batches over the limits, storing nothing",
        arguments: [
            LogBatch(metrics: (0..<1001).map { Metric(key: "m", value: 0, timestamp: at($0)) }),
            LogBatch(params: (0..<101).map { Param(key: "p\($0)", value: "") }),
            LogBatch(tags: (0..<101).map { Workbench.Tag(key: "t\($0)", value: "") }),
            LogBatch(
                params: [Param(key: "p", value: "")],
                metrics: (0..<1000).map { Metric(key: "m", value: 0, timestamp: at($0)) }),
            LogBatch(params: [Param(key: "", value: "")]),
            LogBatch(params: [Param(key: "a\0", value: "")]),
            LogBatch(params: [Param(key: "a", value: "x\0y")]),
            LogBatch(tags: [Workbench.Tag(key: "a", value: "\0")]),
            LogBatch(metrics: [Metric(key: "a b:c/../d", value: 0, timestamp: at(0))]),
        ])
    func badBatches(batch: LogBatch) async throws {
        let scratch = try Scratch()
        let runs = try await started(scratch)
        #expect(await code { try await runs.log(batch, to: runID(1)) } == .invalidInput)
        let run = try await runs.run(runID(1))
        #expect(run.params.isEmpty && run.metrics.isEmpty && run.tags.count == 1)
    }

    @Test("A full batch is stored")
    func fullBatch() async throws {
        let scratch = try Scratch()
        let runs = try await started(scratch)
        try await runs.log(
            LogBatch(
                params: (0..<100).map { Param(key: "p\($0)", value: "\($0)") },
                metrics: (0..<800).map { metric(Double($0), step: $0) },
                tags: (0..<100).map { Workbench.Tag(key: "t\($0)", value: "\($0)") }),
            to: runID(1))
        let run = try await runs.run(runID(1))
        #expect(run.params.count == 100)
        #expect(run.tags.count == 101)
        #expect(run.metrics == [metric(799, step: 799)])
    }

    @Test("A missing run takes nothing")
    func missing() async throws {
        let scratch = try Scratch()
        let runs = try await started(scratch)
        #expect(await code { try await runs.log(LogBatch(), to: runID(2)) } == .notFound)
        #expect(
            await code { try await runs.history(of: "m", run: runID(2), limit: 1, after: nil) }
                == .notFound)
        #expect(await code { try await runs.datasetInputs(of: runID(2)) } == .notFound)
    }

    @Test("Deletes tags")
    func deleteTag() async throws {
        let scratch = try Scratch()
        let runs = try await started(scratch)
        try await runs.log(LogBatch(tags: [Workbench.Tag(key: "t", value: "v")]), to: runID(1))
        try await runs.deleteTag("t", of: runID(1))
        #expect(await code { try await runs.deleteTag("t", of: runID(1)) } == .notFound)
        #expect(await code { try await runs.deleteTag("t", of: runID(2)) } == .notFound)
    }

    @Test("Records the datasets that a run reads once per name and digest")
    func inputs() async throws {
        let scratch = try Scratch()
        let runs = try await started(scratch)
        let context = Workbench.Tag(key: "mlflow.data.context", value: "training")
        let full = DatasetInput(
            name: "penguins", digest: "d1", sourceType: "local", source: "{}", schema: "{\"a\":1}",
            profile: "{}", tags: [context])
        let plain = DatasetInput(name: "apples", digest: "d2", sourceType: "http", source: "u")
        try await runs.logInputs([full, plain], to: runID(1))
        try await runs.logInputs([full], to: runID(1))
        #expect(try await runs.datasetInputs(of: runID(1)) == [plain, full])
    }

    @Test(
        "Refuses datasets over the limits",
        arguments: [
            DatasetInput(name: "", digest: "d", sourceType: "", source: ""),
            DatasetInput(name: "n", digest: "", sourceType: "", source: ""),
            DatasetInput(
                name: String(repeating: "n", count: 501), digest: "d", sourceType: "", source: ""),
            DatasetInput(
                name: "n", digest: String(repeating: "d", count: 37), sourceType: "", source: ""),
            DatasetInput(
                name: "n", digest: "d", sourceType: "",
                source: String(repeating: "s", count: 65_536)),
            DatasetInput(
                name: "n", digest: "d", sourceType: "", source: "",
                schema: String(repeating: "s", count: 1_048_576)),
            DatasetInput(
                name: "n", digest: "d", sourceType: "", source: "",
                tags: [Workbench.Tag(key: "k", value: String(repeating: "v", count: 501))]),
            DatasetInput(name: "n\0", digest: "d", sourceType: "", source: ""),
        ])
    func badInputs(input: DatasetInput) async throws {
        let scratch = try Scratch()
        let runs = try await started(scratch)
        #expect(await code { try await runs.logInputs([input], to: runID(1)) } == .invalidInput)
    }
}
