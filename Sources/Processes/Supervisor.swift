import Synchronization
import Workbench

/// The loop of the thread that watches one child: it passes output on and input in, keeps the times,
/// ends the group and collects the leader.
///
/// The leader is collected last. Until then its number cannot be given to another process, so that a
/// signal to the group never reaches a stranger.
struct Supervisor {
    /// The descriptors of a child, which the thread closes; -1 is none.
    struct Files: Sendable {
        /// The log, when the output goes to one.
        var log: Int32 = -1
        var logPath = ""
        var logLimit = 0
        var output: Int32 = -1
        var error: Int32 = -1
        var input: Int32 = -1
        /// Readable when a caller wants something.
        var wakeReading: Int32 = -1
        var wakeWriting: Int32 = -1

        /// Closes all.
        func close() {
            for file in [log, output, error, input, wakeReading, wakeWriting] where file >= 0 {
                Kernel.close(file)
            }
        }
    }

    let process: Int32
    let shared: Supervision
    var files: Files
    let clock = ContinuousClock()
    var sequence = StopSequence()
    var log: LogWriter?
    var outputLines = LineSplitter(.stdout)
    var errorLines = LineSplitter(.stderr)
    var buffer = [UInt8](repeating: 0, count: 65536)
    var hasRoom = true
    var hasInput = false
    private var exitWatch: Int32
    private var memory = MemoryPeak()

    init(process: Int32, shared: Supervision, files: Files) {
        self.process = process
        self.shared = shared
        self.files = files
        exitWatch = ChildEnding.watch(process)
        if files.log >= 0 {
            log = LogWriter(file: files.log, path: files.logPath, limit: files.logLimit)
        }
    }

    /// Watches the child until it and its group have ended.
    mutating func run() {
        memory.start(process, at: clock.now)
        while !turn() {}
        // Its children are nobody's any more.
        Kernel.signal(Kernel.killNow, to: -process)
        drain()
        // A shell with job control gives its jobs groups of their own, in the same session. To look
        // for them takes longer than to start a program, so only where there is a sign of them.
        if sequence.reason != nil || files.output >= 0 || files.error >= 0 {
            GroupEnd.killSession(process)
        }
        let ending = ChildEnding.collect(process)
        GroupEnd.wait(group: process)
        drain()
        finish(ending)
    }

    /// Waits for something to do and does it; true once the leader has ended.
    private mutating func turn() -> Bool {
        let now = clock.now
        let deadline = takeWishes(at: now)
        var interests: [Kernel.Interest] = []
        func add(_ file: Int32, writing: Bool = false, when wanted: Bool = true) {
            if file >= 0, wanted {
                interests.append(Kernel.Interest(file: file, isWriting: writing))
            }
        }
        add(exitWatch)
        add(files.wakeReading)
        add(files.output, when: hasRoom)
        add(files.error, when: hasRoom)
        add(files.input, writing: true, when: hasInput)
        Kernel.wait(for: &interests, milliseconds: timeout(until: deadline, at: now))
        var isOver = exitWatch < 0 && ChildEnding.isThere(process)
        for interest in interests where interest.isReady {
            switch interest.file {
            case exitWatch: isOver = isOver || ChildEnding.isThere(process)
            case files.wakeReading: _ = Kernel.read(files.wakeReading, into: &buffer)
            case files.input: feed()
            default: pump(interest.file)
            }
        }
        if !isOver { memory.look(at: clock.now) }
        return isOver
    }

    /// Whole milliseconds, rounded up: waking early would spin.
    private func timeout(
        until deadline: ContinuousClock.Instant?, at now: ContinuousClock.Instant
    ) -> Int32 {
        var next = [deadline, sequence.nextInstant, memory.nextLook].compactMap { $0 }.min()
        if exitWatch < 0 { next = min(next ?? now + .milliseconds(20), now + .milliseconds(20)) }
        guard let next else { return -1 }
        let wait = (next - now) / .milliseconds(1)
        return Int32(min(max(0, wait.rounded(.up)), 1e9))
    }

    /// Takes over what callers want; answers when the first of them gives up.
    private mutating func takeWishes(
        at now: ContinuousClock.Instant
    ) -> ContinuousClock.Instant? {
        let (stops, isLate, deadline, room, input, closes) = shared.state.withLock { state in
            state.expire(at: now)
            let isLate = state.limit.map { now >= $0.deadline ? $0.grace : nil } ?? nil
            if isLate != nil { state.limit = nil }
            defer { state.stops = [] }
            return (
                state.stops, isLate, state.nextDeadline,
                state.queuedBytes < Supervision.queueLimit, !state.pieces.isEmpty,
                state.inputIsOver && state.pieces.isEmpty
            )
        }
        hasRoom = room
        hasInput = input
        if closes { closeInput() }
        for stop in stops { act(sequence.stop(stop.reason, grace: stop.grace, at: now)) }
        if let grace = isLate { act(sequence.stop(.timedOut, grace: grace, at: now)) }
        act(sequence.due(at: now))
        return deadline
    }

    private func act(_ action: StopSequence.Action) {
        switch action {
        case .nothing: break
        case .request:
            Kernel.signal(Kernel.terminate, to: -process)
            // One that is suspended hears it only when it goes on.
            Kernel.signal(Kernel.continue, to: -process)
        case .force:
            Kernel.signal(Kernel.killNow, to: -process)
        }
    }

    private mutating func finish(_ ending: ChildEnding) {
        closeInput()
        outputEnded(files.output)
        outputEnded(files.error)
        if exitWatch >= 0 { Kernel.close(exitWatch) }
        log?.close()
        let outcome = ProcessOutcome(
            exit: sequence.exit(ending.exit),
            usage: ChildUsage(
                userSeconds: ending.userSeconds, systemSeconds: ending.systemSeconds,
                maxResidentBytes: memory.peak(kernel: ending.peakBytes)),
            logFailure: log?.failure)
        let waiters = shared.state.withLock { state in
            state.outcome = outcome
            state.linesHaveEnded = true
            state.serveReaders()
            state.refuseInput(Self.inputIsClosed)
            defer { state.waiters = [] }
            // Nobody writes to it any more: all look at the outcome first.
            Kernel.close(files.wakeReading)
            Kernel.close(files.wakeWriting)
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: outcome) }
    }

    static let inputIsClosed = BancadaError(
        .unavailable, "the process no longer reads its input")
}
