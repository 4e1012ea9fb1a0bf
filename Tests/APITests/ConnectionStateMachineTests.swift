import API
import NIOCore
import Testing

@Suite("The state of a connection")
struct ConnectionStateMachineTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    /// A state by reference: expectations cannot change a value.
    private final class Machine {
        private var state: ConnectionStateMachine

        init(now: NIODeadline) {
            state = ConnectionStateMachine(
                limits: ConnectionStateMachine.TimeLimits(
                    idle: .seconds(60), body: .seconds(30), drain: .seconds(10),
                    linger: .seconds(2)),
                now: now)
        }

        var phase: ConnectionStateMachine.Phase { state.phase }
        var mustWait: Bool { state.mustWait }

        func begin(keepAlive: Bool, gathers: Bool, now: NIODeadline) {
            state.begin(keepAlive: keepAlive, gathers: gathers, now: now)
        }
        func expectUpload() { state.expectUpload() }
        func receive(bytes: Int, now: NIODeadline) { state.receive(bytes: bytes, now: now) }
        func endRequest() { state.endRequest() }
        func beginResponse() -> Bool { state.beginResponse() }
        func endResponse(
            moreWaits: Bool, now: NIODeadline
        ) -> ConnectionStateMachine.AfterAnswer {
            state.endResponse(moreWaits: moreWaits, now: now)
        }
        func refuse(now: NIODeadline) -> ConnectionStateMachine.AfterAnswer {
            state.refuse(now: now)
        }
        func drain(now: NIODeadline) -> Bool { state.drain(now: now) }
        func endWriting(now: NIODeadline) { state.endWriting(now: now) }
        func closeInput() -> ConnectionStateMachine.AfterInput { state.closeInput() }
        func isOverdue(now: NIODeadline) -> Bool { state.isOverdue(now: now) }
    }

    private func machine() -> Machine { Machine(now: start) }

    @Test("Goes from request to request while the client keeps the connection")
    func keepAlive() {
        let machine = machine()
        for _ in 0..<3 {
            machine.begin(keepAlive: true, gathers: false, now: start)
            #expect(!machine.mustWait)
            machine.receive(bytes: 10, now: start)
            machine.endRequest()
            #expect(machine.mustWait)
            #expect(!machine.beginResponse())
            #expect(machine.endResponse(moreWaits: false, now: start) == .next)
            #expect(machine.phase == .idle)
        }
        machine.begin(keepAlive: true, gathers: true, now: start)
        #expect(machine.phase == .gathering)
        #expect(machine.endResponse(moreWaits: false, now: start) == .next)
    }

    @Test("Closes after the last answer, and lingers when the request was not read to its end")
    func closing() {
        let machine = machine()
        machine.begin(keepAlive: false, gathers: false, now: start)
        machine.endRequest()
        #expect(machine.beginResponse())
        #expect(machine.endResponse(moreWaits: false, now: start) == .close)
        #expect(machine.phase == .lingering)

        let early = self.machine()
        early.begin(keepAlive: true, gathers: false, now: start)
        #expect(early.beginResponse())
        #expect(early.endResponse(moreWaits: false, now: start) == .linger)

        let refused = self.machine()
        #expect(refused.refuse(now: start) == .linger)
        // A slow client may take its time for the answer, and then a little to close.
        #expect(!refused.isOverdue(now: start + .seconds(59)))
        refused.endWriting(now: start + .seconds(10))
        #expect(!refused.isOverdue(now: start + .seconds(11)))
        #expect(refused.isOverdue(now: start + .seconds(12)))
    }

    @Test("Answers what has arrived when the client stops sending, then closes")
    func inputClosed() {
        let machine = machine()
        machine.begin(keepAlive: true, gathers: false, now: start)
        machine.endRequest()
        #expect(machine.closeInput() == .wait)
        _ = machine.beginResponse()
        #expect(machine.endResponse(moreWaits: true, now: start) == .next)
        machine.begin(keepAlive: true, gathers: true, now: start)
        #expect(machine.endResponse(moreWaits: false, now: start) == .close)
    }

    @Test("Gives up what is not whole when the client stops sending, and never an answer")
    func inputClosedElsewhere() {
        #expect(machine().closeInput() == .closeOnceWritten)
        for gathers in [true, false] {
            let machine = machine()
            machine.begin(keepAlive: true, gathers: gathers, now: start)
            #expect(machine.closeInput() == .close)
        }
        let answered = machine()
        #expect(answered.refuse(now: start) == .linger)
        #expect(answered.closeInput() == .wait)
        answered.endWriting(now: start)
        #expect(answered.closeInput() == .close)
    }

    @Test("Gives a slow body a second more for every 64 KiB, and an answer all the time")
    func bodyTime() {
        let machine = machine()
        #expect(machine.isOverdue(now: start + .seconds(60)))
        machine.begin(keepAlive: true, gathers: false, now: start)
        #expect(machine.isOverdue(now: start + .seconds(30)))
        machine.receive(bytes: 65_535, now: start)
        #expect(machine.isOverdue(now: start + .seconds(30)))
        machine.receive(bytes: 1, now: start)
        #expect(!machine.isOverdue(now: start + .seconds(30)))
        #expect(machine.isOverdue(now: start + .seconds(31)))
        machine.endRequest()
        #expect(!machine.isOverdue(now: start + .hours(1)))
    }

    @Test("Gives an upload all of its time again for every 16 KiB, and the next request none of it")
    func uploadTime() {
        let machine = machine()
        machine.begin(keepAlive: true, gathers: false, now: start)
        machine.expectUpload()
        machine.receive(bytes: 16_383, now: start + .seconds(20))
        #expect(machine.isOverdue(now: start + .seconds(30)))
        machine.receive(bytes: 1, now: start + .seconds(20))
        #expect(!machine.isOverdue(now: start + .seconds(49)))
        #expect(machine.isOverdue(now: start + .seconds(50)))
        machine.endRequest()
        _ = machine.beginResponse()
        #expect(machine.endResponse(moreWaits: false, now: start + .seconds(60)) == .next)
        machine.begin(keepAlive: true, gathers: false, now: start + .seconds(60))
        machine.receive(bytes: 16_384, now: start + .seconds(80))
        #expect(machine.isOverdue(now: start + .seconds(90)))
    }

    @Test("Closes at once when it is idle and the server stops, else after the answer")
    func drain() {
        let idle = machine()
        #expect(idle.drain(now: start))
        #expect(idle.phase == .lingering)

        let busy = machine()
        busy.begin(keepAlive: true, gathers: false, now: start)
        #expect(!busy.drain(now: start))
        #expect(busy.isOverdue(now: start + .seconds(10)))
        busy.endRequest()
        #expect(busy.isOverdue(now: start + .seconds(10)))
        #expect(busy.beginResponse())
        #expect(busy.endResponse(moreWaits: true, now: start) == .close)

        // Also when the head of the answer has gone out before.
        let answering = machine()
        answering.begin(keepAlive: true, gathers: false, now: start)
        answering.endRequest()
        #expect(!answering.beginResponse())
        #expect(!answering.drain(now: start))
        #expect(answering.endResponse(moreWaits: false, now: start) == .close)
    }
}
