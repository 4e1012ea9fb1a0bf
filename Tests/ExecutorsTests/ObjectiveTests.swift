import Documents
import Executors
import Foundation
import Testing
import Workbench

/// A folder of one test and evaluations in it.
private final class Place: Sendable {
    let folder: String
    let cancellation = Cancellation()

    init() throws {
        folder = NSTemporaryDirectory() + "bancada-objective-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        // Nothing to do where it cannot be removed.
        try? FileManager.default.removeItem(atPath: folder)
    }

    var environment: [(name: String, value: String)] {
        [("PATH", ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")]
    }

    func context(_ number: Int = 3, slot: Int = 0) -> TrialContext {
        var generator = SystemRandomNumberGenerator()
        return TrialContext(
            number: number, slot: slot,
            execution: ExecutionContext(
                run: RunID(using: &generator), task: "trial \(number)", workFolder: folder,
                logPath: folder + "/log-\(number)", cancellation: cancellation,
                groups: UnrecordedProcessGroups()))
    }

    func log(_ number: Int = 3) -> String {
        let bytes = FileManager.default.contents(atPath: folder + "/log-\(number)") ?? Data()
        return String(decoding: bytes, as: UTF8.self)
    }
}

@Suite struct CommandObjectiveTests {
    private func objective(_ words: [String], _ place: Place) throws -> CommandObjective {
        var templates: [Template] = []
        for word in words {
            templates.append(
                try Template(Node(.string(word), at: .init(line: 1, column: 1)), document: "s"))
        }
        return CommandObjective(
            templates, study: "s", folder: place.folder, environment: place.environment)
    }

    private let assignment = Assignment([.init("lr", 0.25), .init("n-layers", 3)])

    @Test("Runs the program with the parameters and reads what it prints")
    func prints() async throws {
        let place = try Place()
        let objective = try objective(
            [
                "sh", "-c", "echo x=$1 y=$2; echo \"$#\" >&2", "name",
                "${{ parameters.lr }}", "${{ parameters[\"n-layers\"] }}",
                "--momentum=${{ parameters.momentum }}", "${{ trial.number }}-${{ study.name }}",
            ], place)
        let metrics = try await objective.evaluate(assignment, context: place.context())
        #expect(metrics == [.init("x", 0.25), .init("y", 3.0)])
        #expect(place.log() == "x=0.25 y=3\n3\n" || place.log() == "3\nx=0.25 y=3\n")
    }

    @Test("A file of metrics goes over what is printed")
    func file() async throws {
        let place = try Place()
        let objective = try objective(
            ["sh", "-c", "echo a=1 b=2; echo '{\"b\": 5}' > \"$BANCADA_METRICS_FILE\""], place)
        let metrics = try await objective.evaluate(assignment, context: place.context())
        #expect(metrics == [.init("a", 1.0), .init("b", 5.0)])
    }

    @Test("The environment tells study, trial and parameters")
    func environment() async throws {
        let place = try Place()
        let objective = try objective(
            [
                "sh", "-c",
                "echo t=$BANCADA_TRIAL u=$TRIAL_NUMBER l=$PARAM_LR n=$PARAM_N_LAYERS; "
                    + "echo \"$BANCADA_PARAMETERS $BANCADA_STUDY\"",
            ], place)
        let metrics = try await objective.evaluate(assignment, context: place.context(7))
        #expect(
            metrics == [.init("l", 0.25), .init("n", 3.0), .init("t", 7.0), .init("u", 7.0)])
        #expect(place.log(7).contains(#"{"lr":0.25,"n-layers":3} s"#))
    }

    @Test("A program that fails tells its code and its last line")
    func fails() async throws {
        let place = try Place()
        let objective = try objective(
            ["sh", "-c", "echo a=1; echo out of luck >&2; exit 3"], place)
        let error = await #expect(throws: BancadaError.self) {
            try await objective.evaluate(assignment, context: place.context())
        }
        #expect(error?.code == .failed)
        #expect(error?.message.hasPrefix("sh ended with exit code 3: ") == true)
    }

