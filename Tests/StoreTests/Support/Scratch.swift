import Foundation
import Store
import Synchronization
import Testing
import Workbench

/// A folder of one test, removed with this value.
final class Scratch: Sendable {
    let folder: String
    private let clock = TickingClock()

    init() throws {
        folder = NSTemporaryDirectory() + "bancada-test-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        // Nothing to do where it cannot be removed.
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Where this test's workspace is.
    var workspacePath: String { folder + "/workspace" }

    /// A path below the folder.
    func path(_ name: String) -> String { folder + "/" + name }

    /// Settings with a clock that ticks a millisecond per look and a seeded generator.
    func settings(
        schema: Schema = .current, pageLimit: Int? = nil, patience: Duration = .seconds(10)
    ) -> WorkspaceSettings {
        WorkspaceSettings(
            clock: clock.clock, generator: SplitMix64(seed: 7), temporaryFolder: folder,
            schema: schema, pageLimit: pageLimit, patience: patience)
    }

    /// Makes this test's workspace.
    func create() throws -> Workspace {
        try Workspace.create(at: workspacePath, settings())
    }

    /// Opens this test's workspace.
    func open(_ access: Workspace.Access = .readWrite) throws -> Workspace {
        try Workspace.open(at: workspacePath, access: access, settings())
    }

    /// Writes a file below the folder, with the folders above it, and returns its path.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let path = path(name)
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Every file below a folder with its bytes, by relative path.
    func contents(of path: String) throws -> [String: [UInt8]] {
        var contents: [String: [UInt8]] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            let file = path + "/" + name
            let type = try FileManager.default.attributesOfItem(atPath: file)[.type]
            if type as? FileAttributeType == .typeDirectory { continue }
            contents[name] = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
        }
        return contents
    }
}

/// A clock that ticks at every look, so that times differ and tests repeat.
final class TickingClock: Sendable {
    private let ticks = Mutex<Int64>(1_700_000_000_000)

    var clock: WallClock {
        WallClock {
            self.ticks.withLock { ticks in
                ticks += 1
                return Timestamp(milliseconds: ticks)
            }
        }
    }
}

/// Sebastiano Vigna's SplitMix64.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// The code of the error that `body` throws; nil when it throws none.
func code<Value>(
    of body: () async throws -> Value
) async -> BancadaError.Code? {
    do {
        _ = try await body()
        return nil
    } catch let error as BancadaError {
        return error.code
    } catch {
        Issue.record("another error: \(error)")
        return nil
    }
}

/// A moment this many milliseconds after the epoch.
func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

/// The run id whose digits end in `number`.
func runID(_ number: Int) -> RunID {
    let digits = String(number, radix: 16)
    let text = String(repeating: "0", count: 32 - digits.count) + digits
    guard let id = RunID(text) else { preconditionFailure("not a run id: \(text)") }
    return id
}

extension Workspace {
    /// Starts run `number` at that millisecond.
    @discardableResult
    func start(
        _ number: Int, experiment: ExperimentID = .standard, kind: RunKind = .train,
        name: String? = nil, tags: [Workbench.Tag] = [], holder: ProcessIdentity? = nil
    ) async throws -> Run {
        try await runs.createRun(
            NewRun(
                id: runID(number), kind: kind, experiment: experiment, name: name, user: "ana",
                startTime: at(Int64(number)), tags: tags, holder: holder))
    }
}
