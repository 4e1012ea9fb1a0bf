package import LinearAlgebra

/// A network while it learns, batch by batch.
///
/// Goals: the steps of scikit-learn's MLPClassifier and MLPRegressor, the same bytes for any number
/// of threads, then speed. A batch is cut into pieces of rows and each layer into blocks of outputs
/// by their sizes alone; pieces go through all layers and back by themselves, then blocks gather
/// their gradient from all pieces in order and take their step. The objective is
///
///     mean over the batch of the loss + alpha / (2 rows of the batch) * (sum of squared weights)
///
/// with half the squared error or the log-loss; biases are not penalised.
package struct NetworkDescent: Sendable {
    private var layers: [NetworkLayer]
    private var batches: [NetworkBatch] = []
    private var steps = 0
    private let activation: Activation
    private let x: Matrix
    private let target: NetworkTarget
    private let penalty: Double
    private let rule: UpdateRule
    private let parallel: Parallel

    /// A network that begins as `state`.
    ///
    /// - Precondition: it takes rows of `x`, and has an output per class, or one for two classes
    ///   and for values; `y` has as many rows as `x`.
    package init(
        _ state: NetworkState, x: Matrix, y: TargetValues, penalty: Double, rule: UpdateRule,
        parallel: Parallel
    ) {
        precondition(state.layers[0].coefficients.columns == x.columns, "the widths differ")
        precondition(y.count == x.rows, "every row has a target")
        layers = state.layers.map(NetworkLayer.init)
        activation = state.activation
        self.x = x
        target = NetworkTarget(y)
        self.penalty = penalty
        self.rule = rule
        self.parallel = parallel
    }

    /// The network as it is now.
    package var state: NetworkState {
        NetworkState(layers: layers.map(\.state), activation: activation)
    }

    /// The gradient of the last batch, layer by layer.
    package var gradient: [LinearState] { layers.map(\.gradientState) }

    /// The sum of squared weights, times half the penalty.
    package var penaltyLoss: Double {
        guard penalty > 0 else { return 0 }
        let squares = layers.reduce(0) { $0 + Vector.dot($1.weights.span, $1.weights.span) }
        return penalty / 2 * squares
    }

    /// Takes a step against the gradient of some rows, and returns the sum of their losses before
    /// it, without the penalty.
    package mutating func step(_ rows: Span<Int>) -> Double {
        steps += 1
        return learn(rows, rule: rule)
    }

    /// Makes the gradient of some rows and takes no step; returns the sum of their losses.
    package mutating func differentiate(_ rows: Span<Int>) -> Double {
        learn(rows, rule: nil)
    }

    private mutating func learn(_ rows: Span<Int>, rule: UpdateRule?) -> Double {
        let batch = process(rows, isLearning: true)
        for index in layers.indices {
            layers[index].learn(
                batches[batch].pieces, index: index, rows: rows.count, penalty: penalty,
                rule: rule, step: steps, parallel: workers(rows.count))
        }
        return batches[batch].loss
    }

    /// The sum of the losses of some rows, and how many of them are given their class.
    package mutating func evaluate(_ rows: Span<Int>) -> (loss: Double, hits: Int) {
        let batch = process(rows, isLearning: false)
        return (batches[batch].loss, batches[batch].hits)
    }

    /// Sends rows through the network; returns which of the batches holds them.
    private mutating func process(_ rows: Span<Int>, isLearning: Bool) -> Int {
        let index: Int
        if let known = batches.firstIndex(where: { $0.rowCount == rows.count }) {
            index = known
        } else {
            index = batches.count
            batches.append(
                NetworkBatch(rowCount: rows.count, widths: [x.columns] + layers.map(\.outputs)))
        }
        batches[index].process(
            rows, x, target, layers, activation, isLearning: isLearning,
            workers(rows.count))
        return index
    }

    /// As many threads as pay: waking them takes some ten microseconds.
    private func workers(_ rowCount: Int) -> Parallel {
        let operations = 2 * rowCount * layers.reduce(0) { $0 + $1.weights.count }
        return operations < 1_000_000 ? .serial : parallel
    }
}

/// The memory for batches of one size.
struct NetworkBatch: Sendable {
    let rowCount: Int
    private(set) var pieces: [BatchPiece]

    init(rowCount: Int, widths: [Int]) {
        self.rowCount = rowCount
        // Pieces of equal size, of at most 64 rows, which is enough for the products to be fast.
        let count = max(1, (rowCount + 63) / 64)
        let blocks = Blocks(of: rowCount, size: max(1, (rowCount + count - 1) / count))
        pieces = (0..<blocks.blockCount).map {
            BatchPiece(range: blocks.range($0), widths: widths)
        }
    }

    /// The sum of the losses of the rows.
    var loss: Double { pieces.reduce(0) { $0 + $1.loss } }
    /// How many rows are given their class.
    var hits: Int { pieces.reduce(0) { $0 + $1.hits } }

    mutating func process(
        _ rows: Span<Int>, _ x: Matrix, _ target: NetworkTarget, _ layers: [NetworkLayer],
        _ activation: Activation, isLearning: Bool, _ parallel: Parallel
    ) {
        parallel.update(&pieces) { _, piece in
            piece.process(rows, x, target, layers, activation, isLearning: isLearning)
        }
    }
}
