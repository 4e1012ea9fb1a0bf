/// The end of what a child has started itself.
enum GroupEnd {
    /// Returns when the group has no living process, at the latest after two seconds: one that is
    /// inside a system call which nothing interrupts keeps its number until that is over.
    ///
    /// The leader has been collected, so a group that is still there has other members, and its
    /// number is not given to anybody else.
    static func wait(group: Int32) {
        var rounds = 0
        while Kernel.hasMembers(group: group), rounds < 400 {
            rounds += 1
            Kernel.pause(milliseconds: rounds < 10 ? 1 : 5)
            // Zombies that nobody collects count as members; where `init` does not do its work
            // they stay.
            if rounds % 20 == 0, ProcessTable.living(group: group).isEmpty { return }
        }
    }

    /// Kills what is in the session of a leader that has ended but is not collected yet, and waits
    /// until it is gone, at the latest after a second.
    static func killSession(_ leader: Int32) {
        for _ in 0..<100 {
            let members = ProcessTable.all().filter {
                $0.session == leader && $0.process != leader && !$0.isOver
            }
            if members.isEmpty { return }
            for member in members { Kernel.signal(Kernel.killNow, to: member.process) }
            Kernel.pause(milliseconds: 10)
        }
    }
}
