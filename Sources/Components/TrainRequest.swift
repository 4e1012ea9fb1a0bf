package import Training
package import Workbench

/// How a model is judged on rows that it has not seen.
package enum ValidationChoice: Sendable, Equatable {
    /// Not at all.
    case none
    /// On a share of the rows, kept from training.
    case holdout(Double)
    /// On other data.
    case test(DataReference)
    /// By models trained on all folds but one, judged on that one; the model itself is trained on
    /// all rows.
    case folds(Int)
}

/// What to train, on what, and where to put it.
package struct TrainRequest: Sendable {
    /// The training data.
    package var data: DataReference
    /// Target, task, algorithm and settings.
    package var plan: TrainingPlan
    /// How the model is judged.
    package var validation: ValidationChoice
    /// The registered model's name; nil is the data's stem.
    package var modelName: String?
    /// Aliases to move to the new version.
    package var aliases: [String]
    /// What everything random is made from.
    package var seed: UInt64
    /// The experiment's name, made where there is none; nil is `Default`.
    package var experiment: String?

    /// A request.
    package init(
        data: DataReference, plan: TrainingPlan, validation: ValidationChoice = .none,
        modelName: String? = nil, aliases: [String] = [], seed: UInt64 = 0,
        experiment: String? = nil
    ) {
        self.data = data
        self.plan = plan
        self.validation = validation
        self.modelName = modelName
        self.aliases = aliases
        self.seed = seed
        self.experiment = experiment
    }

    /// The registered model's name.
    package var name: String { modelName ?? data.stem }

    /// Refuses names that the registry would refuse, before any work is done.
    ///
    /// - Throws: `invalidInput`.
    package func validate() throws(BancadaError) {
        try TrackingRules.checkName(name, of: "model")
        for alias in aliases { try TrackingRules.checkAlias(alias) }
        if let experiment { try TrackingRules.checkExperimentName(experiment) }
    }
}
