import Synchronization
import Workbench

/// What callers and the thread that watches a child share: wishes one way, lines and the outcome the
/// other. Every wait has an entry here, so that nothing waits for a thread that has gone.
final class Supervision: Sendable {
    /// A task that waits, with the time at which it gives up.
    struct Waiting<Answer: Sendable> {
        let id: Int
        let deadline: ContinuousClock.Instant?
        let continuation: CheckedContinuation<Answer, Never>
    }

    /// Bytes on their way to the child.
    struct Piece {
        let waiting: Waiting<Result<Void, BancadaError>>
        let bytes: [UInt8]
        var position = 0
    }

    struct State {
        var nextID = 0
        var lines: [ProcessLine] = []
        var firstLine = 0
        var queuedBytes = 0
        var linesHaveEnded = false
        var readers: [Waiting<Result<ProcessLine?, BancadaError>>] = []
        var pieces: [Piece] = []
        var inputIsOver = false
        var stops: [(reason: StopSequence.Reason, grace: Duration)] = []
        var limit: (deadline: ContinuousClock.Instant, grace: Duration)?
        var outcome: ProcessOutcome?
        var waiters: [CheckedContinuation<ProcessOutcome, Never>] = []
    }

    let state: Mutex<State>
    /// What is written to wakes the thread; the thread closes it when the outcome is there.
    private let wake: Int32

    /// How many bytes of lines wait for a reader before the child has to.
    static let queueLimit = 4 << 20

    init(wake: Int32, hasInput: Bool, hasLines: Bool) {
        self.wake = wake
        state = Mutex(State(linesHaveEnded: !hasLines, inputIsOver: !hasInput))
    }

    /// Changes the state and wakes the thread, if it is still there.
    func change<Answer: Sendable>(_ body: (inout State) -> Answer) -> Answer {
        state.withLock { state in
            let answer = body(&state)
            // A full pipe wakes it too.
            if state.outcome == nil { _ = Kernel.write(wake, [1], 0, 1) }
            return answer
        }
    }

    /// Asks the child to end, for `reason`.
    func stop(_ reason: StopSequence.Reason, grace: Duration) {
        change { $0.stops.append((reason, grace)) }
    }
}

extension Supervision.State {
    /// The next line, taken from the queue.
    mutating func takeLine() -> ProcessLine? {
        guard firstLine < lines.count else { return nil }
        let line = lines[firstLine]
        firstLine += 1
        queuedBytes -= line.size
        if firstLine == lines.count || firstLine >= 4096 {
            lines.removeFirst(firstLine)
            firstLine = 0
        }
        return line
    }

    /// Gives lines to those who wait for them.
    mutating func serveReaders() {
        while !readers.isEmpty {
            if let line = takeLine() {
                readers.removeFirst().continuation.resume(returning: .success(line))
            } else if linesHaveEnded {
                readers.removeFirst().continuation.resume(returning: .success(nil))
            } else {
                return
            }
        }
    }

    /// Those who write hear that nobody reads any more.
    mutating func refuseInput(_ error: BancadaError) {
        for piece in pieces { piece.waiting.continuation.resume(returning: .failure(error)) }
        pieces = []
        inputIsOver = true
    }

    /// Those whose time is over hear it. A line that was begun stays begun: after a write that ran
    /// out of time the input is closed.
    mutating func expire(at now: ContinuousClock.Instant) {
        readers.removeAll { reader in
            guard let deadline = reader.deadline, now >= deadline else { return false }
            reader.continuation.resume(
                returning: .failure(BancadaError(.timeout, "the process printed no line in time")))
            return true
        }
        if pieces.contains(where: { $0.waiting.deadline.map { now >= $0 } ?? false }) {
            refuseInput(BancadaError(.timeout, "the process did not read its input in time"))
        }
    }

    /// The earliest time at which somebody gives up.
    var nextDeadline: ContinuousClock.Instant? {
        (readers.compactMap(\.deadline) + pieces.compactMap(\.waiting.deadline)
            + [limit?.deadline].compactMap { $0 }).min()
    }
}

extension ProcessLine {
    /// The bytes it holds in the queue.
    var size: Int {
        switch self {
        case .stdout(let text), .stderr(let text): text.utf8.count + 32
        case .overlong: 32
        }
    }
}
