import LinearAlgebra
import Testing
import Tuning
import Workbench

@Suite struct StudyStateMachineTests {
    static let objective = StudyObjective(metric: "y", goal: .minimize)

    /// Runs a study whose trials end in a random order; a trial's value depends on its assignment,
    /// and that on the numbers and values of the trials it was proposed from.
    private struct Simulation {
        var machine: StudyStateMachine
        var order: Xoshiro256
        var running: [Int: Trial] = [:]
        var proposals: [Int: Assignment] = [:]
        var mostRunning = 0

        init(_ machine: StudyStateMachine, order seed: UInt64) {
            self.machine = machine
            order = Xoshiro256(seed: seed)
        }

        /// Ends when the study does, or after `steps` endings of trials.
        mutating func run(steps: Int = .max) -> StudyStateMachine.End? {
            var left = steps
            while true {
                switch machine.next() {
                case .propose(let number, _, let history):
                    let seen = history.map { "\($0.number):\($0.value ?? -1)" }
                    start(number, Assignment([.init("seen", .string(seen.joined(separator: ",")))]))
                case .repeatTrial(let number, _, let assignment): start(number, assignment)
                case .wait:
                    guard left > 0, !running.isEmpty else { return nil }
                    left -= 1
                    let numbers = running.keys.sorted()
                    let number = numbers[order.index(below: numbers.count)]
                    guard let trial = running.removeValue(forKey: number) else { return nil }
                    machine.ended(Self.outcome(trial))
                case .finish(let end): return end
                }
            }
        }

        private mutating func start(_ number: Int, _ assignment: Assignment) {
            proposals[number] = assignment
            running[number] = Trial(
                number: number, state: .running, assignment: assignment,
                startTime: Timestamp(milliseconds: 0))
            mostRunning = max(mostRunning, running.count)
        }

        /// Every fifth trial fails; values are scattered and repeat.
        static func outcome(_ trial: Trial) -> Trial {
            .ended(
                trial.number, trial.assignment.values,
                value: trial.number % 5 == 4 ? nil : Double(trial.number * 31 % 17))
        }

        /// What a store would hold if the process died now.
        var stored: [Trial] {
            machine.finishedTrials + running.values.sorted { $0.number < $1.number }
        }
    }

    private func machine(
        _ limits: StudyStateMachine.Limits, target: Double? = nil, stored: [Trial] = []
    ) -> StudyStateMachine {
        StudyStateMachine(
            objective: StudyObjective(metric: "y", goal: .minimize, target: target),
            limits: limits, stored: stored)
    }

    @Test(
        "Proposals repeat whatever the order of endings", arguments: 1...5,
        1...6 as ClosedRange<UInt64>)
    func repeats(parallel: Int, order: UInt64) {
        var reference = Simulation(
            machine(.init(trials: 40, parallel: parallel)), order: 0)
        var other = Simulation(
            machine(.init(trials: 40, parallel: parallel)), order: order)
        #expect(reference.run() == .trials)
        #expect(other.run() == .trials)
        #expect(reference.proposals == other.proposals)
        #expect(other.mostRunning <= parallel)
        #expect(other.proposals.count == 40)
    }

    @Test("Trial n is proposed from trials 0...n-P")
    func window() {
        var study = machine(.init(trials: 10, parallel: 3))
        for number in 0..<3 {
            guard case .propose(number, _, let history) = study.next() else {
                Issue.record("trial \(number) was not proposed")
                return
            }
            #expect(history.isEmpty)
        }
        #expect(study.next() == .wait)
        study.ended(.ended(1, [], value: 1))
        #expect(study.next() == .wait, "trial 3 waits for trial 0")
        study.ended(.ended(0, [], value: 2))
        guard case .propose(3, let slot, let history) = study.next() else {
            Issue.record("trial 3 was not proposed")
            return
        }
        #expect(history.map(\.number) == [0])
        #expect([0, 1].contains(slot))
        guard case .propose(4, _, let more) = study.next() else {
            Issue.record("trial 4 was not proposed")
            return
        }
        #expect(more.map(\.number) == [0, 1])
    }

    @Test("An asynchronous study fills a free place from whatever has ended")
    func asynchronous() {
        var study = machine(.init(trials: 10, parallel: 2, isAsynchronous: true))
        _ = study.next()
        _ = study.next()
        #expect(study.next() == .wait)
        study.ended(.ended(1, [], value: 1))
        guard case .propose(2, 1, let history) = study.next() else {
            Issue.record("trial 2 was not proposed in place 1")
            return
        }
        #expect(history.map(\.number) == [1])
    }

