package import Workbench

/// What a child process is to run, and within which bounds.
package struct ProcessSpecification: Sendable {
    /// The program and its arguments. A program without `/` is looked for along the `PATH` of
    /// `environment`; one with `/` is relative to `folder`.
    package var arguments: [String]
    /// All its variables: nothing is inherited. A later one replaces an earlier one of its name.
    package var environment: [(name: String, value: String)]
    /// The folder it starts in.
    package var folder: String
    /// Its limits.
    package var limits: ProcessLimits

    /// A program with arguments.
    package init(
        arguments: [String], environment: [(name: String, value: String)], folder: String = ".",
        limits: ProcessLimits = ProcessLimits()
    ) {
        self.arguments = arguments
        self.environment = environment
        self.folder = folder
        self.limits = limits
    }
}

/// Limits that the kernel keeps for each process of a child's group; nil is this process's own.
/// None of them ever dumps core.
package struct ProcessLimits: Sendable, Equatable {
    /// Seconds of processor time, then SIGXCPU, and SIGKILL a second later.
    package var cpuSeconds: Int?
    /// Bytes of address space: what is asked for beyond fails as if memory had run out.
    package var addressSpaceBytes: Int?
    /// Open files.
    package var openFiles: Int?

    /// Limits.
    package init(cpuSeconds: Int? = nil, addressSpaceBytes: Int? = nil, openFiles: Int? = nil) {
        self.cpuSeconds = cpuSeconds
        self.addressSpaceBytes = addressSpaceBytes
        self.openFiles = openFiles
    }
}

/// What a child reads.
package enum ProcessInput: Sendable {
    /// Nothing: `/dev/null`.
    case none
    /// What `ChildProcess.write` gives it.
    case pipe
}

/// Where goes what a child prints.
package enum ProcessOutput: Sendable {
    /// Both streams are appended to a file, which is made (0644) when it is missing. What is beyond
    /// `limit` bytes is dropped, and one line says so.
    case log(path: String, limit: Int = ProcessOutput.logLimit)
    /// Lines that the caller reads with `ChildProcess.nextLine`; a child whose lines nobody reads
    /// waits.
    case lines

    /// How much of a child's output a log keeps: 64 MiB.
    package static let logLimit = 64 << 20
    /// The longest line that is passed on: 1 MiB.
    package static let lineLimit = 1 << 20
}

/// One of the two streams that a child prints to.
package enum ProcessStream: Sendable, Equatable {
    case stdout
    case stderr
}

/// A line that a child printed, without its newline; bytes that are not UTF-8 are replaced.
package enum ProcessLine: Sendable, Equatable {
    case stdout(String)
    case stderr(String)
    /// A line was longer than `ProcessOutput.lineLimit` and has been dropped.
    case overlong(ProcessStream)
}

/// How a child ended.
package struct ProcessOutcome: Sendable {
    /// The way it ended.
    package enum Exit: Sendable, Equatable {
        case exited(Int32)
        case signalled(Int32)
        /// It was stopped when its time was over.
        case timedOut
        /// It was stopped because somebody asked to.
        case cancelled
    }

    /// The way it ended.
    package let exit: Exit
    /// What it used of the machine.
    package let usage: ChildUsage
    /// Why its log is not complete, such as a full disk; nil when it is, or says itself what it
    /// lacks.
    package let logFailure: BancadaError?
}
