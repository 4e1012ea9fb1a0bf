/// The peak of a child's memory.
///
/// The kernel counts from before the program starts, when the child still shares this process's
/// memory, so a small child of a large process seems as large. Where its figure is not clearly above
/// this process's own peak (the kernel's counters differ a little from one reading to the next), what
/// was seen in `/proc` while the child ran is used instead.
struct MemoryPeak {
    private var process: Int32 = 0
    private var own = 0
    private var seen: Int?
    private var pause = Duration.milliseconds(1)
    /// When to look next; nil where there is nothing to see.
    private(set) var nextLook: ContinuousClock.Instant?

    /// Begins with a child whose program has just started.
    mutating func start(_ process: Int32, at now: ContinuousClock.Instant) {
        self.process = process
        own = ChildEnding.ownPeakBytes
        #if os(Linux)
            nextLook = now + pause
        #endif
    }

    /// Looks when it is time; ever more rarely, at last four times a second.
    mutating func look(at now: ContinuousClock.Instant) {
        guard let next = nextLook, now >= next else { return }
        seen = max(seen ?? 0, ProcessTable.peakBytes(process) ?? 0)
        pause = min(pause * 2, .milliseconds(250))
        nextLook = now + pause
    }

    /// The child's peak, given the kernel's figure.
    func peak(kernel: Int) -> Int? {
        #if os(Linux)
            kernel > own + max(own / 8, 8 << 20) ? kernel : seen
        #else
            kernel
        #endif
    }
}
