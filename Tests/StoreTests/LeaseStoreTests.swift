import Foundation
import Store
import Testing
import Workbench

@Suite struct LeaseStoreTests {
    private let me: ProcessIdentity
    private var gone: ProcessIdentity {
        ProcessIdentity(
            bootID: me.bootID, processID: me.processID, startTicks: me.startTicks &+ 1)
    }
    private var earlierBoot: ProcessIdentity {
        ProcessIdentity(
            bootID: "another-boot/1", processID: me.processID, startTicks: me.startTicks)
    }
    /// Cannot be seen from here: only its heartbeat says whether it lives.
    private var otherNamespace: ProcessIdentity {
        let boot = me.bootID.prefix { $0 != "/" }
        return ProcessIdentity(bootID: boot + "/1", processID: 1, startTicks: 1)
    }

    init() throws {
        me = try ProcessIdentity.current()
    }

    @Test("This process runs; others with its number do not")
    func liveness() throws {
        #expect(me == (try ProcessIdentity.current()))
        #expect(me.processID == ProcessInfo.processInfo.processIdentifier)
        #expect(me.startTicks > 0)
        #expect(me.isRunning)
        #expect(!gone.isRunning)
        #expect(!earlierBoot.isRunning)
        #expect(otherNamespace.isRunning)
    }

    @Test("A child runs until it ends, also while it waits to be collected")
    func childLiveness() throws {
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/bin/sleep")
        child.arguments = ["60"]
        try child.run()
        let stat = try String(
            contentsOfFile: "/proc/\(child.processIdentifier)/stat", encoding: .utf8)
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        let identity = ProcessIdentity(
            bootID: me.bootID, processID: child.processIdentifier,
            startTicks: try #require(UInt64(fields[20])))
        #expect(identity.isRunning)
        kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
        #expect(!identity.isRunning)
    }

    @Test("A lease is taken, renewed, given back and taken by another")
    func cycle() async throws {
        let scratch = try Scratch()
        let leases = try scratch.create().leases
        let lease = try await leases.acquire("study:1", for: me, at: at(1000))
        #expect(lease.resource == "study:1" && lease.holder == me)
        #expect(lease.acquired == at(1000) && lease.heartbeat == at(1000))
        let again = try await leases.acquire("study:1", for: me, at: at(2000))
        #expect(again.acquired == at(1000) && again.heartbeat == at(2000))
        #expect(
            await code { try await leases.acquire("study:1", for: gone, at: at(3000)) }
                == .conflict)
        #expect(await code { try await leases.release("study:1", of: gone) } == .conflict)
        try await leases.release("study:1", of: me)
        #expect(await code { try await leases.release("study:1", of: me) } == .conflict)
        let taken = try await leases.acquire("study:1", for: gone, at: at(4000))
        #expect(taken.holder == gone && taken.acquired == at(4000))
        #expect(await code { try await leases.acquire("", for: me, at: at(1)) } == .invalidInput)
    }

    @Test("The refusal names the holder")
    func conflictMessage() async throws {
        let scratch = try Scratch()
        let leases = try scratch.create().leases
        _ = try await leases.acquire("x", for: me, at: at(1000))
        do {
            _ = try await leases.acquire("x", for: earlierBoot, at: at(1001))
            Issue.record("took a live lease")
        } catch {
            #expect(error.message == "x is held by process \(me.processID)")
        }
    }

    @Test("A dead lease may be taken: its process is gone, or silent for over ten seconds")
    func dead() async throws {
        let scratch = try Scratch()
        let leases = try scratch.create().leases
        _ = try await leases.acquire("gone", for: gone, at: at(1000))
        _ = try await leases.acquire("boot", for: earlierBoot, at: at(1001))
        _ = try await leases.acquire("hidden", for: otherNamespace, at: at(1002))
        _ = try await leases.acquire("mine", for: me, at: at(1003))
        #expect(try await leases.deadLeases(at: at(1003)).map(\.resource) == ["gone", "boot"])
        #expect(
            try await leases.deadLeases(at: at(11_002)).map(\.resource) == ["gone", "boot"])
        #expect(
            try await leases.deadLeases(at: at(11_003)).map(\.resource)
                == ["gone", "boot", "hidden"])
        #expect(
            await code { try await leases.acquire("hidden", for: me, at: at(11_002)) }
                == .conflict)
        _ = try await leases.acquire("hidden", for: me, at: at(11_003))
        _ = try await leases.acquire("gone", for: me, at: at(11_003))
        #expect(try await leases.heartbeat(of: me, at: at(11_100)) == ["gone", "hidden", "mine"])
        #expect(try await leases.heartbeat(of: otherNamespace, at: at(11_100)).isEmpty)
        #expect(try await leases.deadLeases(at: at(11_100)).map(\.resource) == ["boot"])
    }

    @Test("A heartbeat never makes a lease older")
    func clockSetBack() async throws {
        let scratch = try Scratch()
        let leases = try scratch.create().leases
        _ = try await leases.acquire("x", for: me, at: at(50_000))
        try await leases.heartbeat(of: me, at: at(10))
        #expect(try await leases.deadLeases(at: at(60_000)).isEmpty)
    }

    @Test("A run with a holder has its lease until it ends, and says afterwards who had it")
    func runLease() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        let run = try await workspace.start(1, holder: me)
        #expect(run.lease?.holder == me)
        #expect(run.lease?.resource == runID(1).leaseResource)
        #expect(run.lease?.acquired == at(1))
        #expect(run.lease?.isDead(at: at(2)) == false)
        #expect(try await workspace.leases.heartbeat(of: me, at: at(5)) == ["run:" + runID(1).text])
        #expect(try await workspace.runs.run(runID(1)).lease?.heartbeat == at(5))
        let ended = try await workspace.runs.updateRun(runID(1), RunUpdate(status: .finished))
        #expect(ended.lease?.holder == me)
        #expect(try await workspace.leases.heartbeat(of: me, at: at(6)).isEmpty)
        #expect(try await workspace.leases.deadLeases(at: at(1_000_000)).isEmpty)
    }

    @Test("A running run whose process is gone is seen as interrupted")
    func interrupted() async throws {
        let scratch = try Scratch()
        let workspace = try scratch.create()
        try await workspace.start(1, holder: gone)
        let run = try await workspace.runs.run(runID(1))
        #expect(run.status == .running)
        #expect(run.lease?.isDead(at: at(2)) == true)
        #expect(
            try await workspace.leases.deadLeases(at: at(2)).map(\.resource)
                == [runID(1).leaseResource])
    }
}
