/// A process of this machine, told apart from later ones that get the same number.
package struct ProcessIdentity: Sendable, Hashable {
    /// The kernel's boot id: a lease of an earlier boot is dead.
    package let bootID: String
    /// The process id.
    package let processID: Int32
    /// When the process started, in clock ticks since boot.
    package let startTicks: UInt64

    /// The process with these marks.
    package init(bootID: String, processID: Int32, startTicks: UInt64) {
        self.bootID = bootID
        self.processID = processID
        self.startTicks = startTicks
    }
}

/// The right of one process to work on one thing, kept by a heartbeat.
///
/// A lease is dead when its process is gone (other boot, no such process id and start time) or its
/// heartbeat is older than `expiry`. Whoever finds a dead lease may take it over.
package struct Lease: Sendable, Equatable {
    /// What is held, such as `run:ID`.
    package let resource: String
    /// Who holds it.
    package let holder: ProcessIdentity
    /// Since when.
    package let acquired: Timestamp
    /// The last sign of life.
    package let heartbeat: Timestamp

    /// A lease as it is stored.
    package init(
        resource: String, holder: ProcessIdentity, acquired: Timestamp, heartbeat: Timestamp
    ) {
        self.resource = resource
        self.holder = holder
        self.acquired = acquired
        self.heartbeat = heartbeat
    }

    /// How often a holder renews its leases.
    package static let heartbeatInterval: Duration = .seconds(2)
    /// How old the last heartbeat of a live lease can be.
    package static let expiry: Duration = .seconds(10)

    /// Whether the lease no longer binds anyone at `now`, given whether its process still runs.
    package func isDead(at now: Timestamp, holderIsRunning: Bool) -> Bool {
        // Stored times can be anything: a difference that does not fit is as long as its sign says.
        let (age, overflow) = now.milliseconds.subtractingReportingOverflow(heartbeat.milliseconds)
        let isSilent =
            overflow ? now > heartbeat : age > Self.expiry.components.seconds * 1000
        return !holderIsRunning || isSilent
    }
}
