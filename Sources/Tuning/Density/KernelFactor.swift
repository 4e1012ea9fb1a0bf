import LinearAlgebra

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What one parameter contributes to every kernel.
enum KernelFactor: Sendable {
    case line(LineFactor)
    case cells(CellsFactor)
    case choices(ChoicesFactor)
    /// There is one value: nothing to learn.
    case constant(Double)

    /// The factor of a parameter; `values` has one coordinate for every point, not a number where
    /// the point has it not. The last kernel is the prior's.
    init(_ axis: Axis, values: [Double], settings: ParzenEstimator.Settings) {
        switch axis.kind {
        case .choices(let count):
            self = .choices(ChoicesFactor(values, count: count, settings: settings))
        case .continuous where axis.width <= 0: self = .constant(axis.low)
        case .cells(count: 1): self = .constant((axis.low + axis.high) / 2)
        case .continuous:
            self = .line(LineFactor(NormalKernels(axis, values, settings: settings)))
        case .cells:
            self = .cells(CellsFactor(NormalKernels(axis, values, settings: settings), axis))
        }
    }

    /// A coordinate drawn from a kernel.
    func draw(_ kernel: Int, using generator: inout some RandomNumberGenerator) -> Double {
        switch self {
        case .line(let factor): factor.kernels.draw(kernel, using: &generator)
        case .cells(let factor):
            factor.axis.centred(factor.kernels.draw(kernel, using: &generator))
        case .choices(let factor): factor.draw(kernel, using: &generator)
        case .constant(let value): value
        }
    }

    /// Adds the logarithm of every kernel's factor at `x` to `scores`.
    func add(
        at x: Double, to scores: inout KernelVector, _ known: inout KnownFactors, _ position: Int
    ) {
        switch self {
        case .line(let factor): factor.add(at: x, to: &scores)
        case .cells(let factor):
            scores.add(known.factors(position, factor.axis.cell(of: x)) { factor.masses(at: x) })
        case .choices(let factor):
            scores.add(known.factors(position, Int(x)) { factor.shares(of: Int(x)) })
        case .constant: break
        }
    }
}

/// Factors that were computed already: candidates often fall into the same cell.
struct KnownFactors {
    private var known: [[Int: KernelVector]]

    init(count: Int) {
        known = Array(repeating: [:], count: count)
    }

    mutating func factors(
        _ position: Int, _ cell: Int, _ compute: () -> KernelVector
    ) -> KernelVector {
        if let found = known[position][cell] { return found }
        let computed = compute()
        known[position][cell] = computed
        return computed
    }
}

/// The truncated normals of all kernels on one line.
struct NormalKernels: Sendable {
    let low: Double
    let high: Double
    let means: [Double]
    let deviations: [Double]

    init(_ axis: Axis, _ values: [Double], settings: ParzenEstimator.Settings) {
        low = axis.low
        high = axis.high
        let middle = (axis.low + axis.high) / 2
        let prior = axis.isNormal ? axis.width / 6 : axis.width
        let present = values.filter { !$0.isNaN }
        let widths = Bandwidths.of(
            present, low: axis.low, high: axis.high, settings: settings)
        var means: [Double] = []
        var deviations: [Double] = []
        means.reserveCapacity(values.count + 1)
        deviations.reserveCapacity(values.count + 1)
        var next = 0
        for value in values {
            if value.isNaN {
                means.append(middle)
                deviations.append(prior)
            } else {
                means.append(value)
                deviations.append(widths[next])
                next += 1
            }
        }
        self.means = means + [middle]
        self.deviations = deviations + [prior]
    }

    func logMass(_ kernel: Int) -> Double {
        TruncatedNormal.logMass(
            mean: means[kernel], deviation: deviations[kernel], low: low, high: high)
    }

    func draw(_ kernel: Int, using generator: inout some RandomNumberGenerator) -> Double {
        TruncatedNormal(
            mean: means[kernel], deviation: deviations[kernel], low: low, high: high
        ).quantile(generator.uniform())
    }
}

/// Densities on a line without cells.
struct LineFactor: Sendable {
    let kernels: NormalKernels
    private let means: KernelVector
    private let inverses: KernelVector
    private let constants: KernelVector

