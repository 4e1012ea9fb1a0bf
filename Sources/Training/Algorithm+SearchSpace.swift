package import Workbench

extension Algorithm {
    /// Where a study looks for settings when none are listed: the settings that decide how good a
    /// model is, within the bounds that matter on standardised features. Every assignment within
    /// it is accepted by `Settings`.
    package var searchSpace: SearchSpace {
        switch self {
        case .logistic:
            SearchSpace(dimensions: [
                .init("C", .float(low: 1e-4, high: 1e4, scale: .log, step: nil))
            ])
        case .ridge:
            SearchSpace(dimensions: [
                .init("alpha", .float(low: 1e-4, high: 1e4, scale: .log, step: nil))
            ])
        case .mlp:
            SearchSpace(dimensions: [
                .init("layers", .int(low: 1, high: 3, log: false, step: 1)),
                .init("width", .int(low: 16, high: 256, log: true, step: 1)),
                .init("activation", .categorical(["relu", "tanh"])),
                .init("lr", .float(low: 1e-4, high: 3e-2, scale: .log, step: nil)),
                .init("alpha", .float(low: 1e-6, high: 1, scale: .log, step: nil)),
                .init("batch_size", .int(low: 32, high: 512, log: true, step: 1)),
            ])
        }
    }
}
