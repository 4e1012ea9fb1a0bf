import Foundation
import Store
import Testing
import Workbench

/// This test program started again to do one job in another process.
///
/// The job and the workspace are in the environment; the suite below runs when they are there.
enum HelperProcess {
    static let jobKey = "BANCADA_TEST_JOB"
    static let workspaceKey = "BANCADA_TEST_WORKSPACE"
    static let numberKey = "BANCADA_TEST_NUMBER"

    /// The program of these tests; nil where they run in another way.
    static var program: String? {
        // Not on every system; the tests that need it are skipped then.
        let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return path.flatMap { $0.hasSuffix(".xctest") ? $0 : nil }
    }

    /// Whether permissions can be put to the test: root ignores them, but can start a process of a
    /// user who does not.
    static var canLosePermissions: Bool {
        program != nil && (!isRoot || FileManager.default.isExecutableFile(atPath: setpriv))
    }

    private static var isRoot: Bool { geteuid() == 0 }
    private static var setpriv: String { "/usr/bin/setpriv" }

    /// Starts `job` on the workspace at `path`; what it prints goes to `output`.
    static func start(
        _ job: String, workspace path: String, number: String, output: String,
        withoutPermissions: Bool = false
    ) throws -> Process {
        let process = Process()
        let program = try #require(program)
        let arguments = ["--testing-library", "swift-testing", "--filter", "HelperJobs"]
        if withoutPermissions, isRoot {
            process.executableURL = URL(fileURLWithPath: setpriv)
            process.arguments =
                ["--reuid=65534", "--regid=65534", "--clear-groups", program] + arguments
        } else {
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
        }
        process.environment = ProcessInfo.processInfo.environment.merging([
            jobKey: job, workspaceKey: path, numberKey: number,
        ]) { $1 }
        try Data().write(to: URL(fileURLWithPath: output))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        process.standardOutput = file
        process.standardError = file
        try process.run()
        return process
    }
}

/// The jobs of helper processes.
@Suite struct HelperJobs {
    private static var environment: [String: String] { ProcessInfo.processInfo.environment }

    private func workspace() throws -> Workspace {
        let settings = WorkspaceSettings(
            clock: TickingClock().clock, generator: SplitMix64(seed: 1))
        return try Workspace.openOrCreate(
            at: try #require(Self.environment[HelperProcess.workspaceKey]), settings)
    }

    @Test("Starts a hundred runs", .enabled(if: environment[HelperProcess.jobKey] == "hundred"))
    func hundred() async throws {
        let workspace = try workspace()
        let number = try #require(Int(Self.environment[HelperProcess.numberKey] ?? ""))
        for index in 1...100 { try await workspace.start(number * 1000 + index) }
    }

    @Test(
        "Reads where it may not write",
        .enabled(if: environment[HelperProcess.jobKey] == "readOnly"))
    func readOnly() async throws {
        let path = try #require(Self.environment[HelperProcess.workspaceKey])
        let settings = WorkspaceSettings(clock: TickingClock().clock)
        #expect(await code { try Workspace.open(at: path, settings) } == .unavailable)
        #expect(
            await code { try Workspace.create(at: path + "/new", settings) } == .unavailable)
        let workspace = try Workspace.open(at: path, access: .readOnly, settings)
        #expect(try await workspace.runs.run(runID(1)).name == "one")
        #expect(await code { try await workspace.start(2) } == .unavailable)
        let digest = ContentDigest(hex: Self.environment[HelperProcess.numberKey] ?? "")
        let content = try await workspace.artifacts.cachedPath(of: try #require(digest))
        #expect(try String(contentsOfFile: content, encoding: .utf8) == "hello")
    }

    @Test(
        "Starts runs and says so until it is killed",
        .enabled(if: environment[HelperProcess.jobKey] == "endless"))
    func endless() async throws {
        let workspace = try workspace()
        let me = try ProcessIdentity.current()
        let output = FileHandle.standardOutput
        let parent = getppid()
        // Where the test is gone, nobody will kill this.
        for index in 1...1_000_000 where getppid() == parent {
            try await workspace.start(index, holder: me)
            let content = try await workspace.artifacts.store(bytes: Array("\(index)".utf8))
            try output.write(contentsOf: Data("\nDONE \(index) \(content.digest.hex)\n".utf8))
        }
    }

    @Test(
        "Uploads files and says so until it is killed",
        .enabled(if: environment[HelperProcess.jobKey] == "uploads"))
    func uploads() async throws {
        let tree = try workspace().tree
        let output = FileHandle.standardOutput
        let parent = getppid()
        // Where the test is gone, nobody will kill this.
        for index in 1...1_000_000 where getppid() == parent {
            let upload = try await tree.beginUpload()
            for piece in 0..<4 {
                try await upload.write([UInt8](repeating: UInt8(piece), count: 200_000 + index))
            }
            _ = try await upload.finish(at: ArtifactPath("1/files/\(index)"))
            try output.write(contentsOf: Data("\nDONE \(index)\n".utf8))
        }
    }
}
