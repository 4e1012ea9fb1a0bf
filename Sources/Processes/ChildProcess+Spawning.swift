package import Workbench

extension ChildProcess {
    /// Starts a program behind a gate: `recorder` keeps the new group before the program may run,
    /// and when this process ends before that, the child ends without having run anything.
    ///
    /// The child has only its standard streams open, the signals' default actions, and the given
    /// variables with `BANCADA_RUN_ID`. Nothing of this process's terminal reaches it.
    /// - Throws: `notFound` or `unavailable` naming the program or folder; `invalidInput` for
    ///   arguments that no program can be given; what `recorder` throws.
    package static func spawn(
        _ specification: ProcessSpecification, input: ProcessInput = .none,
        output: ProcessOutput, group run: RunID, recorder: any ProcessGroupRecorder
    ) async throws(BancadaError) -> ChildProcess {
        var specification = specification
        specification.environment = complete(specification.environment, run: run)
        try check(specification)
        let program = try ProgramSearch.path(of: specification)
        let failure = SpawnFailure(program: program, specification: specification)
        var pipes = try ChildPipes.open(input: input, output: output)
        let gated: GatedChild
        do {
            gated = try GatedChild.begin(
                program: program, specification, streams: pipes.streams)
        } catch {
            pipes.closeAll()
            throw failure.error(error)
        }
        pipes.closeFarEnds()
        guard let identity = ProcessIdentity.of(child: gated.processID) else {
            gated.abandon()
            pipes.closeAll()
            throw BancadaError(.unavailable, "cannot ask the kernel about a new process")
        }
        let group = ProcessGroup(run: run, leader: identity)
        do {
            try await recorder.record(group)
        } catch {
            gated.abandon()
            pipes.closeAll()
            throw error
        }
        let shared = Supervision(
            wake: pipes.files.wakeWriting, hasInput: pipes.files.input >= 0,
            hasLines: pipes.files.log < 0)
        // From here on the thread owns the descriptors.
        if let error = await start(gated, pipes.files, shared) {
            // A record that stays does no harm: its group is gone.
            try? await recorder.forget(group)
            throw failure.error(error)
        }
        return ChildProcess(group: group, shared: shared, recorder: recorder)
    }

    /// Opens the gate on a new thread, which watches the child from then on; nil once the program
    /// runs.
    private static func start(
        _ gated: GatedChild, _ files: Supervisor.Files, _ shared: Supervision
    ) async -> GatedChild.Failure? {
        await withCheckedContinuation { continuation in
            let started = SupervisorThread.start {
                do throws(GatedChild.Failure) {
                    try gated.release()
                } catch {
                    files.close()
                    continuation.resume(returning: error)
                    return
                }
                var supervisor = Supervisor(
                    process: gated.processID, shared: shared, files: files)
                continuation.resume(returning: nil)
                supervisor.run()
            }
            guard !started else { return }
            gated.abandon()
            files.close()
            continuation.resume(returning: GatedChild.Failure.noThread)
        }
    }

    private static func complete(
        _ environment: [(name: String, value: String)], run: RunID
    ) -> [(name: String, value: String)] {
        var result: [(name: String, value: String)] = []
        var places: [String: Int] = [:]
        for variable in environment + [(runVariable, run.text)] {
            if let place = places[variable.name] {
                result[place] = variable
            } else {
                places[variable.name] = result.count
                result.append(variable)
            }
        }
        return result
    }

    /// What cannot be passed to any program.
    private static func check(_ specification: ProcessSpecification) throws(BancadaError) {
        guard let name = specification.arguments.first, !name.isEmpty else {
            throw BancadaError(.invalidInput, "a command needs a program")
        }
        for argument in specification.arguments + [specification.folder]
        where argument.utf8.contains(0) {
            throw BancadaError(
                .invalidInput, "a NUL character cannot be passed to \"\(name)\"",
                hint: "pass such text in a file")
        }
        for variable in specification.environment {
            if variable.name.isEmpty || variable.name.utf8.contains(UInt8(ascii: "=")) {
                throw BancadaError(
                    .invalidInput, "\"\(variable.name)\" cannot be the name of a variable",
                    hint: "use letters, digits and _")
            }
            if variable.name.utf8.contains(0) || variable.value.utf8.contains(0) {
                throw BancadaError(
                    .invalidInput, "the variable \(variable.name) cannot hold a NUL character",
                    hint: "pass such text in a file")
            }
        }
    }
}

extension ProcessIdentity {
    /// The marks of a child of this process; nil when the kernel does not tell them.
    static func of(child process: Int32) -> ProcessIdentity? {
        guard let boot = ProcessTable.boot, let entry = ProcessTable.entry(process) else {
            return nil
        }
        return ProcessIdentity(bootID: boot, processID: process, startTicks: entry.start)
    }
}

extension ProcessTable {
    /// This boot's mark, which does not change while this process runs.
    static let boot = bootMark()
}