    @Test(
        "A study that died and goes on equals one run through", arguments: 1...4,
        [0, 1, 2, 7, 13, 29, 38])
    func resumes(parallel: Int, steps: Int) {
        let limits = StudyStateMachine.Limits(trials: 40, parallel: parallel)
        var whole = Simulation(machine(limits), order: 1)
        #expect(whole.run() == .trials)
        var first = Simulation(machine(limits), order: 2)
        _ = first.run(steps: steps)
        var second = Simulation(machine(limits, stored: first.stored), order: 3)
        second.proposals = first.proposals
        #expect(second.run() == .trials)
        #expect(second.proposals == whole.proposals)
        #expect(second.machine.finishedTrials == whole.machine.finishedTrials)
    }

    @Test("An interrupted asynchronous study repeats what was running with the same assignment")
    func resumesAsynchronously() {
        let limits = StudyStateMachine.Limits(trials: 20, parallel: 4, isAsynchronous: true)
        var first = Simulation(machine(limits), order: 5)
        _ = first.run(steps: 6)
        let running = first.running
        #expect(running.count == 4)
        var second = Simulation(machine(limits, stored: first.stored), order: 6)
        #expect(second.run() == .trials)
        for (number, trial) in running {
            #expect(second.proposals[number] == trial.assignment)
        }
        #expect(second.machine.finishedTrials.map(\.number) == Array(0..<20))
    }

    @Test(
        "The target ends a study after the same trials in any order",
        arguments: 1...6 as ClosedRange<UInt64>)
    func target(order: UInt64) {
        // 31 n mod 17 is 0 first for trial 0, so the target is the value 1, of trial 11.
        let limits = StudyStateMachine.Limits(trials: 60, parallel: 4)
        let stored = [Trial.ended(0, [], value: 9)]
        var study = Simulation(machine(limits, target: 1, stored: stored), order: order)
        #expect(study.run() == .target)
        let values = study.machine.finishedTrials.compactMap(\.value)
        #expect(values.contains { $0 <= 1 })
        #expect(study.machine.best?.value ?? 9 <= 1)
        let first = study.machine.finishedTrials.first { ($0.value ?? 9) <= 1 }
        #expect(study.machine.finishedTrials.count == (first?.number ?? 0) + 4)
    }

    @Test("More failures than may be end a study", arguments: [0, 1, 3], [1, 3])
    func failures(most: Int, parallel: Int) {
        let limits = StudyStateMachine.Limits(trials: 100, parallel: parallel, maxFailed: most)
        var counts: Set<Int> = []
        for order in 1...5 as ClosedRange<UInt64> {
            var study = Simulation(machine(limits), order: order)
            #expect(study.run() == .failures)
            counts.insert(study.machine.finishedTrials.count)
        }
        #expect(counts == [most * 5 + 5 + parallel - 1])
    }

    @Test("The last trials may still reach the target or fail too often")
    func lastTrials() {
        var study = machine(.init(trials: 1, parallel: 1), target: 3)
        _ = study.next()
        study.ended(.ended(0, [], value: 3))
        #expect(study.next() == .finish(.target))
        var failing = machine(.init(trials: 1, parallel: 1, maxFailed: 0))
        _ = failing.next()
        failing.ended(.ended(0, [], value: nil))
        #expect(failing.next() == .finish(.failures))
    }

    @Test(
        "A stop waits for the trials that run",
        arguments: [StudyStateMachine.End.timeBudget, .cancelled])
    func stops(reason: StudyStateMachine.End) {
        var study = machine(.init(trials: 10, parallel: 2))
        _ = study.next()
        _ = study.next()
        study.stop(reason)
        #expect(study.next() == .wait)
        study.ended(.ended(1, [], value: 1))
        #expect(study.next() == .wait)
        study.abandoned(0)
        #expect(study.next() == .finish(reason))
        #expect(study.finishedTrials.map(\.number) == [1])
    }

    @Test("A complete study that is opened again has nothing to do, and can be taken further")
    func extends() {
        let stored = (0..<5).map { Trial.ended($0, [], value: Double($0)) }
        var done = machine(.init(trials: 5, parallel: 2), stored: stored)
        #expect(done.next() == .finish(.trials))
        var more = machine(.init(trials: 7, parallel: 2), stored: stored)
        guard case .propose(5, 0, let history) = more.next() else {
            Issue.record("trial 5 was not proposed")
            return
        }
        #expect(history.count == 4)
    }

    @Test("The best trial is the first of equals; failed ones and NaN are none")
    func ranking() {
        let trials = [
            Trial.ended(0, [], value: nil), .ended(1, [], value: 2), .ended(2, [], value: 1),
            .ended(3, [], value: 1), .ended(4, [], value: .nan), .ended(5, [], value: 3),
        ]
        #expect(StudyRanking.ranked(trials, goal: .minimize).map(\.number) == [2, 3, 1, 5])
        #expect(StudyRanking.best(of: trials, goal: .maximize)?.number == 5)
        #expect(StudyRanking.best(of: [], goal: .maximize) == nil)
    }
}
