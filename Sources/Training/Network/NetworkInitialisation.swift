import LinearAlgebra

extension NetworkState {
    /// A network of random weights and biases of zero; widths: the encoded row's, then each
    /// layer's outputs.
    ///
    /// Weights are uniform in -b...b: b = sqrt(6 / inputs) before rectified outputs (He et al.,
    /// 2015, "Delving deep into rectifiers"), sqrt(6 / (inputs + outputs)) elsewhere (Glorot and
    /// Bengio, 2010, "Understanding the difficulty of training deep feedforward neural networks").
    package static func random(
        widths: [Int], activation: Activation, using generator: inout some RandomNumberGenerator
    ) -> NetworkState {
        var layers: [LinearState] = []
        for (index, (inputs, outputs)) in zip(widths, widths.dropFirst()).enumerated() {
            let isRectified = activation == .relu && index < widths.count - 2
            let bound = (6 / Double(max(1, isRectified ? inputs : inputs + outputs))).squareRoot()
            let weights = (0..<outputs * inputs).map { _ in (2 * generator.uniform() - 1) * bound }
            layers.append(
                LinearState(
                    coefficients: Matrix(rows: outputs, columns: inputs, values: weights),
                    intercepts: [Double](repeating: 0, count: outputs)))
        }
        return NetworkState(layers: layers, activation: activation)
    }
}
