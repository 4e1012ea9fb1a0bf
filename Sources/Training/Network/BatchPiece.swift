import LinearAlgebra

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a network is to give, and the loss that says how far it is from it.
enum NetworkTarget: Sendable {
    /// One output: half the squared error.
    case values([Double])
    /// One output for the second of two classes: the log-loss.
    case binary([Int32])
    /// An output for every class: the log-loss of their softmax.
    case classes([Int32])

    init(_ values: TargetValues) {
        switch values {
        case .values(let values): self = .values(values)
        case .classes(let labels, let count): self = count == 2 ? .binary(labels) : .classes(labels)
        }
    }
}

/// Some rows of a batch on their way through a network and back, with the memory for it.
struct BatchPiece: Sendable {
    /// Where the rows are in the batch.
    let range: Range<Int>
    /// The sum of the losses of the rows.
    private(set) var loss = 0.0
    /// How many of the rows are given their class.
    private(set) var hits = 0
    private var encoded: [Double]
    /// What each layer gives, rows x outputs; of the last layer, in the end, its deltas.
    private var outputs: [[Double]]
    /// What the loss gains by each output of the hidden layers, rows x outputs.
    private var hiddenDeltas: [[Double]]

    /// Memory for rows; widths: the encoded row's, then each layer's outputs.
    init(range: Range<Int>, widths: [Int]) {
        self.range = range
        encoded = [Double](repeating: 0, count: range.count * widths[0])
        outputs = widths.dropFirst().map { [Double](repeating: 0, count: range.count * $0) }
        hiddenDeltas = Array(outputs.dropLast())
    }

    /// What layer `index` took: rows x inputs.
    func inputs(_ index: Int) -> [Double] {
        index == 0 ? encoded : outputs[index - 1]
    }

    /// What the loss gains by each sum of layer `index`: rows x outputs.
    func deltas(_ index: Int) -> [Double] {
        index == hiddenDeltas.count ? outputs[index] : hiddenDeltas[index]
    }

    /// Sends the batch's rows of `x` through the layers, and back too if they are to learn.
    mutating func process(
        _ batch: Span<Int>, _ x: Matrix, _ target: NetworkTarget, _ layers: [NetworkLayer],
        _ activation: Activation, isLearning: Bool
    ) {
        let rows = batch.extracting(range)
        var encodedSpan = encoded.mutableSpan
        NetworkKernels.gather(rows, of: x.values.span, width: x.columns, into: &encodedSpan)
        for (index, layer) in layers.enumerated() {
            // Taken out, so that the layer before can be read meanwhile.
            var values: [Double] = []
            swap(&values, &outputs[index])
            forward(layer, index, &values, activation, isLast: index == layers.count - 1)
            swap(&values, &outputs[index])
        }
        judge(rows, target)
        guard isLearning else { return }
        for index in stride(from: layers.count - 1, to: 0, by: -1) {
            var deltas: [Double] = []
            swap(&deltas, &hiddenDeltas[index - 1])
            back(through: layers[index], index, &deltas, activation)
            swap(&deltas, &hiddenDeltas[index - 1])
        }
    }

    private func forward(
        _ layer: NetworkLayer, _ index: Int, _ values: inout [Double], _ activation: Activation,
        isLast: Bool
    ) {
        var span = values.mutableSpan
        BLAS.multiply(
            inputs(index).span, layer.weights.span, transposedB: true, rows: range.count,
            columns: layer.outputs, inner: layer.inputs, into: &span)
        if !isLast, activation == .relu {
            NetworkKernels.rectify(&span, rows: range.count, biases: layer.biases.span)
            return
        }
        let biases = layer.biases.span
        for row in 0..<range.count {
            let place = row * layer.outputs
            for output in 0..<layer.outputs {
                let sum = span[place + output] + biases[output]
                span[place + output] = isLast ? sum : tanh(sum)
            }
        }
    }

    private func back(
        through layer: NetworkLayer, _ index: Int, _ deltas: inout [Double],
        _ activation: Activation
    ) {
        var span = deltas.mutableSpan
        BLAS.multiply(
            self.deltas(index).span, layer.weights.span, rows: range.count,
            columns: layer.inputs, inner: layer.outputs, into: &span)
        let given = outputs[index - 1]
        switch activation {
        case .relu: NetworkKernels.rectifyBack(&span, outputs: given.span)
        case .tanh: NetworkKernels.tangentBack(&span, outputs: given.span)
        }
    }

    /// Makes the last layer's outputs their deltas, and adds up losses and hits.
    private mutating func judge(_ rows: Span<Int>, _ target: NetworkTarget) {
        let last = outputs.count - 1
        loss = 0
        hits = 0
        let width = range.isEmpty ? 0 : outputs[last].count / range.count
        var span = outputs[last].mutableSpan
        for row in 0..<range.count {
            switch target {
            case .values(let values):
                let error = span[row] - values[rows[row]]
                loss += 0.5 * error * error
                span[row] = error
            case .binary(let labels):
                let isSecond = labels[rows[row]] == 1
                let score = span[row]
                loss += LogSumExp.softplus(isSecond ? -score : score)
                if (score > 0) == isSecond { hits += 1 }
                span[row] = LogSumExp.sigmoid(score) - (isSecond ? 1 : 0)
            case .classes(let labels):
                let place = row * width
                let own = place + Int(labels[rows[row]])
                let score = span[own]
                var isGreatest = true
                for index in place..<place + width where span[index] > score {
                    isGreatest = false
                }
                if isGreatest { hits += 1 }
                loss += LogSumExp.softmax(&span, in: place..<place + width) - score
                span[own] -= 1
            }
        }
    }
}
