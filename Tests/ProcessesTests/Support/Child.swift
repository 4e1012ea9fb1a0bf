import Foundation
import Processes
import Synchronization
import Workbench

/// What the tests start: programs with few variables.
enum Child {
    static let run = runID(7)

    static func runID(_ number: Int) -> RunID {
        guard let run = RunID(String(repeating: "0", count: 32 - "\(number)".count) + "\(number)")
        else { preconditionFailure("32 digits are an identifier") }
        return run
    }

    static let environment = [(name: "PATH", value: "/usr/bin:/bin")]

    static func specification(
        _ arguments: [String], folder: String = "/", limits: ProcessLimits = ProcessLimits()
    ) -> ProcessSpecification {
        ProcessSpecification(
            arguments: arguments, environment: environment, folder: folder, limits: limits)
    }

    static func spawn(
        _ arguments: [String], input: ProcessInput = .none, output: ProcessOutput = .lines,
        folder: String = "/", limits: ProcessLimits = ProcessLimits(),
        recorder: any ProcessGroupRecorder = UnrecordedProcessGroups()
    ) async throws(BancadaError) -> ChildProcess {
        try await ChildProcess.spawn(
            specification(arguments, folder: folder, limits: limits), input: input,
            output: output, group: run, recorder: recorder)
    }

    static func shell(
        _ script: String, input: ProcessInput = .none, output: ProcessOutput = .lines,
        folder: String = "/", limits: ProcessLimits = ProcessLimits()
    ) async throws(BancadaError) -> ChildProcess {
        try await spawn(
            ["sh", "-c", script], input: input, output: output, folder: folder, limits: limits)
    }

    /// Whether a process runs; a zombie does not.
    static func isAlive(_ process: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        else { return false }
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        return fields.first != "Z" && fields.first != "X"
    }

    /// Waits until a condition holds, for as long as a loaded machine may need.
    static func eventually(_ condition: () -> Bool) async -> Bool {
        for _ in 0..<3000 {
            if condition() { return true }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return condition()
    }
}

extension ChildProcess {
    /// All its lines until both streams end.
    func allLines() async throws -> [ProcessLine] {
        var lines: [ProcessLine] = []
        while let line = try await nextLine() { lines.append(line) }
        return lines
    }

    /// The next line of its output as a number.
    func nextNumber() async throws -> Int32? {
        guard case .stdout(let text) = try await nextLine() else { return nil }
        return Int32(text)
    }
}

/// A folder that is removed when nobody refers to it any more.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "bancada-processes-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    func write(_ text: String, _ name: String, executable: Bool = false) throws -> String {
        try text.write(toFile: file(name), atomically: true, encoding: .utf8)
        if executable {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: file(name))
        }
        return file(name)
    }

    func text(_ name: String) throws -> String {
        try String(contentsOfFile: file(name), encoding: .utf8)
    }
}

/// A recorder that remembers what it is told, and may refuse.
final class RememberedGroups: ProcessGroupRecorder {
    private let state = Mutex<(recorded: [ProcessGroup], forgotten: [ProcessGroup])>(([], []))
    private let refusal: BancadaError?

    init(refusing refusal: BancadaError? = nil) { self.refusal = refusal }

    var recorded: [ProcessGroup] { state.withLock(\.recorded) }
    var forgotten: [ProcessGroup] { state.withLock(\.forgotten) }

    func record(_ group: ProcessGroup) async throws(BancadaError) {
        state.withLock { $0.recorded.append(group) }
        if let refusal { throw refusal }
    }

    func forget(_ group: ProcessGroup) async throws(BancadaError) {
        state.withLock { $0.forgotten.append(group) }
    }
}
