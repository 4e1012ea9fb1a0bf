import LinearAlgebra
package import Workbench

/// The tree-structured Parzen estimator: proposes what is likely among the good trials and unlikely
/// among the others.
///
/// Trials are split by their value; both sides become densities l and g (`ParzenEstimator`);
/// candidates are drawn from l, and the one with the greatest l/g is proposed, which maximises the
/// expected improvement over the split. Failed trials are on the side of the others: where trials
/// fail is no place to go back to. They do not count for the size of the good side.
///
/// Goals: repeatable, then few trials to a good value, then little time for a proposal.
///
/// Sources: Bergstra et al. (2011), NIPS 24; Falkner et al. (2018), ICML; Watanabe (2023), arXiv
/// 2304.11127. Settings and defaults are Optuna's. We differ in two things, both measured by
/// TuningBenchmark over 25 problems and 20 seeds. Parameters of one condition are learned jointly,
/// those of another after them and from the trials that have them, split by their own values: a
/// branch of a tree gets better also while another one is ahead, and is taken up again. And with
/// few parameters kernels may be narrower (`clipExponent`): the width of Optuna's wastes half of
/// 100 trials in two dimensions, while ten need it.
package struct TPESampler: Sampler {
    package let name = "tpe"
    private let settings: TPESettings

    /// A sampler with these settings.
    package init(_ settings: TPESettings = TPESettings()) {
        self.settings = settings
    }

    package func suggest(_ request: SuggestRequest) async throws(BancadaError) -> Assignment {
        let space = try PreparedSpace(request.space)
        return try Self.propose(space, settings, request)
    }

    static func propose(
        _ space: PreparedSpace, _ settings: TPESettings, _ request: SuggestRequest
    ) throws(BancadaError) -> Assignment {
        var generator = RandomSampler.generator(seed: request.seed, number: request.number)
        let history = TrialHistory(request.history, space: space, goal: request.goal)
        guard history.completeCount >= settings.startupTrials else {
            return try RandomSampler.draw(space, using: &generator).assignment
        }
        let parts = settings.isMultivariate ? space.groups : space.axes.indices.map { [$0] }
        let estimators = parts.map { parameters in
            let own = history.having(parameters)
            var kernels = settings.kernels
            kernels.clipExponent = clipExponent(
                settings.isMultivariate ? parameters.count : space.axes.count)
            return PartEstimators(
                space: space, parameters: parameters,
                split: own.split(
                    good: space.decides(parameters) && settings.gamma == nil
                        ? Self.fewGood(of: own.completeCount)
                        : settings.goodCount(of: own.completeCount)),
                settings: kernels)
        }
        // A constraint is known to hold only once all parts are chosen.
        for _ in 0..<(space.isConstrained ? 10 : 1) {
            var choice = PreparedSpace.Choice(
                point: [Double](repeating: .nan, count: space.axes.count),
                assignment: Assignment([]))
            for (index, part) in estimators.enumerated() {
                let isLast = index == estimators.count - 1
                guard
                    let chosen = try part.choose(
                        after: choice, candidates: settings.candidates, isLast: isLast,
                        using: &generator)
                else { break }
                choice = chosen
                if isLast { return try space.choose { chosen.point[$0] }.assignment }
            }
        }
        return try RandomSampler.draw(space, using: &generator).assignment
    }
}

extension TPESampler {
    /// A quarter of the root: what chooses branches keeps the prior's weight, and with it the
    /// chance that another branch is tried (the number of Bergstra et al. 2013).
    private static func fewGood(of count: Int) -> Int {
        max(1, Int((Double(count).squareRoot() / 4).rounded(.up)))
    }

    /// 2 for up to two parameters that are learned together, 1 from eight on, linear between.
    private static func clipExponent(_ parameters: Int) -> Double {
        min(2, max(1, 1 + Double(8 - parameters) / 6))
    }
}

/// The two densities of parameters that are learned together.
struct PartEstimators {
    private let space: PreparedSpace
    private let parameters: [Int]
    private let good: ParzenEstimator
    private let bad: ParzenEstimator

    init(
        space: PreparedSpace, parameters: [Int], split: TrialHistory.Split,
        settings: ParzenEstimator.Settings
    ) {
        self.space = space
        self.parameters = parameters
        func estimator(_ points: [[Double]]) -> ParzenEstimator {
            ParzenEstimator(
                axes: space.axes, parameters: parameters, points: points,
                weights: TrialHistory.weights(points.count), settings: settings)
        }
        good = estimator(split.good)
        bad = estimator(split.bad)
    }

    /// `choice` with the best candidate for these parameters; nil when no candidate keeps the
    /// constraints. Values stand in the order of being chosen.
    func choose(
        after choice: PreparedSpace.Choice, candidates count: Int, isLast: Bool,
        using generator: inout Xoshiro256
    ) throws(BancadaError) -> PreparedSpace.Choice? {
        let checks = isLast && space.isConstrained
        var candidates: [PreparedSpace.Choice] = []
        var tries = 0
        while candidates.count < count, tries < (checks ? 10 * count : count) {
            tries += 1
            let kernel = good.kernel(using: &generator)
            let candidate = try candidate(kernel, after: choice, using: &generator)
            if checks {
                let choice = try space.choose { candidate.point[$0] }
                guard try space.keepsConstraints(choice.assignment) else { continue }
            }
            candidates.append(candidate)
        }
        let points = candidates.map(\.point)
        let promising = good.logDensities(at: points)
        let discouraging = bad.logDensities(at: points)
        var best: (index: Int, score: Double)?
        for index in candidates.indices {
            let score = promising[index] - discouraging[index]
            if best.map({ score > $0.score }) ?? true { best = (index, score) }
        }
        return best.map { candidates[$0.index] }
    }

    /// `choice` with coordinates drawn from one kernel for those parameters that are active then.
    private func candidate(
        _ kernel: Int, after choice: PreparedSpace.Choice, using generator: inout Xoshiro256
    ) throws(BancadaError) -> PreparedSpace.Choice {
        var candidate = choice
        for (position, parameter) in parameters.enumerated() {
            guard try space.isActive(parameter, after: candidate.assignment.values) else {
                continue
            }
            let x = good.coordinate(at: position, of: kernel, using: &generator)
            candidate.point[parameter] = x
            if space.isConditional {
                candidate.assignment.values.append(space.member(parameter, at: x))
            }
        }
        return candidate
    }
}
