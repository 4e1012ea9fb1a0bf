/// Keeps the process groups that this process has started, so that whoever finds its lease dead can
/// end them. Implemented in Store.
package protocol ProcessGroupRecorder: Sendable {
    /// Records a group, durably, before its first program may run.
    ///
    /// - Throws: `unavailable`; the group must not run then.
    func record(_ group: ProcessGroup) async throws(BancadaError)
    /// Forgets a group that has ended. Need not be durable: ending a group that is gone, or whose
    /// number belongs to a later process, does nothing.
    func forget(_ group: ProcessGroup) async throws(BancadaError)
}

/// A recorder for callers that keep no record, such as a conformance check.
package struct UnrecordedProcessGroups: ProcessGroupRecorder {
    /// A recorder that keeps nothing.
    package init() {}

    package func record(_ group: ProcessGroup) async throws(BancadaError) {}
    package func forget(_ group: ProcessGroup) async throws(BancadaError) {}
}
