/// Rights to work on something, shared by the processes of one workspace. Implemented in Store.
package protocol LeaseStore: Sendable {
    /// Takes `resource` for `holder`, also from a dead lease. Taking it again renews it.
    ///
    /// - Throws: `conflict` naming the holder when another live process has it.
    func acquire(
        _ resource: String, for holder: ProcessIdentity, at time: Timestamp
    ) async throws(BancadaError) -> Lease
    /// Renews all leases of `holder` and returns what it holds, ordered. A holder that misses one
    /// was silent for too long and has lost it: it must stop that work.
    @discardableResult
    func heartbeat(
        of holder: ProcessIdentity, at time: Timestamp
    ) async throws(BancadaError) -> [String]
    /// Gives `resource` back.
    ///
    /// - Throws: `conflict` when `holder` does not hold it.
    func release(_ resource: String, of holder: ProcessIdentity) async throws(BancadaError)
    /// Leases whose process is gone or silent, oldest first.
    func deadLeases(at time: Timestamp) async throws(BancadaError) -> [Lease]
}
