/// A process group of ours: the leader's marks tell it from later processes with the same number.
package struct ProcessGroup: Sendable, Hashable {
    /// The run that the group works for.
    package let run: RunID
    /// Boot, number and start of the group's leader; the number is also the group's.
    package let leader: ProcessIdentity

    /// The group of `leader`, working for `run`.
    package init(run: RunID, leader: ProcessIdentity) {
        self.run = run
        self.leader = leader
    }
}
