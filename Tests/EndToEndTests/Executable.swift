import Foundation
import Testing

/// The built executable and the places that tests need, found from this file.
enum Executable {
    /// The checkout's root.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// `bancada`, as `make build` leaves it, or what BANCADA_BINARY names.
    static let path =
        ProcessInfo.processInfo.environment["BANCADA_BINARY"]
        ?? root.appending(path: ".build/release/bancada").path

    /// What a command left.
    struct Outcome {
        let code: Int32
        let stdout: String
        let stderr: String
    }

    /// Runs a shell command in `folder` with `bancada` on PATH and the sample data as `$PENGUINS`
    /// and the test plugin as `$EXTRAS`.
    static func shell(_ command: String, in folder: URL) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.currentDirectoryURL = folder
        process.environment = environment
        return try run(process)
    }

    /// A process of `bancada` with these arguments, not started.
    static func process(_ arguments: [String], in folder: URL) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = environment
        return process
    }

    private static var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment
        let folder = (path as NSString).deletingLastPathComponent
        environment["PATH"] = folder + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
        environment["PENGUINS"] = root.appending(path: "workspace/data/penguins.csv").path
        environment["EXTRAS"] =
            root.appending(path: "Tests/EndToEndTests/Fixtures/extras").path
        environment["BANCADA_WORKSPACE"] = nil
        environment["TZ"] = "UTC"
        return environment
    }

    /// Runs a prepared process to its end; both outputs go through files, so neither can block.
    static func run(_ process: Process) throws -> Outcome {
        let out = try Scratch.file()
        let err = try Scratch.file()
        process.standardOutput = try FileHandle(forWritingTo: out)
        process.standardError = try FileHandle(forWritingTo: err)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let outcome = Outcome(
            code: process.terminationStatus,
            stdout: String(decoding: try Data(contentsOf: out), as: UTF8.self),
            stderr: String(decoding: try Data(contentsOf: err), as: UTF8.self))
        try FileManager.default.removeItem(at: out)
        try FileManager.default.removeItem(at: err)
        return outcome
    }
}

/// Temporary files and folders.
enum Scratch {
    /// A new, empty file.
    static func file() throws -> URL {
        let url = FileManager.default.temporaryDirectory
            .appending(path: "bancada-test-\(UUID().uuidString)")
        try Data().write(to: url)
        return url
    }

    /// Runs `body` in a new folder and removes it afterwards.
    static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let url = FileManager.default.temporaryDirectory
            .appending(path: "bancada-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }
        return try body(url)
    }
}
