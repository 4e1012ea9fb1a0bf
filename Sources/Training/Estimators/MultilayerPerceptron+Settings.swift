extension MultilayerPerceptron {
    /// The settings of the algorithm; names and defaults follow scikit-learn's where it has them,
    /// but for `lr` (`learning_rate_init`) and `optimizer` (`solver`).
    package static let parameters = [
        ParameterSpecification(
            name: "layers", kind: .integer(1...16), defaultValue: .integer(1),
            description: "number of hidden layers"),
        ParameterSpecification(
            name: "width", kind: .integer(1...8192), defaultValue: .integer(100),
            description: "outputs of each hidden layer"),
        ParameterSpecification(
            name: "activation", kind: .choice(Activation.allCases.map(\.rawValue)),
            defaultValue: .text("relu"), description: "what hidden layers make of their sums"),
        ParameterSpecification(
            name: "optimizer", kind: .choice(["adam", "sgd"]), defaultValue: .text("adam"),
            description: "how the gradient changes the weights"),
        ParameterSpecification(
            name: "lr", kind: .number(1e-9...100), defaultValue: .number(0.001),
            description: "learning rate, the size of a step"),
        ParameterSpecification(
            name: "momentum", kind: .number(0...0.9999), defaultValue: .number(0.9),
            description: "share of its last step that sgd repeats"),
        ParameterSpecification(
            name: "nesterov", kind: .boolean, defaultValue: .boolean(true),
            description: "whether sgd's momentum is Nesterov's"),
        ParameterSpecification(
            name: "alpha", kind: .number(0...1e6), defaultValue: .number(1e-4),
            description: "strength of the L2 penalty"),
        ParameterSpecification(
            name: "batch_size", kind: .integer(1...1_000_000), defaultValue: .integer(200),
            description: "rows of a step"),
        ParameterSpecification(
            name: "max_iter", kind: .integer(1...1_000_000), defaultValue: .integer(200),
            description: "most epochs"),
        ParameterSpecification(
            name: "tol", kind: .number(0...1), defaultValue: .number(1e-4),
            description: "improvement below which an epoch counts as none"),
        ParameterSpecification(
            name: "n_iter_no_change", kind: .integer(1...1_000_000), defaultValue: .integer(10),
            description: "epochs without improvement after which it is done"),
        ParameterSpecification(
            name: "early_stopping", kind: .boolean, defaultValue: .boolean(false),
            description: "whether improvement is that of the score on rows kept from training"),
        ParameterSpecification(
            name: "validation_fraction", kind: .number(0.001...0.9), defaultValue: .number(0.1),
            description: "share of rows that early_stopping keeps"),
    ]

    /// The widths of a network: the encoded row's, the hidden layers', then the outputs'.
    static func widths(_ settings: Settings, inputs: Int, outputs: Int) -> [Int] {
        let hidden = [Int](
            repeating: settings.integer("width"), count: settings.integer("layers"))
        return [inputs] + hidden + [outputs]
    }

    /// What is between its layers.
    static func activation(_ settings: Settings) -> Activation {
        Activation(rawValue: settings.text("activation")) ?? .relu
    }

    /// How its gradient changes its weights.
    static func rule(_ settings: Settings) -> UpdateRule {
        let rate = settings.number("lr")
        guard settings.text("optimizer") == "sgd" else { return .adam(rate: rate) }
        return .descent(
            rate: rate, momentum: settings.number("momentum"),
            isNesterov: settings.boolean("nesterov"))
    }
}
