/// One finding of the conformance kit.
package struct ConformanceCheck: Sendable, Equatable {
    /// How a check ended.
    package enum Outcome: String, Sendable {
        case ok = "OK"
        case failed = "FAILED"
        /// It does not apply to this plugin, or an earlier failure made it pointless.
        case skipped
    }

    /// What was checked: `initialize`, `component summary.page`.
    package let name: String
    /// How it ended.
    package let outcome: Outcome
    /// What was seen, in a sentence.
    package let detail: String

    /// A finding.
    package init(_ name: String, _ outcome: Outcome, _ detail: String) {
        self.name = name
        self.outcome = outcome
        self.detail = detail
    }
}
