import CProcess

/// A child that waits at its gate; exactly one of `release` and `abandon` is called, once.
///
/// `@unchecked`: the pointer is to memory of C that only this value's owner passes on, from the task
/// that starts a child to the thread that watches it, and never to two at a time.
@safe struct GatedChild: @unchecked Sendable {
    let processID: Int32
    private let spawn: OpaquePointer

    /// Where a start failed, and the value of errno.
    struct Failure: Error {
        enum Stage: Int32 {
            case none, fork, streams, folder, limits, program
        }

        let stage: Stage
        let code: CInt

        /// There is no thread left to watch it.
        static let noThread = Failure(
            bancada_spawn_failure(stage: Stage.fork.rawValue, code: Kernel.tryAgain))

        fileprivate init(_ failure: bancada_spawn_failure) {
            stage = Stage(rawValue: failure.stage) ?? .fork
            code = failure.code
        }
    }

    /// The child's streams; -1 is `/dev/null`.
    struct Streams {
        var input: Int32 = -1
        var output: Int32 = -1
        var error: Int32 = -1
    }

    /// Makes the child. No string may hold a NUL.
    static func begin(
        program: String, _ specification: ProcessSpecification, streams: Streams
    ) throws(Failure) -> GatedChild {
        var strings: [UInt8] = []
        func append(_ text: String) {
            strings.append(contentsOf: text.utf8)
            strings.append(0)
        }
        append(program)
        append(specification.folder)
        specification.arguments.forEach(append)
        for variable in specification.environment { append("\(variable.name)=\(variable.value)") }
        var failure = bancada_spawn_failure()
        let limits = specification.limits
        let spawn = unsafe strings.withUnsafeBufferPointer { bytes in
            var request = unsafe bancada_spawn_request(
                strings: bytes.baseAddress, size: bytes.count,
                argument_count: specification.arguments.count,
                environment_count: specification.environment.count, input: streams.input,
                output: streams.output, error: streams.error,
                cpu_seconds: Self.limit(limits.cpuSeconds),
                address_space: Self.limit(limits.addressSpaceBytes),
                open_files: Self.limit(limits.openFiles))
            return unsafe bancada_spawn_begin(&request, &failure)
        }
        guard let spawn = unsafe spawn else { throw Failure(failure) }
        return unsafe GatedChild(processID: bancada_spawn_process(spawn), spawn: spawn)
    }

    private static func limit(_ value: Int?) -> UInt64 {
        value.map { UInt64(max(0, $0)) } ?? .max
    }

    /// Opens the gate; returns when the program runs. Only on a `SupervisorThread`.
    func release() throws(Failure) {
        let failure = unsafe bancada_spawn_release(spawn)
        if failure.stage != Failure.Stage.none.rawValue { throw Failure(failure) }
    }

    /// Ends the child, which has run nothing.
    func abandon() {
        unsafe bancada_spawn_abandon(spawn)
    }
}

/// What the kernel says of a child that has ended.
struct ChildEnding {
    let exit: ProcessOutcome.Exit
    let userSeconds: Double
    let systemSeconds: Double
    let peakBytes: Int

    /// Collects a child that has ended: its number is free afterwards.
    static func collect(_ process: Int32) -> ChildEnding {
        var ending = bancada_ending()
        let code = unsafe bancada_collect(process, &ending)
        // Somebody else in this process collected it: how it ended is lost.
        guard code == 0 else {
            return ChildEnding(exit: .exited(-1), userSeconds: 0, systemSeconds: 0, peakBytes: 0)
        }
        return ChildEnding(
            exit: ending.signal != 0 ? .signalled(ending.signal) : .exited(ending.exit_code),
            userSeconds: ending.user_seconds, systemSeconds: ending.system_seconds,
            peakBytes: Int(clamping: ending.peak_bytes))
    }

    /// Whether the child has ended; it keeps its number until it is collected.
    static func isThere(_ process: Int32) -> Bool { bancada_has_ended(process) != 0 }

    /// A descriptor that is readable once the child has ended; -1 where the system has none.
    static func watch(_ process: Int32) -> Int32 { bancada_exit_watch(process) }

    /// The peak of this process's own memory.
    static var ownPeakBytes: Int { Int(clamping: bancada_own_peak_bytes()) }
}
