import Components
import Documents
import Foundation
import Workbench

/// The logs of a pipeline run's tasks, printed once or until the run has ended.
struct RunLogs {
    let workspace: OpenWorkspace
    let run: RunID
    let console: Console

    /// Prints the logs of all tasks, or of one.
    ///
    /// - Throws: `notFound` for a task that the run does not have.
    func show(task: String?, follows: Bool, json: Bool) async throws {
        if let task { try await check(task) }
        var printed: [String: UInt64] = [:]
        var last: String?
        while true {
            // Looked at before the files: what is printed afterwards is there already.
            let isOver = try await !isRunning()
            for attempt in try await attempts(of: task) {
                let path = workspace.services.files.logPath(run, attempt.path, attempt.number)
                let bytes = try Self.bytes(of: path, from: printed[path] ?? 0)
                if bytes.isEmpty { continue }
                printed[path, default: 0] += UInt64(bytes.count)
                if json {
                    print(bytes, of: attempt)
                } else {
                    if last != path, task == nil { console.print("== \(attempt.title)") }
                    last = path
                    console.print(bytes: bytes)
                }
            }
            if isOver || !follows { return }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    private struct Attempt {
        let path: String
        let number: Int
        var title: String { number > 1 ? "\(path) (attempt \(number))" : path }
    }

    private func check(_ task: String) async throws {
        let names = try await workspace.services.pipelines.tasks(of: run).map(\.path)
        guard names.contains(task) || names.isEmpty else {
            throw BancadaError(
                .notFound, "run \(run.text.prefix(8)) has no task \"\(task)\"",
                hint: NearestName.of(task, among: names).map { "write \"\($0)\"" }
                    ?? "use one of \(names.prefix(12).joined(separator: ", "))")
        }
    }

    private func attempts(of task: String?) async throws -> [Attempt] {
        try await workspace.services.pipelines.tasks(of: run)
            .filter { task == nil || $0.path == task }
            .flatMap { record in
                (0..<record.attempt).map { Attempt(path: record.path, number: $0 + 1) }
            }
    }

    private func isRunning() async throws -> Bool {
        let run = try await workspace.services.runs.run(run)
        return run.status == .running && !workspace.isInterrupted(run)
    }

    /// One object a line: task, attempt and what it printed.
    private func print(_ bytes: [UInt8], of attempt: Attempt) {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let object: JSON = [
                "task": .string(attempt.path), "attempt": JSON(attempt.number),
                "line": .string(String(decoding: line, as: UTF8.self)),
            ]
            console.print(object.compactText)
        }
    }

    /// What a file has from `offset` on; nothing where there is no file.
    private static func bytes(of path: String, from offset: UInt64) throws -> [UInt8] {
        guard let file = FileHandle(forReadingAtPath: path) else { return [] }
        do {
            try file.seek(toOffset: offset)
            let bytes = try file.readToEnd().map { Array($0) } ?? []
            try file.close()
            return bytes
        } catch {
            throw BancadaError(.unavailable, "cannot read \(path)", cause: error)
        }
    }
}
