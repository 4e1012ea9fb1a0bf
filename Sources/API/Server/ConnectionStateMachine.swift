package import NIOCore

/// Where one connection stands: one request at a time, whoever answers it.
///
/// A value without I/O: the handler tells it what happened and does what it says. Times are the
/// event loop's.
package struct ConnectionStateMachine {
    /// Who has the current request.
    package enum Phase: Equatable {
        /// There is none.
        case idle
        /// Its body is being gathered for the fast path.
        case gathering
        /// The router answers it.
        case forwarded(requestEnded: Bool, responseBegan: Bool)
        /// The last answer is out; what still arrives is thrown away until the client has read it.
        case lingering
        /// Nothing more happens.
        case closed
    }

    /// What follows an answer.
    package enum AfterAnswer: Equatable {
        /// The next request.
        case next
        /// Close: everything that was sent has been read.
        case close
        /// Say that nothing more comes, and throw away what still arrives.
        case linger
    }

    /// What follows when the client sends nothing more.
    package enum AfterInput: Equatable {
        /// Nothing: an answer is on its way, and closes.
        case wait
        /// Close once everything is written.
        case closeOnceWritten
        /// Close: nothing can be answered any more, or everything is.
        case close
    }

    /// How long each phase may take.
    package struct TimeLimits {
        /// Between requests, a slow head included.
        package let idle: TimeAmount
        /// From the head of a request to the end of its body.
        package let body: TimeAmount
        /// From the server's stop to the end of the last answer.
        package let drain: TimeAmount
        /// From an answer that ends the connection to the client's reading it.
        package let linger: TimeAmount

        /// Limits of time.
        package init(
            idle: TimeAmount, body: TimeAmount, drain: TimeAmount, linger: TimeAmount
        ) {
            self.idle = idle
            self.body = body
            self.drain = drain
            self.linger = linger
        }
    }

    /// Who has the current request.
    package private(set) var phase: Phase = .idle
    /// Whether the connection goes on after the current request.
    package private(set) var keepsAlive = true
    /// When the connection is closed if nothing happens; nil while an answer is being computed.
    package private(set) var deadline: NIODeadline?
    /// Whether the client has said that it sends nothing more.
    package private(set) var inputClosed = false
    /// Whether the last answer has left this machine.
    package private(set) var isWritten = false

    private let limits: TimeLimits
    /// Whether it closes as soon as it can, because the server stops.
    package private(set) var isDraining = false
    private var drainDeadline: NIODeadline?
    private var bodyBytes = 0
    /// Whether the body may be of any length, so that only its progress is watched.
    private var isUpload = false

    /// A connection that has just been opened.
    package init(limits: TimeLimits, now: NIODeadline) {
        self.limits = limits
        deadline = now + limits.idle
    }

    /// Whether parts that arrive belong to a later request and have to wait.
    package var mustWait: Bool {
        if case .forwarded(requestEnded: true, _) = phase { true } else { false }
    }

    // MARK: - The request

    /// A request begins; `gathers` when the fast path reads its body.
    package mutating func begin(keepAlive: Bool, gathers: Bool, now: NIODeadline) {
        keepsAlive = keepAlive && !isDraining
        bodyBytes = 0
        isUpload = false
        phase = gathers ? .gathering : .forwarded(requestEnded: false, responseBegan: false)
        setDeadline(now + limits.body)
    }

    /// The request that has just begun is an upload: its body may take as long as it goes on.
    package mutating func expectUpload() {
        isUpload = true
    }

    /// Some of its body has arrived. A slow body gets a second more for every 64 KiB; that of an
    /// upload all of its time again for every 16 KiB.
    package mutating func receive(bytes: Int, now: NIODeadline) {
        let before = bodyBytes
        bodyBytes += bytes
        guard let deadline else { return }
        if isUpload {
            if bodyBytes >> 14 > before >> 14 { setDeadline(now + limits.body) }
        } else if bodyBytes >> 16 > before >> 16 {
            setDeadline(deadline + .seconds(Int64(bodyBytes >> 16 - before >> 16)))
        }
    }

    /// All of a gathered request is handed to the router.
    package mutating func forwardGathered() {
        phase = .forwarded(requestEnded: true, responseBegan: false)
        setDeadline(nil)
    }

    /// The end of a forwarded request has arrived.
    package mutating func endRequest() {
        guard case .forwarded(_, let began) = phase else { return }
        phase = .forwarded(requestEnded: true, responseBegan: began)
        setDeadline(nil)
    }

    // MARK: - The answer

    /// The head of the answer goes out.
    ///
    /// - Returns: whether the answer must say that the connection closes.
    package mutating func beginResponse() -> Bool {
        guard case .forwarded(let ended, _) = phase else { return !keepsAlive }
        phase = .forwarded(requestEnded: ended, responseBegan: true)
        // An answer before the end of the request gives up what is left of it.
        if !ended || isDraining { keepsAlive = false }
        return !keepsAlive
    }

    /// The answer to the current request is complete; `moreWaits` when later ones have arrived.
    package mutating func endResponse(moreWaits: Bool, now: NIODeadline) -> AfterAnswer {
        var requestEnded = true
        if case .forwarded(let ended, _) = phase { requestEnded = ended }
        if inputClosed, !moreWaits { keepsAlive = false }
        return finish(requestEnded: requestEnded, now: now)
    }

    /// A request was refused, before its end unless it had no body.
    package mutating func refuse(now: NIODeadline) -> AfterAnswer {
        keepsAlive = false
        return finish(requestEnded: false, now: now)
    }

    private mutating func finish(requestEnded: Bool, now: NIODeadline) -> AfterAnswer {
        setDeadline(now + limits.idle)
        let isLast = !keepsAlive || isDraining || !requestEnded
        phase = isLast ? .lingering : .idle
        return isLast ? requestEnded ? .close : .linger : .next
    }

    /// The last answer has left this machine; the client has a little time to read it.
    package mutating func endWriting(now: NIODeadline) {
        guard phase == .lingering else { return }
        isWritten = true
        setDeadline(now + limits.linger)
    }

    // MARK: - The connection

    /// The server stops: the current request is answered, no other is begun.
    ///
    /// - Returns: whether the connection can close once what was answered is written.
    package mutating func drain(now: NIODeadline) -> Bool {
        isDraining = true
        drainDeadline = now + limits.drain
        keepsAlive = false
        setDeadline(deadline)
        return endIdleness()
    }

    /// The client sends nothing more. Only a request that is complete can still be answered.
    package mutating func closeInput() -> AfterInput {
        inputClosed = true
        switch phase {
        case .idle: return endIdleness() ? .closeOnceWritten : .wait
        case .gathering, .forwarded(requestEnded: false, _): return .close
        case .forwarded: return .wait
        case .lingering: return isWritten ? .close : .wait
        case .closed: return .wait
        }
    }

    private mutating func endIdleness() -> Bool {
        guard phase == .idle else { return false }
        phase = .lingering
        return true
    }

    /// The connection is gone.
    package mutating func close() {
        phase = .closed
        deadline = nil
    }

    /// Whether the time is over.
    package func isOverdue(now: NIODeadline) -> Bool {
        deadline.map { now >= $0 } ?? false
    }

    private mutating func setDeadline(_ value: NIODeadline?) {
        switch (value, drainDeadline) {
        case (let value?, let drain?): deadline = min(value, drain)
        case (nil, let drain?): deadline = drain
        case (_, nil): deadline = value
        }
    }
}
