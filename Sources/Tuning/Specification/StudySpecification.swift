package import Documents
package import Workbench

/// A study as its file describes it: what is searched, how, for how long, and what is evaluated.
package struct StudySpecification: Sendable {
    /// The study's name.
    package var name: String
    /// The metric that is searched; nil is the standard one of what is trained.
    package var objective: StudyObjective?
    /// How trials are proposed.
    package var sampler: SamplerChoice
    /// How many trials there may be, failed ones included.
    package var trials: Int
    /// How many run at once.
    package var parallel: Int
    /// Whether a free place takes the next trial at once, which gives repeatability up.
    package var isAsynchronous: Bool
    /// How many trials may fail before the study does; nil is any number.
    package var maxFailed: Int?
    /// After which time no trial is started; nil is never.
    package var timeBudget: Duration?
    /// What may be chosen; nil is the default space of what is trained.
    package var space: SearchSpace?
    /// What a trial executes.
    package var evaluation: Evaluation

    /// A study.
    package init(
        name: String, objective: StudyObjective?, sampler: SamplerChoice = SamplerChoice(),
        trials: Int = Self.standardTrials, parallel: Int = 1, isAsynchronous: Bool = false,
        maxFailed: Int? = nil, timeBudget: Duration? = nil, space: SearchSpace?,
        evaluation: Evaluation
    ) {
        self.name = name
        self.objective = objective
        self.sampler = sampler
        self.trials = trials
        self.parallel = parallel
        self.isAsynchronous = isAsynchronous
        self.maxFailed = maxFailed
        self.timeBudget = timeBudget
        self.space = space
        self.evaluation = evaluation
    }

    /// How many trials a study has that does not say.
    package static let standardTrials = 100
    /// The most trials of a study.
    package static let maximumTrials = 1_000_000
    /// The most trials that may run at once.
    package static let maximumParallel = 256

    /// How trials are proposed.
    package struct SamplerChoice: Sendable, Equatable {
        /// The sampler's name.
        package var name: String
        /// What everything random is made from.
        package var seed: UInt64
        /// Where the study's file names it, as the begin of a message; empty where no file does.
        package var place = ""
        /// The sampler's settings.
        package var settings: [JSON.Member]

        /// A choice of a sampler.
        package init(name: String = "tpe", seed: UInt64 = 0, settings: [JSON.Member] = []) {
            self.name = name
            self.seed = seed
            self.settings = settings
        }
    }

    /// What a trial executes.
    package enum Evaluation: Sendable, Equatable {
        case train(Training)
        /// A program and its arguments, run once for each trial.
        case command([Template])
        /// A program and its arguments that stays up and answers a line for a line.
        case evaluator([String])
        case pipeline(PipelineUse)
        /// A plugin's objective.
        case plugin(String)
    }

    /// A cross-validated training.
    package struct Training: Sendable, Equatable {
        /// A file, relative to the study's, or `dataset:NAME`.
        package var data: String
        /// The column to learn.
        package var target: String
        /// The algorithms to choose from; none is the target's standard one.
        package var algorithms: [String]
        /// How many folds.
        package var folds: Int
        /// classification or regression; nil follows the target.
        package var task: String?
        /// Settings that are not searched.
        package var settings: [JSON.Member]

        /// A training.
        package init(
            data: String, target: String, algorithms: [String] = [],
            folds: Int = Self.standardFolds, task: String? = nil, settings: [JSON.Member] = []
        ) {
            self.data = data
            self.target = target
            self.algorithms = algorithms
            self.folds = folds
            self.task = task
            self.settings = settings
        }

        /// How many folds there are where none are given.
        package static let standardFolds = 5
    }

    /// A pipeline that is run once for each trial.
    package struct PipelineUse: Sendable, Equatable {
        /// The pipeline's file, relative to the study's.
        package var file: String
        /// The output that is the metric.
        package var output: String
        /// Constant values of parameters of the pipeline that are not searched.
        package var parameters: [JSON.Member]

        /// The use of a pipeline.
        package init(file: String, output: String, parameters: [JSON.Member] = []) {
            self.file = file
            self.output = output
            self.parameters = parameters
        }
    }
}
