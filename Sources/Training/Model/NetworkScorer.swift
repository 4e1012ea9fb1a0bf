import LinearAlgebra
import Tabular
import Workbench

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A network's scores straight from raw rows; standardisation is folded into its first layer.
struct NetworkScorer: RowScorer {
    let operationsPerRow: Int
    private let first: LinearScorer
    private let rest: [LinearState]
    private let activation: Activation

    var outputCount: Int { rest.last?.intercepts.count ?? first.outputCount }
    var numberCount: Int { first.numberCount }
    var textCount: Int { first.textCount }

    /// The scorer of a network over an encoder's rows.
    ///
    /// - Precondition: the first layer is as wide as the encoder.
    init(_ network: NetworkState, _ encoder: FeatureEncoder) {
        first = LinearScorer(network.layers[0], encoder)
        rest = Array(network.layers.dropFirst())
        activation = network.activation
        operationsPerRow =
            first.operationsPerRow
            + rest.reduce(0) { $0 + 2 * $1.coefficients.values.count + 20 * $1.intercepts.count }
    }

    func scores(of rows: FeatureRows) -> [Double] {
        var values = first.scores(of: rows)
        var doubts = [Double](repeating: 0, count: rows.count)
        for layer in rest {
            let inputs = layer.coefficients.columns
            activate(&values, width: inputs, doubts: &doubts)
            let outputs = layer.coefficients.rows
            var next = [Double](repeating: 0, count: rows.count * outputs)
            var target = next.mutableSpan
            Vector.products(
                ofRows: values.span, count: rows.count, withRows: layer.coefficients.values.span,
                count: outputs, width: inputs, into: &target)
            for row in 0..<rows.count {
                for output in 0..<outputs {
                    target[row * outputs + output] += layer.intercepts[output] + doubts[row]
                }
            }
            values = next
        }
        return values
    }

    /// Applies the activation. A sum that is not finite would vanish in it; its row's doubt, 0 for
    /// all others, is then not a number.
    private func activate(_ values: inout [Double], width: Int, doubts: inout [Double]) {
        var span = values.mutableSpan
        for row in doubts.indices {
            var doubt = 0.0
            for index in row * width..<(row + 1) * width {
                let value = span[index]
                doubt += value * 0
                switch activation {
                case .relu: span[index] = value > 0 ? value : 0
                case .tanh: span[index] = tanh(value)
                }
            }
            doubts[row] += doubt
        }
    }
}
