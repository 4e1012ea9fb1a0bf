package import Documents
import Foundation
import Processes
package import Workbench

/// Evaluates an assignment by a program that is run once for it.
///
/// An argument that asks for a parameter which is not active is left out. The metrics are what the
/// program prints (`MetricText`), and over them what it writes to the file that
/// `BANCADA_METRICS_FILE` names. Its output is the trial's log.
package struct CommandObjective: Objective {
    private let words: [Template]
    private let study: String
    private let folder: String
    private let environment: [(name: String, value: String)]

    /// An objective.
    ///
    /// - Parameters:
    ///   - words: the program and its arguments, in which `parameters.NAME`, `trial.number` and
    ///     `study.name` may be asked for.
    ///   - folder: where it starts, and what a program with `/` is relative to.
    ///   - environment: the variables that it inherits.
    package init(
        _ words: [Template], study: String, folder: String,
        environment: [(name: String, value: String)]
    ) {
        self.words = words
        self.study = study
        self.folder = folder
        self.environment = environment
    }

    package func evaluate(
        _ assignment: Assignment, context: TrialContext
    ) async throws(BancadaError) -> [JSON.Member] {
        let execution = context.execution
        let file = execution.workFolder + "/metrics"
        let arguments = try arguments(assignment, number: context.number)
        let variables = TrialEnvironment.of(
            assignment, context: context, study: study, metricsFile: file, inherited: environment)
        let child = try await ChildProcess.spawn(
            ProcessSpecification(arguments: arguments, environment: variables, folder: folder),
            output: .log(path: execution.logPath), group: execution.run,
            recorder: execution.groups)
        let outcome = await child.wait(
            timeout: execution.timeout, cancellation: execution.cancellation)
        let log = Self.contents(of: execution.logPath) ?? []
        let text = String(decoding: log, as: UTF8.self)
        try Self.check(outcome, program: arguments[0], log: text, path: execution.logPath)
        var metrics = MetricText.metrics(in: text)
        if let bytes = Self.contents(of: file) {
            for metric in try MetricText.metrics(ofFile: bytes, name: "the metrics file") {
                metrics.removeAll { $0.name == metric.name }
                metrics.append(metric)
            }
        }
        return metrics
    }

    /// The program and its arguments for an assignment.
    func arguments(_ assignment: Assignment, number: Int) throws(BancadaError) -> [String] {
        var arguments: [String] = []
        for word in words {
            var asksInactive = false
            let scope = ExpressionScope { path in
                switch path {
                case ["trial", "number"]: return JSON(number)
                case ["study", "name"]: return .string(study)
                case let path where path.count == 2 && path[0] == "parameters":
                    if let value = assignment[path[1]] { return value }
                    asksInactive = true
                    return .null
                default: return nil
                }
            }
            let value = try word.evaluate(scope)
            if !asksInactive { arguments.append(value.word) }
        }
        guard let program = arguments.first, !program.isEmpty else {
            throw BancadaError(
                .invalidInput, "the command of trial \(number) names no program",
                hint: "let the first word be the same for all trials")
        }
        return arguments
    }

    private static func check(
        _ outcome: ProcessOutcome, program: String, log: String, path: String
    ) throws(BancadaError) {
        let how: String
        switch outcome.exit {
        case .exited(0): return
        case .exited(let code): how = "ended with exit code \(code)"
        case .signalled(let signal): how = "was ended by signal \(signal)"
        case .timedOut:
            throw BancadaError(.timeout, "\(program) did not end in time", hint: "see \(path)")
        case .cancelled: throw BancadaError(.cancelled, "\(program) was cancelled")
        }
        let last = log.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
        let tail = last.map { ": \($0.prefix(200))" } ?? ""
        throw BancadaError(.failed, "\(program) \(how)\(tail)", hint: "see \(path)")
    }

    /// The bytes of a file; nil where there is none.
    private static func contents(of path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path).map { [UInt8]($0) }
    }
}
