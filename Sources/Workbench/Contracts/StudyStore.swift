/// Studies and their trials. Implemented in Store.
///
/// Only the process that holds the lease `study:NAME` may write trials. Every write is durable when
/// the call returns.
package protocol StudyStore: Sendable {
    /// Makes a study, or finds the one with this name, and takes its lease.
    ///
    /// - Throws: `conflict` when a live process has the lease, or when the study that exists has
    ///   another specification; `invalidInput` for a bad name.
    func openStudy(
        _ study: NewStudy, holder: ProcessIdentity, at time: Timestamp
    ) async throws(BancadaError) -> Study
    /// Gives the lease back and notes how the study ended.
    func closeStudy(
        named name: String, state: StudyState, holder: ProcessIdentity, at time: Timestamp
    ) async throws(BancadaError)
    /// The study with this name.
    ///
    /// - Throws: `notFound`.
    func study(named name: String) async throws(BancadaError) -> Study
    /// All studies, newest first.
    func studies() async throws(BancadaError) -> [Study]
    /// The trials of a study, ordered by number.
    func trials(of study: String) async throws(BancadaError) -> [Trial]
    /// Writes trials as they are now, all or none: a new one with its run, which is a child of the
    /// study's run; an ended one ends its run and logs params and metrics to it.
    ///
    /// - Throws: `conflict` when `holder` does not hold the lease.
    func update(
        _ trials: [Trial], of study: String, holder: ProcessIdentity
    ) async throws(BancadaError)
    /// Forgets trials that were running when their process died, so that they are run again; their
    /// runs end KILLED.
    func discardRunningTrials(
        of study: String, holder: ProcessIdentity, at time: Timestamp
    ) async throws(BancadaError)
}

/// How far a study has come.
package enum StudyState: String, Sendable, CaseIterable {
    case running = "RUNNING"
    case complete = "COMPLETE"
    case failed = "FAILED"
    case stopped = "STOPPED"
}

/// A study that is about to be made.
package struct NewStudy: Sendable {
    /// Its name.
    package var name: String
    /// What it searches, as canonical JSON text: a study goes on only where this is the same.
    package var specification: String
    /// Which way its value is better.
    package var objective: StudyObjective
    /// The run that its trials are children of, made with it; its parent, where a pipeline's task
    /// started the study.
    package var run: NewRun

    /// A study.
    package init(name: String, specification: String, objective: StudyObjective, run: NewRun) {
        self.name = name
        self.specification = specification
        self.objective = objective
        self.run = run
    }
}

/// A study as it is stored.
package struct Study: Sendable, Equatable {
    /// Its name.
    package let name: String
    /// What it searches, as canonical JSON text.
    package let specification: String
    /// Which way its value is better.
    package let objective: StudyObjective
    /// How far it has come.
    package let state: StudyState
    /// The run that its trials are children of.
    package let run: RunID
    /// When it was made.
    package let creationTime: Timestamp
    /// How many trials are complete.
    package let completed: Int
    /// How many trials failed.
    package let failed: Int

    /// A study as it is stored.
    package init(
        name: String, specification: String, objective: StudyObjective, state: StudyState,
        run: RunID, creationTime: Timestamp, completed: Int, failed: Int
    ) {
        self.name = name
        self.specification = specification
        self.objective = objective
        self.state = state
        self.run = run
        self.creationTime = creationTime
        self.completed = completed
        self.failed = failed
    }
}
