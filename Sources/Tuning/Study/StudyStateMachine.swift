package import Workbench

/// A study's course as a value: which trial is proposed from what, and when it ends.
///
/// With P places, trial n is proposed once trials 0...n-P have all ended, from these alone and in
/// the order of their numbers, however much later ones may have done meanwhile. Target and failures
/// end the study by the same trials only. So a study repeats for a fixed P, whatever the timing,
/// also when it was interrupted. An asynchronous study takes whatever has ended as soon as a place
/// is free.
package struct StudyStateMachine: Sendable {
    /// What bounds a study.
    package struct Limits: Sendable, Equatable {
        /// How many trials there may be, failed ones included.
        package var trials: Int
        /// How many run at once; at least 1.
        package var parallel: Int
        /// How many trials may fail before the study does; nil is any number.
        package var maxFailed: Int?
        /// Whether a free place takes the next trial at once.
        package var isAsynchronous: Bool

        /// Bounds of a study.
        package init(
            trials: Int, parallel: Int = 1, maxFailed: Int? = nil, isAsynchronous: Bool = false
        ) {
            self.trials = trials
            self.parallel = parallel
            self.maxFailed = maxFailed
            self.isAsynchronous = isAsynchronous
        }
    }

    /// Why a study ended.
    package enum End: String, Sendable {
        /// All trials have ended.
        case trials
        /// A trial reached the target.
        case target
        /// More trials failed than may.
        case failures
        /// The time was up.
        case timeBudget = "time_budget"
        /// Somebody asked to stop.
        case cancelled

        /// How the study is stored afterwards.
        package var state: StudyState {
            switch self {
            case .trials, .target, .timeBudget: .complete
            case .failures: .failed
            case .cancelled: .stopped
            }
        }
    }

    /// What is to be done next.
    package enum Action: Sendable, Equatable {
        /// Ask the sampler for this trial's assignment, given these trials, and start it.
        case propose(number: Int, slot: Int, history: [Trial])
        /// Start a trial whose assignment is known: it was running when its process died.
        case repeatTrial(number: Int, slot: Int, assignment: Assignment)
        /// Wait until a running trial ends.
        case wait
        /// Everything is done.
        case finish(End)
    }

    private let objective: StudyObjective
    private let limits: Limits
    private var finished: [Int: Trial] = [:]
    private var interrupted: [Int: Assignment] = [:]
    /// The place of each running trial.
    private var running: [Int: Int] = [:]
    private var freeSlots: Set<Int>
    /// Trials 0..<contiguous have all ended.
    private var contiguous = 0
    private var nextNumber = 0
    /// What the first trials say, counted as they become contiguous: the number of failed ones, and
    /// of those up to the first that reached the target.
    private var failedPrefix: [Int] = [0]
    private var firstTarget: Int?
    private var stopped: End?
    private var failedCount = 0
    private var reachedTarget = false

    /// A study that is to begin or to go on.
    ///
    /// - Parameter stored: its trials so far; those that are running died with their process.
    /// - Precondition: `limits.parallel` is positive.
    package init(objective: StudyObjective, limits: Limits, stored: [Trial] = []) {
        precondition(limits.parallel > 0, "a study has at least one place")
        self.objective = objective
        self.limits = limits
        freeSlots = Set(0..<limits.parallel)
        for trial in stored {
            if trial.state.isFinished {
                note(trial)
            } else {
                interrupted[trial.number] = trial.assignment
            }
        }
        advance()
    }

    /// Trials that have ended, ordered by number.
    package var finishedTrials: [Trial] {
        finished.values.sorted { $0.number < $1.number }
    }

    /// How many trials have ended.
    package var finishedCount: Int { finished.count }

    /// How many trials run now.
    package var runningCount: Int { running.count }

    /// The best complete trial; the earlier one where two are equal.
    package private(set) var best: Trial?

    /// What is to be done next; the trial of the answer counts as running from now on.
    package mutating func next() -> Action {
        while let known = finished[nextNumber] {
            precondition(known.number == nextNumber, "trials are kept by their number")
            nextNumber += 1
        }
        if let end = end(before: nextNumber) {
            return running.isEmpty ? .finish(end) : .wait
        }
        guard isReady(nextNumber), let slot = freeSlots.min() else { return .wait }
        let number = nextNumber
        nextNumber += 1
        freeSlots.remove(slot)
        running[number] = slot
        if let assignment = interrupted.removeValue(forKey: number) {
            return .repeatTrial(number: number, slot: slot, assignment: assignment)
        }
        return .propose(number: number, slot: slot, history: history(for: number))
    }

    /// A running trial has ended and is stored.
    ///
    /// - Precondition: the trial was running and has ended.
    package mutating func ended(_ trial: Trial) {
        precondition(trial.state.isFinished, "a trial that goes on has not ended")
        release(trial.number)
        note(trial)
        advance()
    }

    /// A running trial was given up and is not stored; a study that goes on later runs it again.
    package mutating func abandoned(_ number: Int) {
        release(number)
        if stopped == nil { stopped = .cancelled }
    }

    /// No further trial is started; those that run may end. The first reason is kept.
    package mutating func stop(_ reason: End) {
        if stopped == nil { stopped = reason }
    }

    private mutating func release(_ number: Int) {
        guard let slot = running.removeValue(forKey: number) else {
            preconditionFailure("trial \(number) is not running")
        }
        freeSlots.insert(slot)
    }

    private mutating func note(_ trial: Trial) {
        finished[trial.number] = trial
        if trial.state == .failed { failedCount += 1 }
        if reaches(trial) { reachedTarget = true }
        if let best = StudyRanking.best(of: [best, trial].compactMap(\.self), goal: objective.goal)
        {
            self.best = best
        }
    }

    private mutating func advance() {
        while let trial = finished[contiguous] {
            failedPrefix.append(failedPrefix[contiguous] + (trial.state == .failed ? 1 : 0))
            if firstTarget == nil, reaches(trial) { firstTarget = contiguous }
            contiguous += 1
        }
    }

    private func reaches(_ trial: Trial) -> Bool {
        guard let target = objective.target, let value = trial.value, trial.state == .complete
        else { return false }
        return objective.goal == .maximize ? value >= target : value <= target
    }

    /// The numbers of the trials that trial `number` is proposed from: `0..<bound`.
    private func bound(for number: Int) -> Int { max(0, number - limits.parallel + 1) }

    private func isReady(_ number: Int) -> Bool {
        limits.isAsynchronous || contiguous >= bound(for: number)
    }

    private func history(for number: Int) -> [Trial] {
        guard !limits.isAsynchronous else { return finishedTrials }
        return (0..<bound(for: number)).compactMap { finished[$0] }
    }

    /// Why trial `number` is not to be started; nil where it is, or where that is not yet known.
    private func end(before number: Int) -> End? {
        if let stopped { return stopped }
        if limits.isAsynchronous {
            if reachedTarget { return .target }
            if let most = limits.maxFailed, failedCount > most { return .failures }
        } else {
            let bound = bound(for: number)
            if let firstTarget, firstTarget < bound { return .target }
            if let most = limits.maxFailed, bound < failedPrefix.count, failedPrefix[bound] > most {
                return .failures
            }
        }
        guard number < limits.trials else {
            // What the last trials say counts when they have ended.
            if running.isEmpty {
                if reachedTarget { return .target }
                if let most = limits.maxFailed, failedCount > most { return .failures }
            }
            return .trials
        }
        return nil
    }
}
