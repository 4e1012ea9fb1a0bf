package import Tuning
package import Workbench

/// A study to be executed.
package struct StudyRequest: Sendable {
    /// What to search, how, for how long.
    package var specification: StudySpecification
    /// What may be chosen: the specification's space, or the default one of what is trained.
    package var space: SearchSpace
    /// The metric that is searched.
    package var objective: StudyObjective
    /// The experiment's name, made where there is none; nil is `Default`.
    package var experiment: String?
    /// The run that started the study, where it is a pipeline's task.
    package var parent: RunID?
    /// How many threads all trials together may use.
    package var threads: Int
    /// The table that all trials are trained on, to be recorded as what the study read.
    package var input: (data: LoadedData, loader: DataLoader)?

    /// A study to be executed.
    package init(
        specification: StudySpecification, space: SearchSpace, objective: StudyObjective,
        experiment: String? = nil,
        parent: RunID? = nil, threads: Int = 1
    ) {
        self.specification = specification
        self.space = space
        self.objective = objective
        self.experiment = experiment
        self.parent = parent
        self.threads = threads
    }

    /// What is stored: a study goes on only where this is the same. With the space that is really
    /// searched, so that another default space is another study.
    var identity: String {
        var whole = specification
        whole.space = space
        whole.objective = objective
        return whole.canonicalText
    }

    /// The bounds of the study's course.
    var limits: StudyStateMachine.Limits {
        StudyStateMachine.Limits(
            trials: specification.trials, parallel: specification.parallel,
            maxFailed: specification.maxFailed, isAsynchronous: specification.isAsynchronous)
    }
}

/// What a study gave.
package struct StudyResult: Sendable {
    /// The study as it is stored.
    package let study: Study
    /// Why it ended.
    package let end: StudyStateMachine.End
    /// Its trials that have ended, ordered by number.
    package let trials: [Trial]
    /// How many of them were stored before this execution began.
    package let earlier: Int

    /// The best complete trial.
    package var best: Trial? { StudyRanking.best(of: trials, goal: study.objective.goal) }
    /// How many are complete.
    package var completed: Int { trials.count { $0.state == .complete } }
    /// How many failed.
    package var failed: Int { trials.count { $0.state == .failed } }
}

/// Hears how a study goes. Called by one task at a time.
package protocol StudyObserver: Sendable {
    /// The study begins, or goes on after `earlier` trials.
    func began(_ study: Study, earlier: Int)
    /// A trial is durable and begins.
    func started(_ trial: Trial)
    /// A trial has ended and is durable; `best` is the best one so far.
    func ended(_ trial: Trial, best: Trial?, finished: Int)
}

/// An observer for callers that do not listen.
package struct SilentStudyObserver: StudyObserver {
    /// An observer that ignores everything.
    package init() {}

    package func began(_ study: Study, earlier: Int) {}
    package func started(_ trial: Trial) {}
    package func ended(_ trial: Trial, best: Trial?, finished: Int) {}
}
