import LinearAlgebra

/// What a hidden layer makes of a sum.
package enum Activation: String, Sendable, CaseIterable {
    /// The sum where it is positive, else 0.
    case relu
    /// Its hyperbolic tangent.
    case tanh
}

/// Layers of linear scores with an activation between them.
package struct NetworkState: Sendable, Equatable {
    /// The layers, each a matrix of outputs x inputs with an intercept per output; the first takes
    /// encoded rows, the last gives what a `LinearState` gives.
    package let layers: [LinearState]
    /// What is between them.
    package let activation: Activation

    /// Layers from first to last.
    ///
    /// - Precondition: there is one, and each takes as many inputs as the one before it has
    ///   outputs.
    package init(layers: [LinearState], activation: Activation) {
        precondition(!layers.isEmpty, "a network has a layer")
        for (layer, next) in zip(layers, layers.dropFirst()) {
            precondition(
                layer.coefficients.rows == next.coefficients.columns, "layers do not fit")
        }
        self.layers = layers
        self.activation = activation
    }
}
