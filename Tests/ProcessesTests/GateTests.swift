import Foundation
import Processes
import Testing
import Workbench

/// This test program started again, to be killed at a chosen moment.
enum HelperProcess {
    static let jobKey = "BANCADA_TEST_PROCESS_JOB"
    static let folderKey = "BANCADA_TEST_FOLDER"

    /// The program of these tests; nil where they run in another way.
    static var program: String? {
        // Not on every system; the tests that need it are skipped then.
        let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return path.flatMap { $0.hasSuffix(".xctest") ? $0 : nil }
    }

    static func start(_ job: String, folder: String) async throws -> ChildProcess {
        var environment = ProcessInfo.processInfo.environment.map { ($0.key, $0.value) }
        environment += [(jobKey, job), (folderKey, folder)]
        let arguments = ["--testing-library", "swift-testing", "--filter", "ProcessHelperJobs"]
        return try await ChildProcess.spawn(
            ProcessSpecification(
                arguments: [try #require(program)] + arguments, environment: environment,
                folder: folder),
            output: .log(path: folder + "/helper.log"), group: Child.runID(1),
            recorder: UnrecordedProcessGroups())
    }
}

/// A recorder that writes the group's number to a file, and then takes for ever if it is told to.
struct WritingGroups: ProcessGroupRecorder {
    let path: String
    let hangs: Bool

    func record(_ group: ProcessGroup) async throws(BancadaError) {
        let leader = group.leader
        let text = "\(leader.processID) \(leader.startTicks) \(leader.bootID)"
        try? text.write(toFile: path, atomically: true, encoding: .utf8)
        if hangs { try? await Task.sleep(for: .seconds(600)) }
    }

    func forget(_ group: ProcessGroup) async throws(BancadaError) {}

    /// The group in the file, once it is there.
    static func group(_ path: String, run: RunID) async throws -> ProcessGroup {
        #expect(await Child.eventually { FileManager.default.fileExists(atPath: path) })
        let words = try String(contentsOfFile: path, encoding: .utf8).split(separator: " ")
        return ProcessGroup(
            run: run,
            leader: ProcessIdentity(
                bootID: String(words[2]), processID: try #require(Int32(words[0])),
                startTicks: try #require(UInt64(words[1]))))
    }
}

/// The jobs of helper processes.
@Suite struct ProcessHelperJobs {
    private static var environment: [String: String] { ProcessInfo.processInfo.environment }

    private func folder() throws -> String {
        try #require(Self.environment[HelperProcess.folderKey])
    }

    @Test(
        "Hangs while it records a group",
        .enabled(if: environment[HelperProcess.jobKey] == "hang"))
    func hang() async throws {
        let folder = try folder()
        _ = try await Child.spawn(
            ["touch", folder + "/ran"], folder: folder,
            recorder: WritingGroups(path: folder + "/group", hangs: true))
    }

    @Test(
        "Starts a child with children of its own",
        .enabled(if: environment[HelperProcess.jobKey] == "run"))
    func run() async throws {
        let folder = try folder()
        let child = try await Child.spawn(
            ["sh", "-c", "exec > \(folder)/numbers\n" + EndingTests.stubborn],
            output: .log(path: folder + "/log"), folder: folder,
            recorder: WritingGroups(path: folder + "/group", hangs: false))
        _ = await child.wait()
    }

    @Test(
        "Starts a child that ends before its children",
        .enabled(if: environment[HelperProcess.jobKey] == "leaderless"))
    func leaderless() async throws {
        let folder = try folder()
        // The helper is killed while the leader still runs; then the leader ends.
        let script = """
            sleep 1000 & echo $! > \(folder)/numbers
            touch \(folder)/ready
            while [ ! -e \(folder)/go ]; do sleep 0.01; done
            """
        let child = try await Child.spawn(
            ["sh", "-c", script], output: .log(path: folder + "/log"), folder: folder,
            recorder: WritingGroups(path: folder + "/group", hangs: false))
        _ = await child.wait()
    }
}

@Suite(.enabled(if: HelperProcess.program != nil)) struct GateTests {
    @Test("A process that dies between record and release leaves nothing, and ran nothing")
    func killedAtTheGate() async throws {
        let folder = try TemporaryFolder()
        let helper = try await HelperProcess.start("hang", folder: folder.path)
        let group = try await WritingGroups.group(folder.file("group"), run: Child.run)
        #expect(Child.isAlive(group.leader.processID))
        kill(helper.processID, SIGKILL)
        #expect(await helper.wait().exit == .signalled(9))
        #expect(await Child.eventually { !Child.isAlive(group.leader.processID) })
        #expect(!FileManager.default.fileExists(atPath: folder.file("ran")))
    }

    @Test("What a killed process leaves running is ended by whoever has its record")
    func killedLater() async throws {
        let folder = try TemporaryFolder()
        let helper = try await HelperProcess.start("run", folder: folder.path)
        let group = try await WritingGroups.group(folder.file("group"), run: Child.run)
        var numbers: [Int32] = []
        #expect(
            await Child.eventually {
                numbers = ((try? folder.text("numbers")) ?? "").split(separator: "\n")
                    .compactMap { Int32($0) }
                return numbers.count == 3
            })
        kill(helper.processID, SIGKILL)
        _ = await helper.wait()
        for number in numbers { #expect(Child.isAlive(number)) }
        try await ProcessGroups.end([group])
        for number in numbers { #expect(!Child.isAlive(number)) }
    }

    @Test("Members whose leader is gone too are ended, but only by their own run")
    func leaderless() async throws {
        let folder = try TemporaryFolder()
        let helper = try await HelperProcess.start("leaderless", folder: folder.path)
        let group = try await WritingGroups.group(folder.file("group"), run: Child.run)
        #expect(await Child.eventually { (try? folder.text("ready")) != nil })
        let member = try #require(Int32(folder.text("numbers").dropLast()))
        kill(helper.processID, SIGKILL)
        _ = await helper.wait()
        _ = try folder.write("", "go")
        // Not even a zombie: `init` collects it.
        let entry = "/proc/\(group.leader.processID)"
        #expect(await Child.eventually { !FileManager.default.fileExists(atPath: entry) })
        #expect(Child.isAlive(member))
        let stranger = ProcessGroup(run: Child.runID(8), leader: group.leader)
        try await ProcessGroups.end([stranger])
        #expect(Child.isAlive(member))
        try await ProcessGroups.end([group])
        #expect(!Child.isAlive(member))
    }
}
