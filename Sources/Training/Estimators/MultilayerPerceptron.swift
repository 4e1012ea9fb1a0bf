package import LinearAlgebra
import Tabular
package import Workbench

/// A multilayer perceptron for classes and numbers, by mini-batches.
///
/// Steps and stopping are scikit-learn's (see `NetworkDescent`); it is done after
/// `n_iter_no_change` epochs in a row whose loss is not `tol` below the best one. With
/// `early_stopping` a random share of the rows is kept from training, the score on it (accuracy, or
/// 1 - squared error / variance) takes the loss's place, and the weights of the best epoch are
/// what was learned. Different from there: rectified layers begin as He et al. advise, and a
/// number to be learned is standardised first, so that learning rate and tolerance mean the same
/// for targets of any size.
package struct MultilayerPerceptron: Estimator {
    private let settings: Settings
    private let maximumEpochs: Int
    private let tolerance: Double
    private let patience: Int

    /// The most weights that are learned: four copies of them and of a batch's outputs are kept.
    package static let maximumParameterCount = 50_000_000
    /// The most inputs and outputs of layers for the rows of a batch: twice as many numbers, 2 GiB.
    package static let maximumBatchCount = 1 << 27

    /// The estimator with these settings.
    ///
    /// - Precondition: they are settings of `parameters`.
    package init(_ settings: Settings) {
        self.settings = settings
        maximumEpochs = settings.integer("max_iter")
        tolerance = settings.number("tol")
        patience = settings.integer("n_iter_no_change")
    }

    package func fit(
        _ x: Matrix, _ y: TargetValues, context: FitContext
    ) throws(BancadaError) -> EstimatorFit {
        precondition(x.rows > 0 && y.count == x.rows, "every row has something to learn")
        let scaled = ScaledTarget(y)
        let widths = Self.widths(settings, inputs: x.columns, outputs: scaled.outputCount)
        try checkSize(widths, rows: x.rows)
        var generator = Xoshiro256(seed: context.seed)
        let start = NetworkState.random(
            widths: widths, activation: Self.activation(settings), using: &generator)
        var descent = NetworkDescent(
            start, x: x, y: scaled.values, penalty: settings.number("alpha"),
            rule: Self.rule(settings), parallel: context.parallel)
        let rows = try split(x.rows, using: &generator)
        var progress = Progress(patience: patience, tolerance: tolerance)
        var order = rows.train
        var best: NetworkState?
        var epochs = 0
        while epochs < maximumEpochs, !progress.isDone {
            try context.checkCancellation()
            generator.shuffle(&order)
            epochs += 1
            let loss = try epoch(order, &descent, number: epochs)
            if rows.validation.isEmpty {
                progress.record(-loss)
            } else {
                let score = evaluate(rows.validation, &descent, scaled)
                if progress.record(score) { best = descent.state }
            }
            context.progress.progress("epochs", done: epochs, total: maximumEpochs)
        }
        let state = scaled.restore(best ?? descent.state)
        guard state.layers.allSatisfy(\.isFinite) else { throw diverged(epochs) }
        return EstimatorFit(
            state: .network(state), iterations: epochs, isConverged: progress.isDone)
    }

    private func checkSize(_ widths: [Int], rows: Int) throws(BancadaError) {
        let count = zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
        guard count <= Self.maximumParameterCount else {
            throw BancadaError(
                .invalidInput,
                "mlp with layers of \(widths.map(String.init).joined(separator: ", ")) has "
                    + "\(count) weights, expected at most \(Self.maximumParameterCount)",
                hint: "set a smaller width or fewer layers, or leave out text columns with many "
                    + "values")
        }
        let batch = min(rows, settings.integer("batch_size"))
        guard batch * widths.reduce(0, +) <= Self.maximumBatchCount else {
            throw BancadaError(
                .invalidInput,
                "mlp with a batch_size of \(batch) and layers of "
                    + "\(widths.map(String.init).joined(separator: ", ")) keeps too many numbers, "
                    + "expected at most \(Self.maximumBatchCount) a batch",
                hint: "set a smaller batch_size")
        }
    }

    /// The rows that are learned from and those that are kept from it.
    private func split(
        _ count: Int, using generator: inout Xoshiro256
    ) throws(BancadaError) -> (train: [Int], validation: [Int]) {
        var rows = Array(0..<count)
        guard settings.boolean("early_stopping") else { return (rows, []) }
        guard count > 1 else {
            throw BancadaError(
                .invalidInput, "early_stopping needs at least 2 rows, found 1",
                hint: "set early_stopping=false, or give more rows")
        }
        generator.shuffle(&rows)
        let share = Int((settings.number("validation_fraction") * Double(count)).rounded(.up))
        let kept = min(max(1, share), count - 1)
        return (Array(rows[..<(count - kept)]), Array(rows[(count - kept)...]))
    }

    /// One pass over the rows; returns the mean loss.
    private func epoch(
        _ order: [Int], _ descent: inout NetworkDescent, number: Int
    ) throws(BancadaError) -> Double {
        let size = min(settings.integer("batch_size"), order.count)
        var sum = 0.0
        for start in stride(from: 0, to: order.count, by: size) {
            let end = min(start + size, order.count)
            sum += descent.step(order.span.extracting(start..<end))
        }
        let loss = sum / Double(order.count) + descent.penaltyLoss / Double(size)
        guard loss.isFinite else { throw diverged(number) }
        return loss
    }

    private func diverged(_ epoch: Int) -> BancadaError {
        let rate = settings.number("lr")
        return BancadaError(
            .invalidInput,
            "mlp diverged in epoch \(epoch): the loss with lr \(rate) is no longer a finite number",
            hint: "set a smaller learning rate, such as '--set lr=\(rate / 10)'")
    }

    private func evaluate(
        _ rows: [Int], _ descent: inout NetworkDescent, _ target: ScaledTarget
    ) -> Double {
        let size = min(settings.integer("batch_size"), rows.count)
        var loss = 0.0
        var hits = 0
        for start in stride(from: 0, to: rows.count, by: size) {
            let end = min(start + size, rows.count)
            let part = descent.evaluate(rows.span.extracting(start..<end))
            loss += part.loss
            hits += part.hits
        }
        let count = Double(rows.count)
        // The targets' variance is 1, the loss half the squared error.
        return target.isNumber ? 1 - 2 * loss / count : Double(hits) / count
    }

    /// Whether there was an improvement lately.
    private struct Progress {
        let patience: Int
        let tolerance: Double
        private var best = -Double.infinity
        private var idle = 0

        init(patience: Int, tolerance: Double) {
            self.patience = patience
            self.tolerance = tolerance
        }

        var isDone: Bool { idle > patience }

        /// Takes an epoch's score; whether it is the best one so far.
        @discardableResult
        mutating func record(_ score: Double) -> Bool {
            idle = score < best + tolerance ? idle + 1 : 0
            guard score > best else { return false }
            best = score
            return true
        }
    }
}

