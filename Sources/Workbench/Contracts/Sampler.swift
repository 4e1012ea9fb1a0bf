/// Proposes the parameters of trials.
///
/// A proposal depends on the space, the history, the trial's number and the seed alone: the same
/// four give the same assignment, on any machine and in any process. Built-in samplers and plugins
/// answer to it alike.
package protocol Sampler: Sendable {
    /// Its name in study files.
    var name: String { get }
    /// The assignment of trial `request.number`: within the space, its constraints kept.
    ///
    /// - Throws: `invalidInput` when no assignment that keeps the constraints is found;
    ///   `pluginFailed`.
    func suggest(_ request: SuggestRequest) async throws(BancadaError) -> Assignment
}

/// What a sampler may know.
package struct SuggestRequest: Sendable {
    /// What may be chosen.
    package let space: SearchSpace
    /// Which way the objective's value is better.
    package let goal: Goal
    /// Finished trials, ordered by number; failed ones have no value.
    package let history: [Trial]
    /// The number of the trial to propose.
    package let number: Int
    /// What everything random is made from, the same for the whole study.
    package let seed: UInt64

    /// What a sampler may know for one proposal.
    package init(
        space: SearchSpace, goal: Goal, history: [Trial], number: Int, seed: UInt64
    ) {
        self.space = space
        self.goal = goal
        self.history = history
        self.number = number
        self.seed = seed
    }
}
