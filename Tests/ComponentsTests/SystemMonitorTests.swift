import Components
import Processes
import Testing
import Workbench

@Suite struct SystemMonitorTests {
    private static let keys = [
        "system/cpu_utilization_percentage", "system/system_memory_usage_megabytes",
        "system/system_memory_usage_percentage",
    ]

    private func monitor(_ bench: Bench, first: Duration) -> SystemMonitor {
        var rhythm = SystemMonitor.Rhythm()
        rhythm.first = first
        rhythm.interval = .milliseconds(1)
        return SystemMonitor(
            runs: bench.services.runs, clock: bench.services.clock, rhythm: rhythm)
    }

    @Test(
        "Logs what a run uses under MLflow's names, step by step",
        .enabled(if: MachineUsage.own() != nil))
    func samples() async throws {
        let bench = try Bench()
        let run = try await TrackedRun.start(
            .train, experiment: nil, source: "test", services: bench.services)
        let monitor = monitor(bench, first: .milliseconds(5))
        monitor.watch(run.id, .thisProcess)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await monitor.run() }
            defer { group.cancelAll() }
            for _ in 0..<2_000 {
                let stored = try await bench.services.runs.run(run.id)
                if stored.metrics.contains(where: { $0.step >= 2 }) { return }
                try await Task.sleep(for: .milliseconds(5))
            }
            Issue.record("no third sample within ten seconds")
        }
        let stored = try await bench.services.runs.run(run.id)
        #expect(stored.metrics.map(\.key) == Self.keys)
        #expect((0...100).contains(stored.metrics[0].value))
        #expect(stored.metrics[1].value > 1)
        let history = try await bench.services.runs.history(
            of: Self.keys[0], run: run.id, limit: 3, after: nil)
        #expect(history.items.map(\.step) == [0, 1, 2])
    }

    @Test("Leaves nothing of a run that is over before the first sample")
    func short() async throws {
        let bench = try Bench()
        let run = try await TrackedRun.start(
            .train, experiment: nil, source: "test", services: bench.services)
        let monitor = monitor(bench, first: .milliseconds(20))
        monitor.watch(run.id, .thisProcess)
        monitor.forget(run.id)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await monitor.run() }
            try await Task.sleep(for: .milliseconds(100))
            group.cancelAll()
        }
        #expect(try await bench.services.runs.run(run.id).metrics.isEmpty)
    }
}