/// A target as a network learns it: numbers with mean 0 and variance 1.
private struct ScaledTarget {
    let values: TargetValues
    private let mean: Double
    private let scale: Double

    init(_ target: TargetValues) {
        guard case .values(let numbers) = target else {
            values = target
            mean = 0
            scale = 1
            return
        }
        let moments = Moments(numbers)
        let mean = moments.mean
        let scale = moments.standardDeviation > 0 ? moments.standardDeviation : 1
        values = .values(numbers.map { ($0 - mean) / scale })
        self.mean = mean
        self.scale = scale
    }

    var isNumber: Bool {
        if case .values = values { return true }
        return false
    }

    /// Outputs of the network.
    var outputCount: Int {
        switch values {
        case .values: 1
        case .classes(_, let count): count == 2 ? 1 : count
        }
    }

    /// The network that gives what the target was.
    func restore(_ state: NetworkState) -> NetworkState {
        guard isNumber, var last = state.layers.last else { return state }
        last = LinearState(
            coefficients: Matrix(
                rows: last.coefficients.rows, columns: last.coefficients.columns,
                values: last.coefficients.values.map { $0 * scale }),
            intercepts: last.intercepts.map { $0 * scale + mean })
        return NetworkState(
            layers: state.layers.dropLast() + [last], activation: state.activation)
    }
}

extension LinearState {
    /// Whether all parameters are finite.
    fileprivate var isFinite: Bool {
        coefficients.values.allSatisfy(\.isFinite) && intercepts.allSatisfy(\.isFinite)
    }
}
