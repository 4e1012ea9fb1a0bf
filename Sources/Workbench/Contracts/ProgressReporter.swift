/// Where long work says how far it is. Engines report; only the command line draws.
package protocol ProgressReporter: Sendable {
    /// `done` of `total` units of `label` are finished; `total` nil when it is not known.
    /// Called often, from any thread: it must be cheap.
    func progress(_ label: String, done: Int, total: Int?)
}

/// A reporter for callers that do not listen.
package struct SilentProgress: ProgressReporter {
    /// A reporter that ignores everything.
    package init() {}

    /// Does nothing.
    package func progress(_ label: String, done: Int, total: Int?) {}
}
