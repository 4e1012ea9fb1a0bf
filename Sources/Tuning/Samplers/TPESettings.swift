import Documents
package import Workbench

/// The settings of `TPESampler`, with the names and defaults of Optuna 5.
package struct TPESettings: Sendable, Equatable {
    /// How many complete trials are drawn at random first.
    package var startupTrials = 10
    /// How many candidates are drawn from the good trials' density for one proposal.
    package var candidates = 24
    /// The share of trials that are good ones; nil is a tenth, at most 25.
    package var gamma: Double?
    /// Whether parameters are learned jointly; else each on its own.
    package var isMultivariate = true
    /// How kernels are made.
    package var kernels = ParzenEstimator.Settings()

    /// The standard settings.
    package init() {}

    /// Settings as a study file gives them.
    ///
    /// - Throws: `invalidInput` for unknown names, with the nearest one as the hint, and for values
    ///   out of range.
    package init(_ settings: [JSON.Member]) throws(BancadaError) {
        for setting in settings {
            let value = SamplerSetting(setting, sampler: "tpe")
            switch setting.name {
            case "n_startup_trials": startupTrials = try value.integer(1...1_000_000)
            case "n_ei_candidates": candidates = try value.integer(1...100_000)
            case "gamma": gamma = try value.number(above: 0, below: 1)
            case "multivariate": isMultivariate = try value.boolean()
            case "prior_weight": kernels.priorWeight = try value.number(above: 0, below: 1e6)
            case "consider_magic_clip": kernels.magicClip = try value.boolean()
            case "consider_endpoints": kernels.endpoints = try value.boolean()
            default: throw value.unknown(among: Self.names)
            }
        }
    }

    /// The names of all settings.
    package static let names = [
        "n_startup_trials", "n_ei_candidates", "gamma", "multivariate", "prior_weight",
        "consider_magic_clip", "consider_endpoints",
    ]

    /// How many of `count` complete trials are good ones.
    func goodCount(of count: Int) -> Int {
        guard let gamma else { return min((count + 9) / 10, 25) }
        return min(max(1, Int((gamma * Double(count)).rounded(.up))), max(1, count - 1))
    }
}

/// One setting of a sampler as a study file gives it. Katib writes every value as text.
struct SamplerSetting {
    private let setting: JSON.Member
    private let sampler: String

    init(_ setting: JSON.Member, sampler: String) {
        self.setting = setting
        self.sampler = sampler
    }

    func integer(_ range: ClosedRange<Int>) throws(BancadaError) -> Int {
        var value: Int?
        switch setting.value {
        case .integer(let number): value = Int(exactly: number)
        case .string(let text): value = Int(text)
        default: break
        }
        guard let value, range.contains(value) else {
            throw wrong("an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func number(above low: Double, below high: Double) throws(BancadaError) -> Double {
        var value: Double?
        switch setting.value {
        case .integer(let number): value = Double(number)
        case .number(let number): value = number
        case .string(let text): value = Double(text)
        default: break
        }
        guard let value, value > low, value < high else {
            throw wrong("a number above \(low) and below \(high)")
        }
        return value
    }

    func boolean() throws(BancadaError) -> Bool {
        switch setting.value {
        case .bool(let value): return value
        case .string(let text):
            if let value = Bool(text.lowercased()) { return value }
        default: break
        }
        throw wrong("true or false")
    }

    func unknown(among names: [String]) -> BancadaError {
        let hint: String
        if let near = NearestName.of(setting.name, among: names) {
            hint = "write \"\(near)\""
        } else if names.isEmpty {
            hint = "leave the settings out"
        } else {
            hint = "use one of \(names.joined(separator: ", "))"
        }
        return BancadaError(
            .invalidInput, "the sampler \(sampler) has no setting \"\(setting.name)\"", hint: hint)
    }

    private func wrong(_ expected: String) -> BancadaError {
        BancadaError(
            .invalidInput,
            "the setting \"\(setting.name)\" of the sampler \(sampler) is "
                + "\(setting.value.compactText), expected \(expected)")
    }
}