    @Test("A program that does not exist is named")
    func missing() async throws {
        let place = try Place()
        let objective = try objective(["no-such-program"], place)
        let error = await #expect(throws: BancadaError.self) {
            try await objective.evaluate(assignment, context: place.context())
        }
        #expect(error?.message.contains("no-such-program") == true)
    }

    @Test("A request to stop ends the program")
    func cancelled() async throws {
        let place = try Place()
        place.cancellation.request()
        let objective = try objective(["sh", "-c", "sleep 600"], place)
        let error = await #expect(throws: BancadaError.self) {
            try await objective.evaluate(assignment, context: place.context())
        }
        #expect(error?.code == .cancelled)
    }
}

@Suite struct EvaluatorObjectiveTests {
    private func objective(_ script: String, _ place: Place) -> EvaluatorObjective {
        EvaluatorObjective(
            ["sh", "-c", script], study: "s", metric: "y", folder: place.folder,
            environment: place.environment)
    }

    private let assignment = Assignment([.init("x", 0.5)])

    @Test("One process answers trial after trial, and its stderr is the trial's log")
    func stays() async throws {
        let place = try Place()
        let objective = objective(
            "n=0; while read line; do n=$((n+1)); echo \"got $line\" >&2; "
                + "echo \"{\\\"metrics\\\": {\\\"y\\\": $n, \\\"z\\\": 0.5}}\"; done", place)
        for number in 1...3 {
            let metrics = try await objective.evaluate(assignment, context: place.context(number))
            #expect(metrics == [.init("y", .number(Double(number))), .init("z", 0.5)])
        }
        await objective.close()
        let log = (1...3).map { place.log($0) }.joined()
        #expect(log.contains(#"got {"trial":1,"params":{"x":0.5}}"#))
    }

    @Test("A value is the value of the study's metric, and each place has a process")
    func places() async throws {
        let place = try Place()
        let objective = objective("while read line; do echo \"{\\\"value\\\": $$}\"; done", place)
        let first = try await objective.evaluate(assignment, context: place.context(0, slot: 0))
        let second = try await objective.evaluate(assignment, context: place.context(1, slot: 1))
        let again = try await objective.evaluate(assignment, context: place.context(2, slot: 0))
        #expect(first.map(\.name) == ["y"])
        #expect(first == again)
        #expect(first != second)
        await objective.close()
    }

    @Test("An error fails the trial and leaves the process")
    func error() async throws {
        let place = try Place()
        let objective = objective(
            "read a; echo '{\"error\": \"too hot\"}'; read b; echo '{\"value\": 2}'; read c", place)
        let error = await #expect(throws: BancadaError.self) {
            try await objective.evaluate(assignment, context: place.context(0))
        }
        #expect(error?.code == .failed)
        #expect(error?.message == "too hot")
        let metrics = try await objective.evaluate(assignment, context: place.context(1))
        #expect(metrics == [.init("y", 2.0)])
        await objective.close()
    }

    @Test(
        "A process that dies or answers something else fails its trial and is started again",
        arguments: [
            ("exit 7", "ended with exit code 7 in trial 0"),
            ("echo hello", "answered \"hello\", expected a line of JSON"),
            ("echo '{\"values\": 3}'", "expected a line of JSON"),
            ("echo '{\"trial\": 9, \"value\": 3}'", "answered for trial 9 when it was asked for 0"),
        ])
    func restarts(answer: String, message: String) async throws {
        let place = try Place()
        let objective = objective(
            "read line; if [ -e second ]; then echo '{\"value\": 4}'; read line; "
                + "else touch second; \(answer); fi", place)
        let error = await #expect(throws: BancadaError.self) {
            try await objective.evaluate(assignment, context: place.context(0))
        }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        let metrics = try await objective.evaluate(assignment, context: place.context(1))
        #expect(metrics == [.init("y", 4.0)])
        await objective.close()
    }
}
