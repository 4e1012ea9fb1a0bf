import Foundation
import Plugins
import Testing
import Workbench

/// Plugins beside the tests, and folders to work in.
enum Fixture {
    /// The checkout's root.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// A folder beside the tests.
    static func path(_ name: String) -> String { root + "/Tests/PluginsTests/" + name }

    /// The plugin of a folder under Fixtures.
    static func manifest(_ name: String) throws -> PluginManifest {
        try PluginCatalog.manifest(in: path("Fixtures/" + name))
    }

    /// Settings for tests: `fault` replaces the word FAULT in the command.
    static func settings(fault: String = "none", limit: Duration = .seconds(120)) -> PluginSettings
    {
        var generator = SystemRandomNumberGenerator()
        var settings = PluginSettings(
            host: "test", run: RunID(using: &generator),
            environment: ProcessInfo.processInfo.environment.map { ($0.key, $0.value) }
                + [("PYTHONDONTWRITEBYTECODE", "1")],
            groups: UnrecordedProcessGroups(),
            command: { $0.command.map { $0 == "FAULT" ? fault : $0 } })
        // A busy machine starts slowly: only what is to be slow is held to the limit.
        settings.startLimit = fault == "slow_start" ? limit : .seconds(120)
        settings.answerLimit = limit
        settings.workLimit = limit
        settings.restartPause = .seconds(3600)
        return settings
    }

    /// Runs `body` in a new folder and removes it afterwards.
    static func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let url = FileManager.default.temporaryDirectory
            .appending(path: "bancada-plugins-\(UUID().uuidString)").resolvingSymlinksInPath()
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }
        return try await body(url.path)
    }

    /// The surroundings of an execution in `folder`.
    static func context(
        _ folder: String, settings: PluginSettings, timeout: Duration? = nil,
        cancellation: Cancellation = Cancellation(),
        progress: any ProgressReporter = SilentProgress()
    ) throws -> ExecutionContext {
        let work = folder + "/task"
        try FileManager.default.createDirectory(
            atPath: work, withIntermediateDirectories: true)
        return ExecutionContext(
            run: settings.run, task: "test", workFolder: work, logPath: folder + "/log",
            timeout: timeout, seed: 7, cancellation: cancellation, progress: progress,
            groups: UnrecordedProcessGroups())
    }

    /// The input of a component with one output `page`.
    static func input(_ folder: String, _ parameters: [JSON.Member] = []) -> ExecutorInput {
        ExecutorInput(
            parameters: parameters,
            outputArtifacts: [
                RuntimeArtifact(name: "page", type: .html, path: folder + "/task/out/page")
            ])
    }

    /// The processes that work for a run.
    static func processes(of run: RunID) -> [String] {
        let mark = Data("BANCADA_RUN_ID=\(run.text)\0".utf8)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.filter { name in
            Int(name) != nil
                && FileManager.default.contents(atPath: "/proc/\(name)/environ")?
                    .range(of: mark) != nil
        }
    }
}
