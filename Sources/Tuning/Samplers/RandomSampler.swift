import LinearAlgebra
package import Workbench

/// Draws every trial from the prior: what other samplers have to beat, and what they begin with.
package struct RandomSampler: Sampler {
    /// How many assignments are drawn before a constrained space counts as empty.
    package static let maximumTries = 10_000

    package let name = "random"

    /// A sampler without settings.
    package init() {}

    package func suggest(_ request: SuggestRequest) async throws(BancadaError) -> Assignment {
        let space = try PreparedSpace(request.space)
        var generator = Self.generator(seed: request.seed, number: request.number)
        return try Self.draw(space, using: &generator).assignment
    }

    /// An assignment that keeps the constraints, drawn from the prior.
    ///
    /// - Throws: `invalidInput` when none is found.
    static func draw(
        _ space: PreparedSpace, using generator: inout Xoshiro256
    ) throws(BancadaError) -> PreparedSpace.Choice {
        for _ in 0..<maximumTries {
            let choice = try space.choose { space.axes[$0].draw(using: &generator) }
            if try space.keepsConstraints(choice.assignment) { return choice }
        }
        throw space.noAssignment(after: maximumTries)
    }

    /// The generator of one trial: all trials of all seeds have different ones.
    static func generator(seed: UInt64, number: Int) -> Xoshiro256 {
        var base = Xoshiro256(seed: seed)
        let mixed = base.next() ^ (UInt64(truncatingIfNeeded: number) &* 0xD6E8_FEB8_6659_FD93)
        return Xoshiro256(seed: mixed)
    }
}

extension Axis {
    /// A coordinate drawn from what is believed before anything is known.
    func draw(using generator: inout some RandomNumberGenerator) -> Double {
        switch kind {
        case .choices(let count): return Double(generator.index(below: count))
        case .cells(let count) where isNormal == false && isEven:
            return centred(
                low + (Double(generator.index(below: count)) + 0.5) * width / Double(count))
        case .continuous where width <= 0: return low
        case .cells, .continuous:
            guard isNormal else { return centred(low + generator.uniform() * width) }
            let prior = TruncatedNormal(
                mean: (low + high) / 2, deviation: width / 6, low: low, high: high)
            return centred(prior.quantile(generator.uniform()))
        }
    }
}
