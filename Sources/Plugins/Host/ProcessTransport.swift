import Processes
import Workbench

/// A plugin's program as a child process in the plugin's folder, in a group of its own.
struct ProcessTransport: PluginTransport {
    private let child: ChildProcess

    /// Starts `command` for the plugin of `manifest`.
    ///
    /// - Throws: `notFound` or `unavailable` naming the program or the folder.
    static func start(
        _ command: [String], of manifest: PluginManifest, settings: PluginSettings
    ) async throws(BancadaError) -> ProcessTransport {
        let specification = ProcessSpecification(
            arguments: command, environment: settings.environment, folder: manifest.folder)
        return ProcessTransport(
            child: try await ChildProcess.spawn(
                specification, input: .pipe, output: .lines, group: settings.run,
                recorder: settings.groups))
    }

    /// The process group's number.
    var processID: Int32 { child.processID }

    func send(_ bytes: [UInt8]) async throws(BancadaError) {
        try await child.write(bytes)
    }

    func nextLine() async -> PluginLine? {
        // Without a time limit the only error is that the reading task is cancelled: its scope ends,
        // and the process with it.
        switch try? await child.nextLine() {
        case .stdout(let text): .output(text)
        case .stderr(let text): .log(text)
        case .overlong(let stream): .overlong(isOutput: stream == .stdout)
        case nil: nil
        }
    }

    func closeInput() async { child.closeInput() }

    func stop(grace: Duration) { child.terminate(grace: grace) }

    func ending(within limit: Duration) async -> PluginEnding {
        let outcome = await child.wait(timeout: limit, grace: .zero)
        return switch outcome.exit {
        case .exited(let code):
            PluginEnding(isClean: code == 0, description: "ended with exit code \(code)")
        case .signalled(let signal):
            PluginEnding(isClean: false, description: "was ended by signal \(signal)")
        case .timedOut, .cancelled:
            PluginEnding(isClean: false, description: "closed its output and did not end")
        }
    }
}
