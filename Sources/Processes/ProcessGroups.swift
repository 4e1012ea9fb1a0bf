package import Workbench

/// Ends process groups that were recorded by processes which are gone.
///
/// A number alone proves nothing: it may belong to a stranger by now. What is relied on:
/// - The kernel gives a number to no new process while it is still the number of a process, of a
///   group or of a session. So while any member of a recorded group lives, nobody else has its number.
/// - A leader with the recorded start is the recorded one, and it leads a session of its own, so
///   that all of its group descend from it.
/// - Where the number belongs to a process with another start, the group had ended before. That
///   process is never touched, nor its group.
/// - Where nobody has the number as a process but some as their group or session, these are either
///   ours, or children of a later process with the same number that has ended as well. Only ours
///   were started with the group's run in their environment (`ChildProcess.runVariable`), started
///   no earlier than the leader, and are in its session.
package enum ProcessGroups {
    /// Kills the groups, and returns when none of them lives.
    ///
    /// Groups of another boot or process namespace are left alone: they are gone, or cannot be seen.
    ///
    /// - Throws: `unavailable` when one still lives after `patience`.
    package static func end(
        _ groups: [ProcessGroup], patience: Duration = .seconds(5)
    ) async throws(BancadaError) {
        guard !groups.isEmpty, let boot = ProcessTable.boot else { return }
        let ours = groups.filter { $0.leader.bootID == boot }
        guard !ours.isEmpty else { return }
        let left = await withCheckedContinuation { continuation in
            let started = SupervisorThread.start {
                continuation.resume(returning: kill(ours, patience: patience))
            }
            if !started { continuation.resume(returning: ours) }
        }
        guard let first = left.first else { return }
        throw BancadaError(
            .unavailable,
            "process group \(first.leader.processID) of run \(first.run.text) cannot be ended",
            hint: "end it yourself with 'kill -9 -- -\(first.leader.processID)', then repeat")
    }

    /// The groups that are left.
    private static func kill(_ groups: [ProcessGroup], patience: Duration) -> [ProcessGroup] {
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        var left = groups
        var pause: UInt32 = 1
        while true {
            let table = ProcessTable.all()
            left = left.filter { group in
                let members = members(
                    of: group, in: table,
                    hasVariable: { ProcessTable.hasVariable($0, $1) })
                guard !members.isEmpty else { return false }
                // At once, so that none starts another one meanwhile; then those of its session.
                Kernel.signal(Kernel.killNow, to: -group.leader.processID)
                for member in members { Kernel.signal(Kernel.killNow, to: member.process) }
                return true
            }
            if left.isEmpty || clock.now >= deadline { return left }
            Kernel.pause(milliseconds: pause)
            pause = min(pause * 2, 50)
        }
    }

    /// The living processes that certainly belong to `group`; see the type for why.
    static func members(
        of group: ProcessGroup, in table: [ProcessEntry],
        hasVariable: (String, Int32) -> Bool
    ) -> [ProcessEntry] {
        let number = group.leader.processID
        guard number > 1 else { return [] }
        let leader = table.first { $0.process == number }
        if let leader, leader.start != group.leader.startTicks { return [] }
        let candidates = table.filter { entry in
            !entry.isOver && entry.start >= group.leader.startTicks
                && (entry.process == number || entry.session == number)
        }
        if leader != nil { return candidates }
        let variable = "\(ChildProcess.runVariable)=\(group.run.text)"
        // One that shows whose they are is enough: the number has one owner at a time.
        return candidates.contains { hasVariable(variable, $0.process) } ? candidates : []
    }
}
