import Foundation
import Processes
import Testing
import Workbench

@Suite struct MachineUsageTests {
    @Test("Sees the use of this process grow", .enabled(if: MachineUsage.own() != nil))
    func own() throws {
        let before = try #require(MachineUsage.own())
        var sum = 0.0
        var after = before
        // The kernel counts in hundredths of a second.
        while after.cpuSeconds <= before.cpuSeconds {
            for number in 1..<100_000 { sum += 1 / Double(number) }
            after = try #require(MachineUsage.own())
        }
        #expect(sum > 0)
        #expect(before.residentBytes > 1 << 20)
        #expect(try #require(MachineUsage.memoryBytes) > after.residentBytes)
    }

    @Test("Adds up a group and forgets one that has ended", .enabled(if: MachineUsage.own() != nil))
    func group() async throws {
        let id = try #require(RunID(String(repeating: "0", count: 32)))
        let child = try await ChildProcess.spawn(
            ProcessSpecification(
                arguments: ["/bin/sh", "-c", "cat & cat"], environment: [], folder: "/"),
            input: .pipe, output: .lines, group: id, recorder: UnrecordedProcessGroups())
        let number = child.group.leader.processID
        var use: MachineUsage?
        for _ in 0..<2_000 where use == nil {
            use = MachineUsage.groups([number])[number]
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(try #require(use).residentBytes > 0)
        #expect(MachineUsage.groups([]).isEmpty)
        child.closeInput()
        _ = await child.wait(timeout: .seconds(60))
        #expect(MachineUsage.groups([number]).isEmpty)
    }
}
