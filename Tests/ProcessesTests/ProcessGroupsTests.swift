import Foundation
import Processes
import Testing
import Workbench

@Suite struct ProcessGroupsTests {
    @Test("Ends a recorded group")
    func ends() async throws {
        let child = try await Child.shell(EndingTests.stubborn)
        var numbers: [Int32] = []
        while numbers.count < 3, let number = try await child.nextNumber() {
            numbers.append(number)
        }
        try await ProcessGroups.end([child.group])
        for number in numbers { #expect(!Child.isAlive(number)) }
        #expect(await child.wait().exit == .signalled(9))
        try await ProcessGroups.end([child.group])
    }

    @Test("Leaves alone whoever has the number now")
    func reused() async throws {
        let child = try await Child.spawn(["sleep", "1000"])
        let leader = child.group.leader
        let others = [
            ProcessIdentity(
                bootID: leader.bootID, processID: leader.processID,
                startTicks: leader.startTicks - 1),
            ProcessIdentity(
                bootID: "another-boot/1", processID: leader.processID,
                startTicks: leader.startTicks),
            ProcessIdentity(bootID: leader.bootID, processID: 1, startTicks: 0),
        ]
        try await ProcessGroups.end(others.map { ProcessGroup(run: Child.run, leader: $0) })
        #expect(Child.isAlive(child.processID))
        child.terminate(grace: .zero)
        _ = await child.wait()
    }
}