    init(_ kernels: NormalKernels) {
        self.kernels = kernels
        means = KernelVector(kernels.means)
        inverses = KernelVector(kernels.deviations.map { 0.5.squareRoot() / $0 })
        constants = KernelVector(
            kernels.means.indices.map {
                -NormalDistribution.logRootTwoPi - log(kernels.deviations[$0])
                    - kernels.logMass($0)
            })
    }

    func add(at x: Double, to scores: inout KernelVector) {
        for index in scores.groups.indices {
            let distance = (means.groups[index] - x) * inverses.groups[index]
            scores.groups[index] += constants.groups[index] - distance * distance
        }
    }
}

/// Masses of cells: kernels of the same shape share them.
struct CellsFactor: Sendable {
    let axis: Axis
    let kernels: NormalKernels
    /// The shape of every kernel.
    private let shapes: [Int]
    private let known: [Shape]

    private struct Key: Hashable {
        let mean: Double
        let deviation: Double
    }

    /// A kernel as it is needed here.
    private struct Shape {
        let mean: Double
        let inverse: Double
        let logInverse: Double
        let logMass: Double
    }

    init(_ kernels: NormalKernels, _ axis: Axis) {
        self.axis = axis
        self.kernels = kernels
        var numbers: [Key: Int] = [:]
        var shapes: [Int] = []
        var known: [Shape] = []
        shapes.reserveCapacity(kernels.means.count)
        for kernel in kernels.means.indices {
            let mean = kernels.means[kernel]
            let deviation = kernels.deviations[kernel]
            let key = Key(mean: mean, deviation: deviation)
            if let number = numbers[key] {
                shapes.append(number)
                continue
            }
            numbers[key] = known.count
            shapes.append(known.count)
            known.append(
                Shape(
                    mean: mean, inverse: 1 / deviation, logInverse: -log(deviation),
                    logMass: kernels.logMass(kernel)))
        }
        self.shapes = shapes
        self.known = known
    }

    /// The logarithm of the mass of the cell around `x`, for every kernel.
    func masses(at x: Double) -> KernelVector {
        let bounds = axis.cellBounds(x)
        let width = bounds.high - bounds.low
        let logWidth = log(width)
        let middle = (bounds.low + bounds.high) / 2
        let masses = known.map { shape in
            let half = width * shape.inverse / 2
            // All distances as if the cell were below the mean: masses differ there exactly.
            let distance = -abs(middle - shape.mean) * shape.inverse
            let near = distance + half
            if half < 0.1 || near < -6 {
                // The density in the middle times the width: off by less than 0.02 % near the mean;
                // and far away, where it is off by more, the prior's kernel outweighs it anyway.
                return NormalDistribution.logDensity(distance) + logWidth + shape.logInverse
                    - shape.logMass
            }
            let mass =
                NormalDistribution.probability(near)
                - NormalDistribution.probability(distance - half)
            return log(mass) - shape.logMass
        }
        return KernelVector(shapes.map { masses[$0] })
    }
}

/// Choices without an order: mostly what the point has, a little of everything else.
struct ChoicesFactor: Sendable {
    private let observed: [Int]
    private let count: Int
    private let hit: Double
    private let miss: Double
    private let uniform: Double

    init(_ values: [Double], count: Int, settings: ParzenEstimator.Settings) {
        self.count = count
        observed = values.map { $0.isNaN ? -1 : Int($0) } + [-1]
        let present = values.count { !$0.isNaN }
        let share = settings.priorWeight / Double(present + 1)
        let total = 1 + share * Double(count)
        hit = log((1 + share) / total)
        miss = log(share / total)
        uniform = -log(Double(count))
    }

    /// The logarithm of the share of a choice, for every kernel.
    func shares(of choice: Int) -> KernelVector {
        KernelVector(observed.map { $0 < 0 ? uniform : $0 == choice ? hit : miss })
    }

    func draw(_ kernel: Int, using generator: inout some RandomNumberGenerator) -> Double {
        let own = observed[kernel]
        // All weights but the own choice's are equal: either it, or one of all.
        let certain = exp(hit) - exp(miss)
        if own >= 0, generator.uniform() < certain { return Double(own) }
        return Double(generator.index(below: count))
    }
}
