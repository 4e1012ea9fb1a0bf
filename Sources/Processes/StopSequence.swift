/// How a child is made to end: a request, a grace, then force. A value: what to do next is asked
/// with the time.
struct StopSequence {
    /// Why somebody wants it to end.
    enum Reason: Sendable {
        case asked, timedOut, cancelled
    }

    /// What is to be sent to the group.
    enum Action: Equatable {
        case nothing
        case request
        case force
    }

    private enum Phase {
        case running
        case requested(force: ContinuousClock.Instant)
        case forced
    }

    private var phase = Phase.running
    /// Why it was stopped; nil when it was not.
    private(set) var reason: Reason?

    /// Somebody asks at `now`, giving it `grace` to end by itself; the first reason stays, the
    /// shortest grace holds.
    mutating func stop(
        _ reason: Reason, grace: Duration, at now: ContinuousClock.Instant
    ) -> Action {
        if self.reason == nil { self.reason = reason }
        let force = now + max(grace, .zero)
        switch phase {
        case .running where grace <= .zero:
            phase = .forced
            return .force
        case .running:
            phase = .requested(force: force)
            return .request
        case .requested(let earlier):
            phase = .requested(force: min(earlier, force))
            return due(at: now)
        case .forced:
            return .nothing
        }
    }

    /// What the passing of time asks for.
    mutating func due(at now: ContinuousClock.Instant) -> Action {
        guard case .requested(let force) = phase, now >= force else { return .nothing }
        phase = .forced
        return .force
    }

    /// When `due` will next say something.
    var nextInstant: ContinuousClock.Instant? {
        guard case .requested(let force) = phase else { return nil }
        return force
    }

    /// The way a child ended that the kernel reports as `natural`.
    func exit(_ natural: ProcessOutcome.Exit) -> ProcessOutcome.Exit {
        switch reason {
        case .timedOut: .timedOut
        case .cancelled: .cancelled
        case .asked, nil: natural
        }
    }
}
