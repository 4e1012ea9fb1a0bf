/// What a child, and the children it waited for, used of the machine.
package struct ChildUsage: Sendable, Equatable {
    /// Processor time in its programs.
    package let userSeconds: Double
    /// Processor time in the kernel on their behalf.
    package let systemSeconds: Double
    /// The peak of resident memory of its largest process. The kernel's figure where it is above
    /// this process's own peak, which children on Linux start from; below that the largest value
    /// seen while it ran, and nil where it was over before the first look.
    package let maxResidentBytes: Int?

    /// What was used.
    package init(userSeconds: Double, systemSeconds: Double, maxResidentBytes: Int?) {
        self.userSeconds = userSeconds
        self.systemSeconds = systemSeconds
        self.maxResidentBytes = maxResidentBytes
    }
}
