import Executors
import Foundation
import Pipelines
import Processes
import Testing
import Workbench

/// A folder for one test: the user's files, and what surrounds an execution.
final class Bench: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "bancada-executors-" + UUID().uuidString
        for part in ["/user", "/task", "/cache"] {
            try FileManager.default.createDirectory(
                atPath: path + part, withIntermediateDirectories: true)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    static let inherited = [
        (name: "PATH", value: ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"),
        (name: "HOME", value: ProcessInfo.processInfo.environment["HOME"] ?? "/"),
        (name: "PYTHONPATH", value: "/no/such/folder"), (name: "PYTHONHOME", value: "/no/such"),
    ]

    static var run: RunID {
        guard let run = RunID(String(repeating: "7", count: 32)) else {
            preconditionFailure("32 digits are an identifier")
        }
        return run
    }

    static var owner: ProcessOwner { ProcessOwner(run: run, groups: UnrecordedProcessGroups()) }

    var user: String { path + "/user" }
    var log: String { (try? String(contentsOfFile: path + "/log", encoding: .utf8)) ?? "" }

    func write(_ text: String, _ name: String) throws {
        try text.write(toFile: user + "/" + name, atomically: true, encoding: .utf8)
    }

    func context(
        work: String = "task", timeout: Duration? = nil,
        cancellation: Cancellation = Cancellation(),
        environment: [(name: String, value: String)] = []
    ) -> ExecutionContext {
        ExecutionContext(
            run: Self.run, task: "t", workFolder: path + "/" + work, logPath: path + "/log",
            environment: environment, timeout: timeout, seed: 5, threads: 2,
            cancellation: cancellation, groups: UnrecordedProcessGroups())
    }

    func python(
        _ more: [(name: String, value: String)] = [], program: String = "python3"
    ) -> PythonEnvironment {
        PythonEnvironment(
            program: program, inherited: Self.inherited + more, cacheFolder: path + "/cache",
            digest: fingerprint)
    }

    /// The component of a function of `steps.py`, which holds `text`.
    func function(
        _ name: String, _ text: String, requirements: [String] = [],
        python: PythonEnvironment? = nil
    ) async throws -> PythonComponent {
        try write(text, "steps.py")
        return try await PythonComponent.load(
            step: PythonStep(
                file: "steps.py", function: name, requirements: requirements, folder: user),
            task: "t", python: python ?? self.python(), owner: Self.owner)
    }
}

/// A digest for tests: 64-bit FNV-1a, four times with other starts.
func fingerprint(_ bytes: [UInt8]) -> String {
    (UInt64(0)..<4).map { start in
        let hash = bytes.reduce(UInt64(14_695_981_039_346_656_037) &+ start) {
            ($0 ^ UInt64($1)) &* 1_099_511_628_211
        }
        let text = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }.joined()
}

/// The error that `body` throws.
func error<T>(_ body: () async throws -> T) async -> BancadaError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? BancadaError
    }
}
