import Workbench

/// The finished trials as points, by how good they are.
struct TrialHistory {
    /// How many are complete.
    let completeCount: Int
    private var points: [[Double]] = []
    /// The positions of complete trials, best first; equal ones in their order.
    private let ranking: [Int]

    /// Trials of other spaces keep what this one has of them.
    init(_ trials: [Trial], space: PreparedSpace, goal: Goal) {
        var losses: [(loss: Double, position: Int)] = []
        points.reserveCapacity(trials.count)
        for trial in trials {
            let point = space.point(of: trial.assignment)
            guard trial.state.isFinished, point.contains(where: { !$0.isNaN }) else { continue }
            if trial.state == .complete, let value = trial.value, !value.isNaN {
                losses.append((goal == .maximize ? -value : value, points.count))
            }
            points.append(point)
        }
        completeCount = losses.count
        ranking = losses.sorted { ($0.loss, $0.position) < ($1.loss, $1.position) }
            .map(\.position)
    }

    /// The trials that have some of these parameters: others say nothing about them.
    func having(_ parameters: [Int]) -> TrialHistory {
        var kept: [Int?] = []
        var points: [[Double]] = []
        for point in self.points {
            let isKnown = parameters.contains { !point[$0].isNaN }
            kept.append(isKnown ? points.count : nil)
            if isKnown { points.append(point) }
        }
        if points.count == self.points.count { return self }
        return TrialHistory(points: points, ranking: ranking.compactMap { kept[$0] })
    }

    private init(points: [[Double]], ranking: [Int]) {
        self.points = points
        self.ranking = ranking
        completeCount = ranking.count
    }

    /// The points of the good trials and of all others, each in the order of their numbers.
    struct Split {
        let good: [[Double]]
        let bad: [[Double]]
    }

    /// The best `count` trials against all others.
    func split(good count: Int) -> Split {
        var isGood = [Bool](repeating: false, count: points.count)
        for position in ranking.prefix(count) { isGood[position] = true }
        var good: [[Double]] = []
        var bad: [[Double]] = []
        for (position, point) in points.enumerated() {
            if isGood[position] { good.append(point) } else { bad.append(point) }
        }
        return Split(good: good, bad: bad)
    }

    /// The weights of trials, oldest first: the last 25 count in full, those before them less the
    /// older they are (Bergstra et al. 2013, "Making a science of model search", section 5.4).
    static func weights(_ count: Int) -> [Double] {
        guard count >= 25 else { return Array(repeating: 1, count: count) }
        let older = count - 25
        let first = 1 / Double(count)
        let ramp = (0..<older).map { index in
            older == 1 ? first : first + (1 - first) * Double(index) / Double(older - 1)
        }
        return ramp + Array(repeating: 1, count: 25)
    }
}
