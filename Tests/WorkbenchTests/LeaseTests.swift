import Testing
import Workbench

@Suite struct LeaseTests {
    private let lease = Lease(
        resource: "run:1",
        holder: ProcessIdentity(bootID: "b", processID: 1, startTicks: 2),
        acquired: Timestamp(milliseconds: 0), heartbeat: Timestamp(milliseconds: 1000))

    @Test(
        "Lives while its process runs and its heartbeat is at most ten seconds old",
        arguments: [
            (1000, true, false), (11_000, true, false), (11_001, true, true), (1000, false, true),
            (0, true, false), (Int64.max, true, true),
        ])
    func isDead(now: Int64, isRunning: Bool, expected: Bool) {
        let moment = Timestamp(milliseconds: now)
        #expect(lease.isDead(at: moment, holderIsRunning: isRunning) == expected)
    }

    @Test("A clock far before the heartbeat does not trap")
    func extremes() {
        let old = Lease(
            resource: "x", holder: lease.holder, acquired: Timestamp(milliseconds: .min),
            heartbeat: Timestamp(milliseconds: .min))
        #expect(old.isDead(at: Timestamp(milliseconds: .max), holderIsRunning: true))
        let future = Lease(
            resource: "x", holder: lease.holder, acquired: Timestamp(milliseconds: 0),
            heartbeat: Timestamp(milliseconds: .max))
        #expect(!future.isDead(at: Timestamp(milliseconds: .min), holderIsRunning: true))
    }

    @Test("A heartbeat comes several times before a lease expires")
    func intervals() {
        #expect(Lease.expiry >= Lease.heartbeatInterval * 4)
    }
}
