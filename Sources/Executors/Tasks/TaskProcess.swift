import Processes
import Workbench

/// The child process of a task: its variables, its time, and what its end means.
struct TaskProcess {
    /// The task, for messages.
    let task: String
    let context: ExecutionContext
    /// The variables of this process that children get.
    let inherited: [(name: String, value: String)]

    /// The folder in which one execution keeps its own files.
    var workFolder: String { context.workFolder }

    /// The inherited variables, then the library's threads where nobody has set them, then the
    /// context's, then `own`, which always hold.
    func environment(_ own: [(name: String, value: String)]) -> [(name: String, value: String)] {
        let known = Set((inherited + context.environment).map(\.name))
        let threads = [
            "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
            "VECLIB_MAXIMUM_THREADS",
        ].filter { !known.contains($0) }.map { ($0, "\(context.threads)") }
        let about = [
            ("BANCADA_TASK", task), ("BANCADA_SEED", "\(context.seed)"),
            (ChildProcess.runVariable, context.run.text),
        ]
        return inherited + threads + context.environment + about + own
    }

    /// Runs a program to its end; what it prints goes to the log.
    ///
    /// - Throws: `timeout`, `cancelled`, and what starting it throws.
    func run(
        _ arguments: [String], environment: [(name: String, value: String)], folder: String,
        logPath: String? = nil
    ) async throws(BancadaError) -> ProcessOutcome {
        try context.cancellation.check()
        let child = try await ChildProcess.spawn(
            ProcessSpecification(
                arguments: arguments, environment: environment, folder: folder),
            output: .log(path: logPath ?? context.logPath), group: context.run,
            recorder: context.groups)
        let outcome = await child.wait(
            timeout: context.timeout, cancellation: context.cancellation)
        switch outcome.exit {
        case .timedOut:
            let limit = context.timeout.map { " of \($0)" } ?? ""
            throw BancadaError(
                .timeout, "task \"\(task)\" reached its time limit\(limit)",
                hint: "raise the task's 'timeout' or make it faster")
        case .cancelled:
            throw BancadaError(.cancelled, "task \"\(task)\" was cancelled")
        case .exited, .signalled:
            if let failure = outcome.logFailure { throw failure }
            return outcome
        }
    }

    /// What an end that is no success means; `lines` are shown with it.
    func failure(_ exit: ProcessOutcome.Exit, lines: [String]) -> BancadaError {
        let way =
            switch exit {
            case .exited(let code): "ended with exit code \(code)"
            case .signalled(let number): "was ended by signal \(number)\(Self.name(number))"
            case .timedOut, .cancelled: "was stopped"
            }
        let shown = lines.map { "\n  " + $0 }.joined()
        return BancadaError(
            .failed,
            "task \"\(task)\" \(way)" + (shown.isEmpty ? "" : "; the end of its log:" + shown))
    }

    private static func name(_ signal: Int32) -> String {
        let names: [Int32: String] = [
            1: "SIGHUP", 2: "SIGINT", 4: "SIGILL", 6: "SIGABRT", 8: "SIGFPE",
            9: "SIGKILL, perhaps out of memory", 11: "SIGSEGV", 13: "SIGPIPE", 15: "SIGTERM",
        ]
        return names[signal].map { " (\($0))" } ?? ""
    }
}
