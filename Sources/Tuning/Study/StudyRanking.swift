package import Workbench

/// Trials by how good they are.
package enum StudyRanking {
    /// The complete trials, best first; equal ones in the order of their numbers.
    package static func ranked(_ trials: [Trial], goal: Goal) -> [Trial] {
        let complete = trials.filter { $0.state == .complete && $0.value?.isNaN == false }
        return complete.sorted { left, right in
            let (a, b) = (left.value ?? .nan, right.value ?? .nan)
            if a != b { return goal == .maximize ? a > b : a < b }
            return left.number < right.number
        }
    }

    /// The best complete trial.
    package static func best(of trials: [Trial], goal: Goal) -> Trial? {
        ranked(trials, goal: goal).first
    }
}
