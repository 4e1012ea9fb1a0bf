import Foundation
import Store
import Testing
import Workbench
@Suite struct ZZRo {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["RO"] != nil))
    func ro() async throws {
        let path = ProcessInfo.processInfo.environment["RO"] ?? ""
        let s = WorkspaceSettings(clock: TickingClock().clock)
        for body in [{ try Workspace.open(at: path, s) }, { try Workspace.create(at: path + "/x", s) }, { try Workspace.create(at: "/proc/x", s) }, { try Workspace.create(at: "/sys/x", s) },{ try Workspace.create(at: "/dev/null", s) },{ try Workspace.create(at: "/dev/full/x", s) }, { try Workspace.create(at: String(repeating: "x", count: 300), s) }, { try Workspace.create(at: "a\0b", s) }] {
            do { _ = try body(); print("RO opened") } catch { print("RO", (error as! BancadaError).code, error) }
        }
        if Workspace.exists(at: path) {
        let w = try Workspace.open(at: path, access: .readOnly, s)
        print("RO list", try await w.runs.runs(RunQuery(), limit: 5, after: nil).items.count)
        do { try await w.start(9) } catch { print("RO", error) }
        } else { let w = try Workspace.create(at: path, s); try await w.start(1); try await Task.sleep(for: .seconds(0)) ; 
          do { for i in 0..<100000 { _ = try await w.artifacts.store(bytes: Array(repeating: UInt8(i & 255), count: 100_000+i)); try await w.runs.log(LogBatch(tags: (0..<100).map { Workbench.Tag(key: "t\(i)-\($0)", value: String(repeating: "y", count: 7000)) }), to: runID(1)) } } catch { print("RO full", error) }
          do { for i in 0..<100000 { try await w.runs.log(LogBatch(tags: (0..<10).map { Workbench.Tag(key: "u\(i)-\($0)", value: String(repeating: "y", count: 700)) }), to: runID(1)) } } catch { print("RO full", error) }
          print("RO problems", try await w.integrityCheck(.digests).count) }
    }
}
