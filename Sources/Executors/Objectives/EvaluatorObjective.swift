import Documents
import Foundation
import Processes
import Synchronization
package import Workbench

/// Evaluates assignments by programs that stay up, one for each place of the study.
///
/// A program reads `{"trial":3,"params":{..}}`, a line for a trial, and answers a line:
/// `{"value":0.93}`, `{"metrics":{..}}` or `{"error":".."}`. What it prints to stderr goes to the
/// trial's log. One that ends, or answers something else, fails its trial and is started again for
/// the next one.
package final class EvaluatorObjective: Objective {
    private let words: [String]
    private let study: String
    private let metric: String
    private let folder: String
    private let environment: [(name: String, value: String)]
    private let processes = Mutex<[Int: ChildProcess]>([:])

    /// An objective.
    ///
    /// - Parameters:
    ///   - words: the program and its arguments.
    ///   - metric: what `value` is the value of.
    ///   - folder: where it starts, and what a program with `/` is relative to.
    ///   - environment: the variables that it inherits.
    package init(
        _ words: [String], study: String, metric: String, folder: String,
        environment: [(name: String, value: String)]
    ) {
        self.words = words
        self.study = study
        self.metric = metric
        self.folder = folder
        self.environment = environment
    }

    package func evaluate(
        _ assignment: Assignment, context: TrialContext
    ) async throws(BancadaError) -> [JSON.Member] {
        let execution = context.execution
        try execution.cancellation.check()
        let child = try await process(context)
        let takeBack = execution.cancellation.onRequest { child.terminate() }
        defer { takeBack() }
        do throws(BancadaError) {
            let question: JSON = [
                "trial": JSON(context.number), "params": assignment.json,
            ]
            try await child.write(question.compactBytes + [0x0A])
        } catch {
            throw await ended(child, context, error)
        }
        while true {
            switch try await child.nextLine(timeout: execution.timeout) {
            case .stderr(let line): Self.append(line, to: execution.logPath)
            case .stdout(let line):
                do throws(BancadaError) {
                    return try answer(line, number: context.number)
                } catch {
                    // An answer that reports its trial's failure leaves the program in order.
                    if error.code == .pluginFailed { stop(context.slot) }
                    throw error
                }
            case .overlong:
                stop(context.slot)
                throw Self.wrong("a line of more than \(ProcessOutput.lineLimit) bytes")
            case nil: throw await ended(child, context, nil)
            }
        }
    }

    /// Lets all programs read the end of their input, and ends those that do not stop by themselves.
    package func close() async {
        let running = processes.withLock { processes in
            defer { processes = [:] }
            return processes.sorted { $0.key < $1.key }.map(\.value)
        }
        for child in running { child.closeInput() }
        for child in running {
            // Unread lines would keep it; nobody wants them any more.
            while let line = try? await child.nextLine(timeout: .seconds(5)) { _ = line }
            _ = await child.wait(timeout: .seconds(5))
        }
    }

    /// The program of a place, started where there is none.
    private func process(_ context: TrialContext) async throws(BancadaError) -> ChildProcess {
        if let child = processes.withLock({ $0[context.slot] }) { return child }
        let variables =
            TrialEnvironment.base(study: study, inherited: environment)
            + [("BANCADA_SEED", String(context.execution.seed))]
        let child = try await ChildProcess.spawn(
            ProcessSpecification(arguments: words, environment: variables, folder: folder),
            input: .pipe, output: .lines, group: context.study ?? context.execution.run,
            recorder: context.execution.groups)
        processes.withLock { $0[context.slot] = child }
        return child
    }

    private func stop(_ slot: Int) {
        processes.withLock { $0.removeValue(forKey: slot) }?.terminate()
    }

    /// The error of a program that ended instead of answering.
    private func ended(
        _ child: ChildProcess, _ context: TrialContext, _ cause: BancadaError?
    ) async -> BancadaError {
        stop(context.slot)
        let outcome = await child.wait()
        if context.execution.cancellation.isRequested {
            return BancadaError(.cancelled, "the evaluator was cancelled")
        }
        let how =
            switch outcome.exit {
            case .exited(let code): "ended with exit code \(code)"
            case .signalled(let signal): "was ended by signal \(signal)"
            case .timedOut, .cancelled: "was stopped"
            }
        return BancadaError(
            .failed, "the evaluator \(words[0]) \(how) in trial \(context.number)",
            hint: "see \(context.execution.logPath)", cause: cause)
    }

    private func answer(_ line: String, number: Int) throws(BancadaError) -> [JSON.Member] {
        let node: Node
        do throws(BancadaError) {
            node = try JSONParser.parse(Array(line.utf8), document: "answer")
        } catch {
            throw Self.wrong("\"\(line.prefix(80))\"")
        }
        if let trial = node["trial"]?.json, trial != JSON(number) {
            throw Self.wrong("for trial \(trial.compactText) when it was asked for \(number)")
        }
        if let message = node["error"]?.string {
            throw BancadaError(.failed, message.isEmpty ? "the evaluator gave an error" : message)
        }
        if let metrics = node["metrics"]?.json {
            return try MetricText.numbers(of: metrics, in: "the evaluator's answer")
        }
        guard let value = node["value"]?.json else { throw Self.wrong("\"\(line.prefix(80))\"") }
        return try MetricText.numbers(
            of: .object([.init(metric, value)]), in: "the evaluator's answer")
    }

    private static func wrong(_ what: String) -> BancadaError {
        BancadaError(
            .pluginFailed,
            "the evaluator answered \(what), expected a line of JSON with "
                + "\"value\", \"metrics\" or \"error\"",
            hint: "print everything else to stderr")
    }

    private static func append(_ line: String, to path: String) {
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        guard let file = FileHandle(forWritingAtPath: path) else { return }
        // A log that cannot be written is no reason to lose a trial.
        defer { try? file.close() }
        guard (try? file.seekToEnd()) != nil else { return }
        try? file.write(contentsOf: Data((line + "\n").utf8))
    }
}
