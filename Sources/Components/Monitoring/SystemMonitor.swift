import Processes
import Synchronization
package import Workbench

/// Logs what runs use of the machine, under MLflow's names, while they last: after a second, then
/// every five. A run that is over before that leaves nothing and costs nothing but its place here.
package final class SystemMonitor: Sendable {
    /// Whose use is a run's.
    package enum Subject: Sendable, Equatable {
        /// That of this process, which also does other things.
        case thisProcess
        /// That of a process group.
        case group(Int32)
    }

    /// When a run is sampled.
    package struct Rhythm: Sendable {
        /// How long it lasts before the first sample.
        package var first: Duration = .seconds(1)
        /// How long between two samples.
        package var interval: Duration = .seconds(5)

        /// After a second, then every five.
        package init() {}
    }

    private struct Watched {
        var subject: Subject
        var next: ContinuousClock.Instant
        var step: Int64 = 0
        /// When it was looked at last, and the processor time then.
        var last: (time: ContinuousClock.Instant, cpuSeconds: Double)
    }

    private let runs: any RunStore
    private let clock: WallClock
    private let rhythm: Rhythm
    private let watched = Mutex<[RunID: Watched]>([:])

    /// A monitor of no run.
    package init(runs: any RunStore, clock: WallClock, rhythm: Rhythm = Rhythm()) {
        self.runs = runs
        self.clock = clock
        self.rhythm = rhythm
    }

    convenience init(_ services: Services) {
        self.init(runs: services.runs, clock: services.clock)
    }

    /// Begins to watch a run, or goes on with another subject.
    package func watch(_ run: RunID, _ subject: Subject) {
        let now = ContinuousClock.now
        let before = subject == .thisProcess ? MachineUsage.own()?.cpuSeconds ?? 0 : 0
        watched.withLock { watched in
            var entry =
                watched[run] ?? Watched(subject: subject, next: now + rhythm.first, last: (now, 0))
            entry.subject = subject
            entry.last = (now, before)
            watched[run] = entry
        }
    }

    /// Ends watching a run.
    package func forget(_ run: RunID) {
        watched.withLock { $0[run] = nil }
    }

    /// Samples until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            // Ends early when there is nothing left to watch.
            try? await Task.sleep(for: rhythm.first)
            if Task.isCancelled { return }
            for (run, batch) in samples(at: .now) {
                // A run that has ended meanwhile takes no more, and a sample is no loss.
                try? await runs.log(batch, to: run)
            }
        }
    }

    /// Samples while `body` works.
    func running<Value>(
        _ body: () async throws(BancadaError) -> Value
    ) async throws(BancadaError) -> Value {
        let result: Result<Value, BancadaError> = await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.run() }
            defer { group.cancelAll() }
            do throws(BancadaError) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// As `running`, for work that throws anything.
    func runningAny<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.run() }
            defer { group.cancelAll() }
            return try await body()
        }
    }

    private func samples(at now: ContinuousClock.Instant) -> [(RunID, LogBatch)] {
        let due = watched.withLock { $0.filter { $0.value.next <= now } }
        if due.isEmpty { return [] }
        var groups: Set<Int32> = []
        for case .group(let group) in due.values.map(\.subject) { groups.insert(group) }
        let uses = MachineUsage.groups(groups)
        let own = MachineUsage.own()
        let time = clock.now()
        var samples: [(RunID, LogBatch)] = []
        for (run, entry) in due {
            let use: MachineUsage? =
                switch entry.subject {
                case .thisProcess: own
                case .group(let group): uses[group]
                }
            guard let use else { continue }
            samples.append(
                (run, LogBatch(metrics: Self.metrics(use, since: entry, at: now, time))))
            watched.withLock { watched in
                // It may be over, or have begun something else.
                guard watched[run]?.subject == entry.subject else { return }
                watched[run]?.step += 1
                watched[run]?.next = now + rhythm.interval
                watched[run]?.last = (now, use.cpuSeconds)
            }
        }
        return samples
    }

    private static func metrics(
        _ use: MachineUsage, since entry: Watched, at now: ContinuousClock.Instant,
        _ time: Timestamp
    ) -> [Metric] {
        let elapsed = max((now - entry.last.time) / .seconds(1), 1e-3)
        // Members that have ended take their time with them.
        let spent = max(0, use.cpuSeconds - entry.last.cpuSeconds)
        let share = min(100, 100 * spent / elapsed / Double(MachineUsage.processors))
        var values = [
            ("cpu_utilization_percentage", share),
            ("system_memory_usage_megabytes", Double(use.residentBytes) / 1e6),
        ]
        if let memory = MachineUsage.memoryBytes {
            let share = 100 * Double(use.residentBytes) / Double(memory)
            values.append(("system_memory_usage_percentage", share))
        }
        return values.map {
            Metric(key: "system/" + $0.0, value: $0.1, timestamp: time, step: entry.step)
        }
    }
}

/// A recorder of process groups that also lets a monitor watch them.
struct WatchedGroups: ProcessGroupRecorder {
    let groups: any ProcessGroupRecorder
    let monitor: SystemMonitor

    func record(_ group: ProcessGroup) async throws(BancadaError) {
        try await groups.record(group)
        monitor.watch(group.run, .group(group.leader.processID))
    }

    func forget(_ group: ProcessGroup) async throws(BancadaError) {
        monitor.forget(group.run)
        try await groups.forget(group)
    }
}
